package amd64

import (
	"strata/internal/amd64/x86"
	"strata/internal/codegen"
	"strata/internal/regalloc"
	"strata/internal/ssa"
)

// selector chooses x86 instructions.
type selector struct{ codegen.Selector }

// lowering emits the instructions of one op.
type lowering func(s *selector, v *ssa.Value)

func selectFunc(t *codegen.Target, f *ssa.Func) (*codegen.Func, error) {
	s := &selector{codegen.NewSelection(t, f)}
	s.Chooser = s
	return s.Run()
}

// HasLowering tells whether an op has a line in lowerings.
func (s *selector) HasLowering(op ssa.Op) bool {
	return int(op) < len(lowerings) && lowerings[op] != nil
}

// Lower chooses instructions by the table of lowerings.
func (s *selector) Lower(v *ssa.Value) { lowerings[v.Op](s, v) }

// ins appends an instruction to the group.
func (s *selector) ins(op x86.Op) *codegen.Inst { return s.NewInst(mop(op)) }

// pseudo appends an instruction that expand turns into x86 instructions.
func (s *selector) pseudo(expand expansion) *codegen.Inst {
	in := s.ins(0)
	in.Expand = expand
	return in
}

// Materialise puts a constant or address into a new register.
func (s *selector) Materialise(v *ssa.Value) regalloc.VReg {
	d := s.M.NewVReg(v.Type)
	switch v.Op {
	case ssa.OpConst:
		s.constant(d, v.Type, codegen.ConstOf(v))
	case ssa.OpConstF:
		s.floatConstant(d, v.Type, uint64(v.AuxInt))
	default:
		in := s.ins(x86.LEAQ)
		in.Set(s.address(in, v, 0), in.Def(d))
	}
	return d
}

// constant loads an integer.
func (s *selector) constant(d regalloc.VReg, t ssa.Type, c int64) {
	op := x86.MOVL
	if t.Size() == 8 {
		op = x86.MOVQ
	} else {
		c = int64(int32(c))
	}
	if c >= 0 && c <= 0x7fffffff {
		op = x86.MOVL
	}
	in := s.ins(op)
	in.Set(codegen.Imm(c), in.Def(d))
}

// floatConstant loads a float given by its bits.
func (s *selector) floatConstant(d regalloc.VReg, t ssa.Type, bits uint64) {
	if t == ssa.F32 {
		bits = uint64(uint32(bits))
	}
	if bits == 0 {
		in := s.pseudo(expandZeroFloat)
		in.Def(d)
		return
	}
	in := s.ins(floatMOV.of(t))
	in.Set(s.poolArg(bits, t), in.Def(d))
}

func (s *selector) poolArg(bits uint64, t ssa.Type) codegen.Arg {
	return codegen.At(codegen.InPool, int64(s.M.Pool.Add(bits, int(t.Size()))))
}

// immediate is the value of an integer constant that fits a signed 32-bit immediate.
func (s *selector) immediate(v *ssa.Value) (int64, bool) {
	for v.Op == ssa.OpCopy {
		v = v.Args[0]
	}
	if v.Op != ssa.OpConst {
		return 0, false
	}
	c := codegen.ConstOf(v)
	return c, c == int64(int32(c))
}

// move copies a register; the allocator may coalesce the two.
func (s *selector) move(d, v regalloc.VReg, t ssa.Type) {
	op := x86.MOVQ
	if codegen.ClassOf(t) == regalloc.FloatClass {
		op = x86.MOVAPS
	}
	in := s.ins(op)
	in.Move = true
	dst := in.Def(d)
	in.Set(in.UseAny(v), dst)
	if op == x86.MOVAPS {
		in.Regs[1].Want = regalloc.Reg
	}
}

// ZeroExtended tells whether the register of v's argument already has zeros
// above the argument's width.
func (s *selector) ZeroExtended(v *ssa.Value) bool {
	a := v.Args[0]
	switch a.Op {
	case ssa.OpLoad:
		return a.Type != ssa.I64
	case ssa.OpAdd, ssa.OpSub, ssa.OpMul, ssa.OpNeg, ssa.OpAnd, ssa.OpOr, ssa.OpXor, ssa.OpShr, ssa.OpBswap:
		return a.Type == ssa.I32
	case ssa.OpZeroExt:
		return true
	}
	return false
}
