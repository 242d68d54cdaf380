package arm64

import (
	"math/bits"

	"strata/internal/arm64/a64"
	"strata/internal/codegen"
	"strata/internal/regalloc"
	"strata/internal/ssa"
)

// shiftOf is how a second operand is shifted.
type shiftOf struct {
	kind a64.Ext
	amt  uint8
}

// binary is d = x op y, y in a register, perhaps shifted.
func (s *selector) binary(v *ssa.Value, op a64.Op, x, y *ssa.Value) {
	d := s.Result(v)
	if sh, z, ok := s.shiftedOperand(v, y); ok {
		in := s.pseudo(expandShifted)
		in.Op, in.Aux = mop(op), sh
		a := s.Register(in, x)
		b := s.Register(in, z)
		in.Set(b, a, in.Def(d))
		return
	}
	in := s.ins(op)
	a := s.Register(in, x)
	b := s.Register(in, y)
	in.Set(b, a, in.Def(d))
}

// shiftedOperand recognises y = z shifted by a constant that nobody else wants.
func (s *selector) shiftedOperand(v, y *ssa.Value) (shiftOf, *ssa.Value, bool) {
	y = s.Root(y)
	if y.Op != ssa.OpShl || y.Type != v.Type && !(v.Type == ssa.Ptr && y.Type == ssa.I64) || narrow(y.Type) || !s.FoldHere(y) || y.Uses != 1 {
		return shiftOf{}, nil, false
	}
	c, ok := s.immediate(y.Args[1])
	if !ok || c < 0 || c >= int64(y.Type.Bits()) {
		return shiftOf{}, nil, false
	}
	return shiftOf{a64.LSLShift, uint8(c)}, y.Args[0], true
}

func expandShifted(e *emitter, in *codegen.Inst) {
	sh := in.Aux.(shiftOf)
	e.op(a64.Op(in.Op), a64.Sh(e.reg(in, int(in.Args[0].Reg)), sh.kind, sh.amt), e.operand(in, in.Args[1]), e.operand(in, in.Args[2]))
}

// order exchanges the arguments of a commutative op so that the second one is the constant or a shifted register.
func (s *selector) order(v *ssa.Value) (x, y *ssa.Value) {
	x, y = v.Args[0], v.Args[1]
	if _, ok := s.immediate(y); ok {
		return x, y
	}
	if _, ok := s.immediate(x); ok {
		return y, x
	}
	if _, _, ok := s.shiftedOperand(v, x); ok {
		return y, x
	}
	return x, y
}

func lowerAdd(s *selector, v *ssa.Value) {
	if v.Type.IsFloat() {
		s.floatBinary(v, &floatADD)
		return
	}
	x, y := s.order(v)
	s.add(v, x, y)
}

// add is v = x + y.
func (s *selector) add(v, x, y *ssa.Value) {
	if c, ok := s.immediate(y); ok && arithImm(c) {
		s.withImm(v, opADD.of(v.Type), x, c)
		return
	}
	s.binary(v, opADD.of(v.Type), x, y)
}

// withImm is d = x op $c.
func (s *selector) withImm(v *ssa.Value, op a64.Op, x *ssa.Value, c int64) {
	d := s.Result(v)
	in := s.ins(op)
	a := s.Register(in, x)
	in.Set(codegen.Imm(c), a, in.Def(d))
}

func lowerSub(s *selector, v *ssa.Value) {
	if v.Type.IsFloat() {
		s.floatBinary(v, &floatSUB)
		return
	}
	if c, ok := s.immediate(v.Args[1]); ok && arithImm(c) {
		s.withImm(v, opSUB.of(v.Type), v.Args[0], c)
		return
	}
	s.binary(v, opSUB.of(v.Type), v.Args[0], v.Args[1])
}

func logic(op *widths) lowering {
	return func(s *selector, v *ssa.Value) {
		x, y := s.order(v)
		if c, ok := s.immediate(y); ok && logicImm(c, v.Type) {
			if v.Type.Size() < 8 {
				c = int64(uint32(c))
			}
			s.withImm(v, op.of(v.Type), x, c)
			return
		}
		s.binary(v, op.of(v.Type), x, y)
	}
}

func lowerNeg(s *selector, v *ssa.Value) {
	if v.Type.IsFloat() {
		s.unary(v, floatNEG.of(v.Type))
		return
	}
	s.unary(v, opNEG.of(v.Type))
}

func lowerNot(s *selector, v *ssa.Value) {
	if v.Type == ssa.Bool {
		if c, ok := s.condition(v); ok {
			s.setcc(v, c)
			return
		}
		s.withImm(v, a64.EORW, v.Args[0], 1)
		return
	}
	s.unary(v, opMVN.of(v.Type))
}

func (s *selector) unary(v *ssa.Value, op a64.Op) {
	d := s.Result(v)
	in := s.ins(op)
	a := s.Register(in, v.Args[0])
	in.Set(a, in.Def(d))
}

