package arm64

import (
	"strata/internal/arm64/a64"
	"strata/internal/codegen"
	"strata/internal/regalloc"
	"strata/internal/ssa"
)

// selector chooses arm64 instructions.
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
func (s *selector) ins(op a64.Op) *codegen.Inst { return s.NewInst(mop(op)) }

// pseudo appends an instruction that expand turns into instructions of the machine.
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
		in := s.pseudo(expandLEA)
		in.Set(s.address(in, v, 0, 0), in.Def(d))
	}
	return d
}

// expandLEA computes an address.
func expandLEA(e *emitter, in *codegen.Inst) { e.lea(in.Args[0].M, e.reg(in, int(in.Args[1].Reg))) }

// constant loads an integer.
func (s *selector) constant(d regalloc.VReg, t ssa.Type, c int64) {
	in := s.pseudo(expandConstant)
	in.Imm = c
	if t.Size() < 8 {
		in.Imm = int64(uint32(c))
	}
	in.Def(d)
}

func expandConstant(e *emitter, in *codegen.Inst) { e.number(in.Imm, e.reg(in, 0)) }

// floatConstant loads a float given by its bits.
func (s *selector) floatConstant(d regalloc.VReg, t ssa.Type, bits uint64) {
	if t == ssa.F32 {
		bits = uint64(uint32(bits))
	}
	in := s.pseudo(expandFloatConstant)
	in.Imm = int64(bits)
	in.Op = mop(floatMOV.of(t))
	in.Def(d)
	if _, ok := floatImmediate(t == ssa.F32, bits); bits != 0 && !ok {
		in.Aux = s.M.Pool.Add(bits, int(t.Size()))
	}
}

// expandFloatConstant makes a float from zero, an immediate, or the pool.
func expandFloatConstant(e *emitter, in *codegen.Inst) {
	op, d := a64.Op(in.Op), a64.R(e.reg(in, 0))
	if in.Imm == 0 {
		e.op(op, a64.R(a64.ZR), d)
		return
	}
	if off, ok := in.Aux.(int); ok {
		e.op(op, a64.Addr(codegen.PoolSym, int64(off)), d)
		return
	}
	f, _ := floatImmediate(op == a64.FMOVS, uint64(in.Imm))
	e.op(op, a64.Operand{Kind: a64.Float, Imm: int64(f)}, d)
}

// immediate is the value of an integer constant.
func (s *selector) immediate(v *ssa.Value) (int64, bool) {
	for v.Op == ssa.OpCopy {
		v = v.Args[0]
	}
	if v.Op != ssa.OpConst {
		return 0, false
	}
	return codegen.ConstOf(v), true
}

// arithImm is an immediate that ADD or SUB take.
func arithImm(c int64) bool {
	if c < 0 {
		c = -c
	}
	return c>>12 == 0 || c>>24 == 0 && c&0xfff == 0
}

// logicImm is an immediate that AND and its like take.
func logicImm(c int64, t ssa.Type) bool {
	_, ok := a64.MaskBits(uint64(c), t.Size() == 8)
	return ok
}

// move copies a register; the allocator may coalesce the two.
func (s *selector) move(d, v regalloc.VReg, t ssa.Type) {
	op := a64.MOVD
	if codegen.ClassOf(t) == regalloc.FloatClass {
		op = a64.FMOVD
	}
	in := s.ins(op)
	in.Move = true
	dst := in.Def(d)
	in.Set(in.Use(v), dst)
}

// ZeroExtended tells whether the register of v's argument already has zeros above the argument's width: instructions on 4 bytes
// clear the rest.
func (s *selector) ZeroExtended(v *ssa.Value) bool {
	a := v.Args[0]
	switch a.Op {
	case ssa.OpLoad:
		return a.Type != ssa.I64
	case ssa.OpAdd, ssa.OpSub, ssa.OpMul, ssa.OpNeg, ssa.OpNot, ssa.OpAnd, ssa.OpOr, ssa.OpXor, ssa.OpBswap:
		return a.Type == ssa.I32
	case ssa.OpZeroExt:
		return true
	}
	return false
}

// Arithmetic on registers, for sequences inside one op. Each returns a new register.

// two is a op b.
func (s *selector) two(op a64.Op, t ssa.Type, a, b regalloc.VReg) regalloc.VReg {
	d := s.NewTemp(t)
	in := s.ins(op)
	x := in.Use(a)
	in.Set(in.Use(b), x, in.Def(d))
	return d
}

// twoImm is a op $c, which the instruction must take.
func (s *selector) twoImm(op a64.Op, t ssa.Type, a regalloc.VReg, c int64) regalloc.VReg {
	d := s.NewTemp(t)
	in := s.ins(op)
	in.Set(codegen.Imm(c), in.Use(a), in.Def(d))
	return d
}

// one is op a.
func (s *selector) one(op a64.Op, t ssa.Type, a regalloc.VReg) regalloc.VReg {
	d := s.NewTemp(t)
	in := s.ins(op)
	in.Set(in.Use(a), in.Def(d))
	return d
}

// number is a constant in a register.
func (s *selector) number(t ssa.Type, c int64) regalloc.VReg {
	d := s.NewTemp(t)
	s.constant(d, t, c)
	return d
}

// finish makes r the result of v.
func (s *selector) finish(v *ssa.Value, r regalloc.VReg) { s.move(s.Result(v), r, v.Type) }

// extend is x in 4 bytes or more.
func (s *selector) extend(x *ssa.Value, signed bool) regalloc.VReg {
	r := s.Reg(x)
	if !narrow(x.Type) {
		return r
	}
	return s.one(extension(x.Type, signed), ssa.I32, r)
}

// extension is the move that extends a number of type t.
func extension(t ssa.Type, signed bool) a64.Op {
	if signed {
		return signOps[log2(t.Size())]
	}
	return loadOps[log2(t.Size())]
}
