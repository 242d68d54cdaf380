package arm64

import (
	"strata/internal/arm64/a64"
	"strata/internal/codegen"
	"strata/internal/rtcall"
	"strata/internal/ssa"
)

// Atomic operations are loops around exclusive loads and stores, with the order of acquire and release.

// exclusiveOps and their likes are by log2 of the size.
var (
	acquireOps   = [4]a64.Op{a64.LDARB, a64.LDARH, a64.LDARW, a64.LDAR}
	releaseOps   = [4]a64.Op{a64.STLRB, a64.STLRH, a64.STLRW, a64.STLR}
	exclusiveOps = [4]a64.Op{a64.LDAXRB, a64.LDAXRH, a64.LDAXRW, a64.LDAXR}
	condOps      = [4]a64.Op{a64.STLXRB, a64.STLXRH, a64.STLXRW, a64.STLXR}
)

// atomic makes an instruction that expand turns into one on memory; its operands stay until it is done.
func (s *selector) atomic(v *ssa.Value, t ssa.Type, expand expansion, args ...*ssa.Value) *codegen.Inst {
	in := s.pseudo(expand)
	in.Imm = t.Size()
	for i, x := range args {
		in.Args[1+i] = s.Register(in, x)
	}
	in.Args[0] = s.address(in, v.Args[0], v.AuxInt, 0)
	for i := range in.Regs {
		in.Regs[i].When = lateUse
	}
	return in
}

func lowerAtomicLoad(s *selector, v *ssa.Value) {
	in := s.atomic(v, v.Type, expandAtomicLoad)
	in.Def(s.Result(v))
}

func expandAtomicLoad(e *emitter, in *codegen.Inst) {
	e.op(acquireOps[log2(in.Imm)], e.pointer(in.Args[0].M), a64.R(e.last(in)))
}

func lowerAtomicStore(s *selector, v *ssa.Value) {
	s.atomic(v, v.Args[1].Type, expandAtomicStore, v.Args[1])
}

func expandAtomicStore(e *emitter, in *codegen.Inst) {
	e.op(releaseOps[log2(in.Imm)], e.operand(in, in.Args[1]), e.pointer(in.Args[0].M))
}

// lowerAtomicRMW exchanges memory with what op makes of it and an operand, and gives the old value.
func lowerAtomicRMW(op *widths) lowering {
	return func(s *selector, v *ssa.Value) {
		t := v.Args[1].Type
		in := s.atomic(v, t, expandRMW, v.Args[1])
		if op != nil {
			in.Op = mop(op.of(t))
		}
		if s.VRegs[v.ID] != 0 {
			in.Def(s.VRegs[v.ID])
		} else {
			in.Def(s.NewTemp(t))
		}
	}
}

func expandRMW(e *emitter, in *codegen.Inst) {
	p, x, old := e.pointer(in.Args[0].M), e.operand(in, in.Args[1]), a64.R(e.last(in))
	k := log2(in.Imm)
	loop := e.Here()
	e.op(exclusiveOps[k], p, old)
	if in.Op != 0 {
		e.op(a64.Op(in.Op), x, old, a64.R(tmpC))
		x = a64.R(tmpC)
	}
	e.op(condOps[k], x, p, a64.R(tmpB))
	e.op(a64.CBNZW, a64.R(tmpB), a64.To(loop))
}

func lowerAtomicCAS(s *selector, v *ssa.Value) {
	t := v.Args[1].Type
	in := s.atomic(v, t, expandCAS, v.Args[1], v.Args[2])
	if s.VRegs[v.ID] != 0 {
		s.flagTo(s.Result(v), a64.EQ)
	}
	_ = in
}

// expandCAS leaves the flags at equal if it stored.
func expandCAS(e *emitter, in *codegen.Inst) {
	p, old, x := e.pointer(in.Args[0].M), e.operand(in, in.Args[1]), e.operand(in, in.Args[2])
	k := log2(in.Imm)
	loop := e.Here()
	e.op(exclusiveOps[k], p, a64.R(tmpC))
	switch k {
	case 0, 1:
		old = a64.Operand{Kind: a64.Extended, Reg: old.Reg, Ext: []a64.Ext{a64.UXTBExt, a64.UXTHExt}[k]}
		e.op(a64.CMPW, old, a64.R(tmpC))
	case 2:
		e.op(a64.CMPW, old, a64.R(tmpC))
	default:
		e.op(a64.CMP, old, a64.R(tmpC))
	}
	end := e.branchIf(a64.NE)
	e.op(condOps[k], x, p, a64.R(tmpB))
	e.op(a64.CBNZW, a64.R(tmpB), a64.To(loop))
	e.bind(end)
}

// lowerWBPtr hands the new pointer and what the slot holds to the write barrier's buffer.
func lowerWBPtr(s *selector, v *ssa.Value) {
	in := s.pseudo(expandWBPtr)
	p := s.Register(in, v.Args[0])
	m := s.address(in, v.Args[1], 0, 0)
	for i := range in.Regs {
		in.Regs[i].When = lateUse
	}
	in.Set(p, m)
	s.M.HasCalls, s.M.Returns = true, true
}

func expandWBPtr(e *emitter, in *codegen.Inst) {
	defer e.UnsafeRegion()()
	e.call(rtcall.WriteBarrier2, 0)
	e.op(a64.MOVD, e.operand(in, in.Args[0]), a64.M(barrierReg, 0))
	e.load(a64.MOVD, 8, in.Args[1].M, tmpC)
	e.op(a64.MOVD, a64.R(tmpC), a64.M(barrierReg, 8))
}

func lowerPrefetch(s *selector, v *ssa.Value) {
	in := s.pseudo(expandPrefetch)
	in.Imm = v.AuxInt
	in.Args[0] = s.address(in, v.Args[0], 0, 0)
}

// expandPrefetch loads into the first cache, to stay or to be used once.
func expandPrefetch(e *emitter, in *codegen.Inst) {
	e.op(a64.PRFM, e.pointer(in.Args[0].M), a64.I(in.Imm))
}

// lowerPublish orders the stores that initialise an object before the one that makes it known.
func lowerPublish(s *selector, v *ssa.Value) {
	in := s.ins(a64.DMB)
	in.Set(codegen.Imm(storeBarrier))
}

// storeBarrier is the option of DMB that orders stores among all processors.
const storeBarrier = 0xa