func lowerMul(s *selector, v *ssa.Value) {
	if v.Type.IsFloat() {
		s.floatBinary(v, &floatMUL)
		return
	}
	x, y := s.order(v)
	c, ok := s.immediate(y)
	if ok && s.mulConst(v, x, c) {
		return
	}
	d := s.Result(v)
	in := s.ins(opMUL.of(v.Type))
	a := s.Register(in, x)
	b := s.Register(in, y)
	in.Set(b, a, in.Def(d))
}

// mulConst multiplies by a power of two, or one more or less, with one shift.
func (s *selector) mulConst(v, x *ssa.Value, c int64) bool {
	if c <= 0 {
		return false
	}
	r := s.Reg(x)
	k := uint8(bits.TrailingZeros64(uint64(c)))
	switch {
	case c&(c-1) == 0:
		in := s.ins(opLSL.of(v.Type))
		in.Set(codegen.Imm(int64(k)), in.Use(r), in.Def(s.Result(v)))
	case (c-1)&(c-2) == 0 && c > 2:
		in := s.pseudo(expandShifted)
		in.Op, in.Aux = mop(opADD.of(v.Type)), shiftOf{a64.LSLShift, uint8(bits.TrailingZeros64(uint64(c - 1)))}
		a := in.Use(r)
		in.Set(a, a, in.Def(s.Result(v)))
	default:
		return false
	}
	return true
}

// lowerMulHi is the high half of a product.
func lowerMulHi(s *selector, v *ssa.Value) {
	t := v.Type
	signed := v.Op == ssa.OpMulHi
	if t.Size() == 8 {
		op := a64.UMULH
		if signed {
			op = a64.SMULH
		}
		x, y := s.Reg(v.Args[0]), s.Reg(v.Args[1])
		in := s.ins(op)
		a := in.Use(x)
		in.Set(in.Use(y), a, in.Def(s.Result(v)))
		return
	}
	x, y := s.extend(v.Args[0], signed), s.extend(v.Args[1], signed)
	op := a64.UMULL
	if signed {
		op = a64.SMULL
	}
	p := s.two(op, ssa.I64, x, y)
	in := s.ins(a64.LSR)
	in.Set(codegen.Imm(int64(t.Bits())), in.Use(p), in.Def(s.Result(v)))
}

// lowerMulWideU is hi, lo = x * y.
func lowerMulWideU(s *selector, v *ssa.Value) {
	t := v.Args[0].Type
	if t.Size() != 8 {
		s.Fail(v, "no wide product of this width")
		return
	}
	r := s.Tuple(v, 2, t)
	x, y := s.Reg(v.Args[0]), s.Reg(v.Args[1])
	for i, op := range []a64.Op{a64.UMULH, a64.MUL} {
		in := s.ins(op)
		a := in.Use(x)
		in.Set(in.Use(y), a, in.Def(r[i]))
	}
}

// lowerCarry is sum, carry = x + y + c, or diff, borrow = x - y - c.
func lowerCarry(s *selector, v *ssa.Value) {
	t := v.Args[0].Type
	if narrow(t) {
		s.Fail(v, "no carry at this width")
		return
	}
	first, next, out := &opADDS, &opADCS, a64.HS
	if v.Op == ssa.OpSubBorrow {
		first, next, out = &opSUBS, &opSBCS, a64.LO
	}
	r := s.Tuple(v, 2, t)
	x, y := s.Reg(v.Args[0]), s.Reg(v.Args[1])
	op := first
	if c, ok := s.immediate(v.Args[2]); !ok || c != 0 {
		op = next
		cr := s.Reg(v.Args[2])
		in := s.pseudo(expandCarryIn)
		in.Imm = int64(v.Op)
		in.Use(cr)
	}
	in := s.ins(op.of(t))
	a := in.Use(x)
	in.Set(in.Use(y), a, in.Def(r[0]))
	if list := s.Results[v.ID]; len(list) > 1 && list[1] != nil && s.VRegs[list[1].ID] != 0 {
		s.flagTo(r[1], out)
	}
}

// expandCarryIn puts the lowest bit of a register into the carry flag, for a subtraction its opposite.
func expandCarryIn(e *emitter, in *codegen.Inst) {
	r := a64.R(e.reg(in, 0))
	e.op(a64.AND, a64.I(1), r, a64.R(tmpC))
	if ssa.Op(in.Imm) == ssa.OpSubBorrow {
		e.op(a64.CMP, a64.R(tmpC), a64.R(a64.ZR))
		return
	}
	e.op(a64.CMP, a64.I(1), a64.R(tmpC))
}

// flagTo makes 0 or 1 of a condition.
func (s *selector) flagTo(d regalloc.VReg, c a64.Cond) {
	in := s.pseudo(expandSet)
	in.Aux = c
	in.Def(d)
}

func expandSet(e *emitter, in *codegen.Inst) {
	e.op(a64.CSET, a64.C(in.Aux.(a64.Cond)), a64.R(e.reg(in, 0)))
}
