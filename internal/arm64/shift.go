package arm64

import (
	"strata/internal/arm64/a64"
	"strata/internal/codegen"
	"strata/internal/regalloc"
	"strata/internal/ssa"
)

// machineBits is the width of the machine shift that v uses; the processor masks counts to it.
func machineBits(t ssa.Type) int64 {
	if t.Size() == 8 {
		return 64
	}
	return 32
}

// bounded tells whether the count of v needs no comparison with the width.
func bounded(v *ssa.Value) bool { return v.AuxInt == 1 }

// constCount is a constant count, unsigned in its width.
func constCount(v *ssa.Value) (uint64, bool) {
	c := v.Args[1]
	if c.Op != ssa.OpConst {
		return 0, false
	}
	return uint64(codegen.ConstOf(c)) & (1<<(c.Type.Bits()-1)<<1 - 1), true
}

func lowerShl(s *selector, v *ssa.Value) { s.shift(v, &opLSL) }
func lowerShr(s *selector, v *ssa.Value) { s.shift(v, &opLSR) }

// shift is a shift that gives 0 for counts beyond the width.
func (s *selector) shift(v *ssa.Value, ops *widths) {
	t := v.Type
	op := ops.of(t)
	operand := func() regalloc.VReg {
		if v.Op == ssa.OpShr {
			return s.extend(v.Args[0], false)
		}
		return s.Reg(v.Args[0])
	}
	if n, ok := constCount(v); ok {
		switch {
		case n >= uint64(t.Bits()):
			s.constant(s.Result(v), t, 0)
		case n == 0:
			s.finish(v, operand())
		default:
			x := operand()
			in := s.ins(op)
			in.Set(codegen.Imm(int64(n)), in.Use(x), in.Def(s.Result(v)))
		}
		return
	}
	x := operand()
	if bounded(v) {
		s.shiftBy(op, s.Result(v), x, s.Reg(v.Args[1]))
		return
	}
	count := s.extend(v.Args[1], false)
	sh := s.NewTemp(wide(t))
	s.shiftBy(op, sh, x, count)
	// A count of the width or more gives zero.
	in := s.pseudo(expandOrZero)
	in.Op = mop(opCMP.of(v.Args[1].Type))
	in.Imm = machineBits(t)
	in.Use(count)
	in.Use(sh)
	in.Def(s.Result(v))
}

func (s *selector) shiftBy(op a64.Op, d, x, count regalloc.VReg) {
	in := s.ins(op)
	a := in.Use(x)
	in.Set(in.Use(count), a, in.Def(d))
}

func expandOrZero(e *emitter, in *codegen.Inst) {
	e.op(a64.Op(in.Op), a64.I(in.Imm), a64.R(e.reg(in, 0)))
	e.op(a64.CSEL, a64.C(a64.LO), a64.R(e.reg(in, 1)), a64.R(a64.ZR), a64.R(e.reg(in, 2)))
}

func lowerSar(s *selector, v *ssa.Value) {
	t := v.Type
	op := opASR.of(t)
	limit := machineBits(t)
	x := s.extend(v.Args[0], true)
	if n, ok := constCount(v); ok {
		if n = min(n, uint64(t.Bits())-1); n == 0 {
			s.finish(v, x)
			return
		}
		in := s.ins(op)
		in.Set(codegen.Imm(int64(n)), in.Use(x), in.Def(s.Result(v)))
		return
	}
	if bounded(v) {
		s.shiftBy(op, s.Result(v), x, s.Reg(v.Args[1]))
		return
	}
	// Counts beyond the width shift by width-1.
	count := s.extend(v.Args[1], false)
	capped := s.NewTemp(ssa.I64)
	in := s.pseudo(expandCap)
	in.Op = mop(opCMP.of(v.Args[1].Type))
	in.Imm = limit
	in.Use(count)
	in.Def(capped)
	s.shiftBy(op, s.Result(v), x, capped)
}

// expandCap makes the smaller of a count and the width less 1.
func expandCap(e *emitter, in *codegen.Inst) {
	e.number(in.Imm-1, tmpC)
	e.op(a64.Op(in.Op), a64.I(in.Imm), a64.R(e.reg(in, 0)))
	e.op(a64.CSEL, a64.C(a64.LO), a64.R(e.reg(in, 0)), a64.R(tmpC), a64.R(e.reg(in, 1)))
}

// lowerRotL rotates to the right by the negated count. Narrow numbers are repeated over 4 bytes first.
func lowerRotL(s *selector, v *ssa.Value) {
	t := v.Type
	x := s.Reg(v.Args[0])
	if narrow(t) {
		x = s.extend(v.Args[0], false)
		for n := int64(t.Bits()); n < 32; n *= 2 {
			in := s.pseudo(expandShifted)
			in.Op, in.Aux = mop(a64.ORRW), shiftOf{a64.LSLShift, uint8(n)}
			y := s.NewTemp(ssa.I32)
			a := in.Use(x)
			in.Set(a, a, in.Def(y))
			x = y
		}
	}
	if c, ok := s.immediate(v.Args[1]); ok {
		in := s.ins(opROR.of(t))
		in.Set(codegen.Imm(-c&(machineBits(t)-1)), in.Use(x), in.Def(s.Result(v)))
		return
	}
	count := s.one(a64.NEG, ssa.I64, s.Reg(v.Args[1]))
	s.shiftBy(opROR.of(t), s.Result(v), x, count)
}

// lowerCtz counts leading zeros of the reversed number. A bit set above the width ends the search of 0.
func lowerCtz(s *selector, v *ssa.Value) {
	t := v.Type
	x := s.Reg(v.Args[0])
	if narrow(t) {
		x = s.twoImm(a64.ORRW, ssa.I32, x, 1<<t.Bits())
	}
	r := s.one(opRBIT.of(t), wide(t), x)
	in := s.ins(opCLZ.of(t))
	in.Set(in.Use(r), in.Def(s.Result(v)))
}

// lowerBitLen is the width less the leading zeros.
func lowerBitLen(s *selector, v *ssa.Value) {
	t := wide(v.Type)
	z := s.one(opCLZ.of(t), t, s.extend(v.Args[0], false))
	n := s.number(t, machineBits(t))
	in := s.ins(opSUB.of(t))
	in.Set(in.Use(z), in.Use(n), in.Def(s.Result(v)))
}

// lowerPopCnt counts by bytes of a vector.
func lowerPopCnt(s *selector, v *ssa.Value) {
	x := s.extend(v.Args[0], false)
	if v.Type == ssa.I32 {
		x = s.one(a64.MOVWU, ssa.I64, x)
	}
	in := s.pseudo(expandPopCnt)
	in.Use(x)
	in.Def(s.Result(v))
}

func expandPopCnt(e *emitter, in *codegen.Inst) {
	x := a64.R(scratchV)
	bytes := a64.V(scratchV, a64.B8)
	e.op(a64.FMOVD, a64.R(e.reg(in, 0)), x)
	e.op(a64.VCNT, bytes, bytes)
	e.op(a64.VUADDLV, bytes, x)
	e.op(a64.FMOVD, x, a64.R(e.reg(in, 1)))
}

func lowerBswap(s *selector, v *ssa.Value) {
	switch v.Type.Size() {
	case 2:
		s.unary(v, a64.REV16W)
	case 4:
		s.unary(v, a64.REVW)
	case 8:
		s.unary(v, a64.REV)
	default:
		s.finish(v, s.Reg(v.Args[0]))
	}
}
