package amd64

import (
	"strata/internal/amd64/x86"
	"strata/internal/rtcall"
	"strata/internal/ssa"
)

// lowerAtomicStore exchanges, which also orders later loads.
func lowerAtomicStore(s *selector, v *ssa.Value) {
	x := v.Args[1]
	in := s.ins(opXCHG.of(x.Type))
	a := s.register(in, x)
	m := s.address(in, v.Args[0], v.AuxInt)
	d := in.defSame(s.newTemp(x.Type), a)
	in.set(d, m)
}

func lowerAtomicXchg(s *selector, v *ssa.Value) {
	in := s.ins(opXCHG.of(v.Type))
	a := s.register(in, v.Args[1])
	m := s.address(in, v.Args[0], v.AuxInt)
	in.set(in.defSame(s.result(v), a), m)
}

func lowerAtomicAdd(s *selector, v *ssa.Value) {
	wanted := s.vregs[v.ID] != 0
	in := s.pseudo(expandLocked)
	a := s.register(in, v.Args[1])
	m := s.address(in, v.Args[0], v.AuxInt)
	if !wanted {
		in.op = memADD.of(v.Type)
		in.set(a, m)
		return
	}
	in.op = opXADD.of(v.Type)
	in.set(in.defSame(s.result(v), a), m)
}

// expandLocked is the instruction's op behind a lock prefix.
func expandLocked(e *emitter, in *inst) {
	x, m := e.operand(in, in.args[0]), e.operand(in, in.args[1])
	e.op(x86.LOCK)
	e.op(in.op, x, m)
}

func lowerAtomicCAS(s *selector, v *ssa.Value) {
	wanted := s.vregs[v.ID] != 0
	t := v.Args[1].Type
	in := s.pseudo(expandCAS)
	in.op = opCMPX.of(t)
	s.before(in, func() arg { return in.useFixed(s.reg(v.Args[1]), x86.AX) })
	x := s.register(in, v.Args[2])
	m := s.address(in, v.Args[0], v.AuxInt)
	in.set(x, m)
	in.clobbers = in.clobbers.With(preg(x86.AX))
	if wanted {
		in = s.ins(x86.SETEQ)
		in.set(in.def(s.result(v)))
	}
}

func expandCAS(e *emitter, in *inst) { expandLocked(e, in) }

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
	if s.vregs[v.ID] == 0 {
		in := s.pseudo(expandLocked)
		in.op = mem.of(t)
		a := s.register(in, v.Args[1])
		m := s.address(in, v.Args[0], v.AuxInt)
		in.set(a, m)
		return
	}
	in := s.pseudo(expandAtomicLoop)
	in.op = reg.of(t)
	in.imm = t.Size()
	a := s.before(in, func() arg { return in.useLate(s.reg(v.Args[1])) })
	m := s.address(in, v.Args[0], v.AuxInt)
	for i := range in.regs {
		in.regs[i].When = lateUse // the loop reads its operands again after writing AX
	}
	in.set(a, m, in.temp(s.newTemp(t)))
	in.defFixed(s.result(v), x86.AX)
}

func expandAtomicLoop(e *emitter, in *inst) {
	y, m, t := e.operand(in, in.args[0]), e.operand(in, in.args[1]), e.operand(in, in.args[2])
	typ := ssa.IntType(in.imm)
	ax := x86.R(x86.AX)
	e.op(opZX.of(typ), m, ax)
	loop := e.here()
	e.op(x86.MOVQ, ax, t)
	e.op(in.op, y, t)
	e.op(x86.LOCK)
	e.op(opCMPX.of(typ), t, m)
	e.op(x86.JNE, x86.To(loop))
}

// lowerWBPtr hands the new pointer and what the slot holds to the write barrier's buffer.
func lowerWBPtr(s *selector, v *ssa.Value) {
	in := s.pseudo(expandWBPtr)
	p := s.register(in, v.Args[0])
	m := s.address(in, v.Args[1], 0)
	for i := range in.regs {
		in.regs[i].When = lateUse
	}
	in.set(p, m)
	in.clobbers = in.clobbers.With(preg(x86.R11))
	s.mf.hasCalls, s.mf.returns = true, true
}

func expandWBPtr(e *emitter, in *inst) {
	p, m := e.operand(in, in.args[0]), e.operand(in, in.args[1])
	defer e.unsafeRegion()()
	e.call(rtcall.WriteBarrier2, 0)
	e.op(x86.MOVQ, p, x86.M(x86.R11, 0))
	e.op(x86.MOVQ, m, x86.R(scratchX))
	e.op(x86.MOVQ, x86.R(scratchX), x86.M(x86.R11, 8))
}

func lowerUnsafeMark(s *selector, v *ssa.Value) {
	in := s.pseudo(expandUnsafeMark)
	in.imm = v.AuxInt
	in.isUnsafeMark = true
}

func expandUnsafeMark(e *emitter, in *inst) { e.setUnsafe(in.imm == 1) }

func lowerKeepAlive(s *selector, v *ssa.Value) {
	if atUse(s.root(v.Args[0])) {
		return
	}
	in := s.pseudo(expandNothing)
	s.before(in, func() arg { return in.useAny(s.reg(v.Args[0])) })
}

func expandNothing(e *emitter, in *inst) {}

func lowerPrefetch(s *selector, v *ssa.Value) {
	in := s.ins(x86.PREFETCHT0)
	if v.AuxInt != 0 {
		in.op = x86.PREFETCHNTA
	}
	in.set(s.address(in, v.Args[0], 0))
}

func lowerPause(s *selector, v *ssa.Value) { s.ins(x86.PAUSE) }
func lowerBreak(s *selector, v *ssa.Value) { s.ins(x86.INT3) }

// lowerCtrlGroup makes a bit per control byte that matches.
func lowerCtrlGroup(s *selector, v *ssa.Value) {
	ctrl := s.reg(v.Args[0])
	in := s.pseudo(expandCtrlGroup)
	in.imm = v.AuxInt
	d := s.result(v)
	in.use(ctrl)
	if v.AuxInt == ssa.GroupMatchH2 {
		s.before(in, func() arg { return in.use(s.reg(v.Args[1])) })
	}
	in.args[0] = in.temp(s.newTemp(ssa.V128))
	in.args[1] = in.def(d)
}

func expandCtrlGroup(e *emitter, in *inst) {
	x, d := e.operand(in, in.args[0]), e.operand(in, in.args[1])
	y := x86.R(scratchX)
	e.op(x86.MOVQ, e.reg(in, 0), x)
	switch in.imm {
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
	if in.imm == ssa.GroupMatchFull {
		e.op(x86.NOTL, d)
	}
	e.op(x86.MOVBLZX, d, d)
}
