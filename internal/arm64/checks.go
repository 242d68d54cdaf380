package arm64

import (
	"strata/internal/abi"
	"strata/internal/arm64/a64"
	"strata/internal/codegen"
	"strata/internal/regalloc"
	"strata/internal/rtcall"
	"strata/internal/ssa"
)

// boundsAux is what the expansion of a bounds check needs: operands are immediates or registers.
type boundsAux struct {
	index, length codegen.Arg
	fail          a64.Cond // of index against length
}

func lowerBounds(s *selector, v *ssa.Value) {
	index, length := v.Args[0], v.Args[1]
	fail := a64.HS
	if ssa.BoundsKind(v.AuxInt).Inclusive() {
		fail = a64.HI
	}
	if n, ok := s.immediate(length); ok && n > 0 && codegen.AtMost(index, 4) < uint64(n) {
		return
	}
	if i, ok := s.immediate(index); ok && i == 0 && fail == a64.HI {
		return
	}
	s.stubCall(stubSpill)
	in := s.pseudo(expandBounds)
	in.Imm = v.AuxInt
	arg := func(x *ssa.Value) codegen.Arg {
		if imm, ok := s.immediate(x); ok && imm >= 0 && arithImm(imm) {
			return codegen.Imm(imm)
		}
		return s.Register(in, x)
	}
	a := boundsAux{fail: fail, index: arg(index), length: arg(length)}
	if a.index.Kind == codegen.ArgImm && a.length.Kind == codegen.ArgImm {
		a.index = s.Register(in, index)
	}
	in.Aux = a
}

// expandBounds compares an index with a length and leaves to a stub unless it is inside.
func expandBounds(e *emitter, in *codegen.Inst) {
	a := in.Aux.(boundsAux)
	index, length := e.operand(in, a.index), e.operand(in, a.length)
	c := a.fail
	if index.Kind == a64.Immediate {
		e.op(a64.CMP, index, length)
		c = swapped(c)
	} else {
		e.op(a64.CMP, length, index)
	}
	e.Stub(in.Pos, e.branchIf(c), func() {
		e.boundsArgs(index, length)
		e.stubFrame()
		e.number(in.Imm, a64.R2)
		if e.Opts.Conv == abi.Stack {
			for i, r := range []a64.Reg{a64.R0, a64.R1, a64.R2} {
				e.op(a64.MOVD, a64.R(r), a64.M(a64.SP, int64(8+8*i)))
			}
		}
		e.call(rtcall.PanicBounds, 0)
		e.op(a64.UNDEF)
	})
}

// stubCall notes a call behind the body with n bytes of arguments.
func (s *selector) stubCall(n int64) { s.M.StubOut = max(s.M.StubOut, n) }

// boundsArgs moves the operands of a failed check to where panicBounds takes them.
func (e *emitter) boundsArgs(index, length a64.Operand) {
	if index.Kind == a64.Register && index.Reg == a64.R1 {
		e.op(a64.MOVD, index, a64.R(tmpC))
		index.Reg = tmpC
	}
	e.moveTo(length, a64.R1)
	e.moveTo(index, a64.R0)
}

func (e *emitter) moveTo(src a64.Operand, dst a64.Reg) {
	switch {
	case src.Kind == a64.Immediate:
		e.number(src.Imm, dst)
	case src.Reg != dst:
		e.op(a64.MOVD, src, a64.R(dst))
	}
}

func lowerCheck(s *selector, v *ssa.Value) {
	s.stubCall(0)
	c := s.flags(v.Args[0])
	in := s.pseudo(expandCheck)
	in.Aux = checkAux{c, v.Aux.(string)}
}

type checkAux struct {
	c  a64.Cond
	fn string
}

// expandCheck leaves to a stub that calls a function which does not return, unless the condition holds.
func expandCheck(e *emitter, in *codegen.Inst) {
	a := in.Aux.(checkAux)
	e.Stub(in.Pos, e.branchIf(a.c.Not()), func() {
		e.stubFrame()
		e.call(codegen.RuntimeName(a.fn), 0)
		e.op(a64.UNDEF)
	})
}

// stubFrame makes a frame for a call behind a function that has none, with
// room for what the callee may spill.
func (e *emitter) stubFrame() {
	if e.Frame.Size != 0 {
		return
	}
	e.SetSP(0)
	e.pushFrame(stubFrameSize)
	e.SetSP(stubFrameSize)
}

// stubSpill is what panicBounds gets as arguments, or may spill of those in registers; stubFrameSize has that, the return address, and the
// caller's frame pointer.
const (
	stubSpill     = 24
	stubFrameSize = 48
)

// lowerNop makes the instruction at which a function compiled for a debugger has its parameters and
// results in place: breakpoints on the function go there.
func lowerNop(s *selector, v *ssa.Value) { s.pseudo(expandNop) }

func expandNop(e *emitter, in *codegen.Inst) {
	e.Bound = len(e.Pos)
	e.op(a64.NOOP)
}

func lowerUnsafeMark(s *selector, v *ssa.Value) {
	in := s.pseudo(expandUnsafeMark)
	in.Imm = v.AuxInt
	in.IsUnsafeMark = true
}

func expandUnsafeMark(e *emitter, in *codegen.Inst) { e.SetUnsafe(in.Imm == 1) }

func lowerKeepAlive(s *selector, v *ssa.Value) {
	if codegen.AtUse(s.Root(v.Args[0])) {
		return
	}
	in := s.pseudo(expandNothing)
	s.Before(in, func() codegen.Arg { return in.UseAny(s.Reg(v.Args[0])) })
}

func expandNothing(e *emitter, in *codegen.Inst) {}

const lateUse = regalloc.Late
