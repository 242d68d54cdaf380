package amd64

import (
	"strata/internal/amd64/x86"
	"strata/internal/codegen"
	"strata/internal/rtcall"
	"strata/internal/ssa"
)

// lowerAtomicStore exchanges, which also orders later loads.
func lowerAtomicStore(s *selector, v *ssa.Value) {
	x := v.Args[1]
	in := s.ins(opXCHG.of(x.Type))
	a := s.Register(in, x)
	m := s.address(in, v.Args[0], v.AuxInt)
	d := in.DefSame(s.NewTemp(x.Type), a)
	in.Set(d, m)
}

func lowerAtomicXchg(s *selector, v *ssa.Value) {
	in := s.ins(opXCHG.of(v.Type))
	a := s.Register(in, v.Args[1])
	m := s.address(in, v.Args[0], v.AuxInt)
	in.Set(in.DefSame(s.Result(v), a), m)
}

func lowerAtomicAdd(s *selector, v *ssa.Value) {
	wanted := s.VRegs[v.ID] != 0
	in := s.pseudo(expandLocked)
	a := s.Register(in, v.Args[1])
	m := s.address(in, v.Args[0], v.AuxInt)
	if !wanted {
		in.Op = mop(memADD.of(v.Type))
		in.Set(a, m)
		return
	}
	in.Op = mop(opXADD.of(v.Type))
	in.Set(in.DefSame(s.Result(v), a), m)
}

// expandLocked is the instruction's op behind a lock prefix.
func expandLocked(e *emitter, in *codegen.Inst) {
	x, m := e.operand(in, in.Args[0]), e.operand(in, in.Args[1])
	e.op(x86.LOCK)
	e.op(x86.Op(in.Op), x, m)
}

func lowerAtomicCAS(s *selector, v *ssa.Value) {
	wanted := s.VRegs[v.ID] != 0
	t := v.Args[1].Type
	in := s.pseudo(expandCAS)
	in.Op = mop(opCMPX.of(t))
	s.Before(in, func() codegen.Arg { return in.UseFixed(s.Reg(v.Args[1]), preg(x86.AX)) })
	x := s.Register(in, v.Args[2])
	m := s.address(in, v.Args[0], v.AuxInt)
	in.Set(x, m)
	in.Clobbers = in.Clobbers.With(preg(x86.AX))
	if wanted {
		in = s.ins(x86.SETEQ)
		in.Set(in.Def(s.Result(v)))
	}
}

func expandCAS(e *emitter, in *codegen.Inst) { expandLocked(e, in) }

// lowerAtomicLogic is a locked AND or OR; if the old value is wanted, a loop around CMPXCHG.
func lowerAtomicLogic(s *selector, v *ssa.Value) {
	t := v.Type
	if t == ssa.Void {
		t = v.Args[1].Type
	}
	mem, reg := &memAND, &opAND
	if v.Op == ssa.OpAtomicOr {
		mem, reg = &memOR, &opOR
	}
	if s.VRegs[v.ID] == 0 {
		in := s.pseudo(expandLocked)
		in.Op = mop(mem.of(t))
		a := s.Register(in, v.Args[1])
		m := s.address(in, v.Args[0], v.AuxInt)
		in.Set(a, m)
		return
	}
	in := s.pseudo(expandAtomicLoop)
	in.Op = mop(reg.of(t))
	in.Imm = t.Size()
	a := s.Before(in, func() codegen.Arg { return in.UseLate(s.Reg(v.Args[1])) })
	m := s.address(in, v.Args[0], v.AuxInt)
	for i := range in.Regs {
		in.Regs[i].When = lateUse // the loop reads its operands again after writing AX
	}
	in.Set(a, m, in.Temp(s.NewTemp(t)))
	in.DefFixed(s.Result(v), preg(x86.AX))
}

func expandAtomicLoop(e *emitter, in *codegen.Inst) {
	y, m, t := e.operand(in, in.Args[0]), e.operand(in, in.Args[1]), e.operand(in, in.Args[2])
	typ := ssa.IntType(in.Imm)
	ax := x86.R(x86.AX)
	e.op(opZX.of(typ), m, ax)
	loop := e.Here()
	e.op(x86.MOVQ, ax, t)
	e.op(x86.Op(in.Op), y, t)
	e.op(x86.LOCK)
	e.op(opCMPX.of(typ), t, m)
	e.op(x86.JNE, x86.To(loop))
}

// lowerWBPtr hands the new pointer and what the slot holds to the write barrier's buffer.
func lowerWBPtr(s *selector, v *ssa.Value) {
	in := s.pseudo(expandWBPtr)
	p := s.Register(in, v.Args[0])
	m := s.address(in, v.Args[1], 0)
	for i := range in.Regs {
		in.Regs[i].When = lateUse
	}
	in.Set(p, m)
	in.Clobbers = in.Clobbers.With(preg(x86.R11))
	s.M.HasCalls, s.M.Returns = true, true
}

func expandWBPtr(e *emitter, in *codegen.Inst) {
	p, m := e.operand(in, in.Args[0]), e.operand(in, in.Args[1])
	defer e.UnsafeRegion()()
	e.call(rtcall.WriteBarrier2, 0)
	e.op(x86.MOVQ, p, x86.M(x86.R11, 0))
	e.op(x86.MOVQ, m, x86.R(scratchX))
	e.op(x86.MOVQ, x86.R(scratchX), x86.M(x86.R11, 8))
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

func lowerPrefetch(s *selector, v *ssa.Value) {
	in := s.ins(x86.PREFETCHT0)
	if v.AuxInt != 0 {
		in.Op = mop(x86.PREFETCHNTA)
	}
	in.Set(s.address(in, v.Args[0], 0))
}

// lowerCtrlGroup makes a bit per control byte that matches.
func lowerCtrlGroup(s *selector, v *ssa.Value) {
	ctrl := s.Reg(v.Args[0])
	in := s.pseudo(expandCtrlGroup)
	in.Imm = v.AuxInt
	d := s.Result(v)
	in.Use(ctrl)
	if v.AuxInt == ssa.GroupMatchH2 {
		s.Before(in, func() codegen.Arg { return in.Use(s.Reg(v.Args[1])) })
	}
	in.Args[0] = in.Temp(s.NewTemp(ssa.V128))
	in.Args[1] = in.Def(d)
}

func expandCtrlGroup(e *emitter, in *codegen.Inst) {
	x, d := e.operand(in, in.Args[0]), e.operand(in, in.Args[1])
	y := x86.R(scratchX)
	e.op(x86.MOVQ, e.reg(in, 0), x)
	switch in.Imm {
	case ssa.GroupMatchH2:
		e.op(x86.MOVQ, e.reg(in, 1), y)
		e.op(x86.PUNPCKLBW, y, y)
		e.op(x86.PSHUFLW, x86.I(0), y, y)
		e.op(x86.PCMPEQB, y, x)
	case ssa.GroupMatchEmpty: // 0x80: the only byte with nothing but the highest bit
		e.op(x86.PCMPEQL, y, y)
		e.op(x86.PSLLW, x86.I(15), y)
		e.op(x86.PACKSSWB, y, y) // 0x8000 saturates to 0x80
		e.op(x86.PCMPEQB, y, x)
	}
	e.op(x86.PMOVMSKB, x, d)
	if in.Imm == ssa.GroupMatchFull {
		e.op(x86.NOTL, d)
	}
	e.op(x86.MOVBLZX, d, d)
}
