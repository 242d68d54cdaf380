package amd64

import (
	"strata/internal/abi"
	"strata/internal/amd64/x86"
	"strata/internal/codegen"
	"strata/internal/rtcall"
	"strata/internal/ssa"
)

func lowerBounds(s *selector, v *ssa.Value) {
	index, length := v.Args[0], v.Args[1]
	c := ccCS
	if ssa.BoundsKind(v.AuxInt).Inclusive() {
		c = ccLS
	}
	if n, ok := s.immediate(length); ok && n > 0 && codegen.AtMost(index, 4) < uint64(n) {
		return
	}
	if i, ok := s.immediate(index); ok && i == 0 && c == ccLS {
		return
	}
	s.stubCall(stubSpill)
	in := s.pseudo(expandBounds)
	in.Imm = v.AuxInt
	if imm, ok := s.immediate(index); ok && imm >= 0 {
		in.Args[0] = codegen.Imm(imm)
	}
	if imm, ok := s.immediate(length); ok && imm >= 0 {
		in.Args[1] = codegen.Imm(imm)
	}
	switch {
	case in.Args[0].Kind == codegen.ArgImm && in.Args[1].Kind == codegen.ArgImm:
		in.Args[0] = s.Register(in, index)
	case in.Args[0].Kind == codegen.ArgImm:
		in.Args[1] = s.source(in, length, 8)
	case in.Args[1].Kind == codegen.ArgImm:
		in.Args[0] = s.source(in, index, 8)
	default:
		in.Args[0] = s.Register(in, index)
		in.Args[1] = s.source(in, length, 8)
	}
	in.Aux = c
}

// expandBounds compares an index with a length and leaves to a stub unless it is inside.
func expandBounds(e *emitter, in *codegen.Inst) {
	index, length := e.operand(in, in.Args[0]), e.operand(in, in.Args[1])
	c := in.Aux.(cc)
	if index.Kind == x86.Immediate && index.Imm == 0 && length.Kind == x86.Register {
		e.op(x86.TESTQ, length, length)
		c = ccNE
	} else if index.Kind == x86.Immediate {
		e.op(x86.CMPQ, length, index)
		c = c.swapped()
	} else if index.Kind == x86.Register && length.Kind == x86.Immediate && length.Imm == 0 && c == ccLS {
		e.op(x86.TESTQ, index, index)
		c = ccEQ
	} else {
		e.op(x86.CMPQ, index, length)
	}
	j := e.branch(jccOps[c.not()])
	e.Stub(in.Pos, j, func() {
		e.boundsArgs(index, length)
		e.stubFrame()
		e.op(x86.MOVL, x86.I(in.Imm), x86.R(x86.CX))
		if e.Opts.Conv == abi.Stack {
			for i, r := range []x86.Reg{x86.AX, x86.BX, x86.CX} {
				e.op(x86.MOVQ, x86.R(r), x86.M(x86.SP, int64(8*i)))
			}
		}
		e.call(rtcall.PanicBounds, 0)
		e.op(x86.UD2)
	})
}

// stubCall notes a call behind the body with n bytes of arguments.
func (s *selector) stubCall(n int64) {
	s.M.StubOut = max(s.M.StubOut, n)
}

func lowerCheck(s *selector, v *ssa.Value) {
	s.stubCall(0)
	c := s.flags(v.Args[0])
	in := s.pseudo(expandCheck)
	in.Aux = checkAux{c, v.Aux.(string)}
}

type checkAux struct {
	c  cond
	fn string
}

// expandCheck leaves to a stub that calls a function which does not return, unless the condition holds.
func expandCheck(e *emitter, in *codegen.Inst) {
	a := in.Aux.(checkAux)
	take, skip := e.condJump(a.c)
	for _, j := range take {
		e.bind(j)
	}
	body := func() {
		e.stubFrame()
		e.call(codegen.RuntimeName(a.fn), 0)
		e.op(x86.UD2)
	}
	e.Stub(in.Pos, skip[0], body)
	if len(skip) > 1 {
		e.Stub(in.Pos, skip[1], body)
	}
}

// boundsArgs moves the operands of a failed check to where panicBounds takes them.
func (e *emitter) boundsArgs(index, length x86.Operand) {
	ax, bx := x86.R(x86.AX), x86.R(x86.BX)
	switch {
	case !mentions(index, x86.BX):
		e.moveTo(length, bx)
		e.moveTo(index, ax)
	case !mentions(length, x86.AX):
		e.moveTo(index, ax)
		e.moveTo(length, bx)
	default:
		e.op(x86.MOVQ, length, x86.R(scratchX))
		e.op(x86.MOVQ, index, ax)
		e.op(x86.MOVQ, x86.R(scratchX), bx)
	}
}

func mentions(o x86.Operand, r x86.Reg) bool {
	return o.Kind == x86.Register && o.Reg == r || o.Kind == x86.Memory && (o.Mem.Base == r || o.Mem.Index == r)
}

func (e *emitter) moveTo(src, dst x86.Operand) {
	switch {
	case src.Kind == x86.Register && src.Reg == dst.Reg:
	case src.Kind == x86.Immediate && src.Imm >= 0 && src.Imm < 1<<31:
		e.op(x86.MOVL, src, dst)
	default:
		e.op(x86.MOVQ, src, dst)
	}
}

// stubFrame makes a frame for a call behind a function that has none, with
// room for what the callee may spill.
func (e *emitter) stubFrame() {
	if e.Frame.Size != 0 {
		return
	}
	e.SetSP(0)
	e.op(x86.PUSHQ, x86.R(x86.BP))
	e.SetSP(8)
	e.op(x86.MOVQ, x86.R(x86.SP), x86.R(x86.BP))
	e.op(x86.SUBQ, x86.I(stubSpill), x86.R(x86.SP))
	e.SetSP(8 + stubSpill)
}

// stubSpill is what panicBounds gets as arguments, or may spill of those in registers.
const stubSpill = 24

// lowerNop makes the instruction at which a function compiled for a debugger has its parameters and
// results in place: breakpoints on the function go there.
func lowerNop(s *selector, v *ssa.Value) { s.pseudo(expandNop) }

func expandNop(e *emitter, in *codegen.Inst) {
	e.Bound = len(e.Pos)
	e.op(x86.XCHGL, x86.R(x86.AX), x86.R(x86.AX))
}
