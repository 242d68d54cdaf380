package amd64

import (
	"strata/internal/amd64/x86"
	"strata/internal/codegen"
	"strata/internal/ssa"
)

// floatBinary is d = x op y on scalars.
func (s *selector) floatBinary(v *ssa.Value, op *widths) {
	x, y := v.Args[0], v.Args[1]
	if v.Op.Has(ssa.Commutative) {
		x, y = s.order(v)
	}
	s.binary(v, op.of(v.Type), x, y)
}

// expandZeroFloat clears an X register.
func expandZeroFloat(e *emitter, in *codegen.Inst) {
	r := e.reg(in, 0)
	e.op(x86.XORPS, r, r)
}

// maskFloat applies an expansion that works in place with the scratch register as mask.
func (s *selector) maskFloat(v *ssa.Value, expand expansion) {
	x := s.Reg(v.Args[0])
	in := s.pseudo(expand)
	in.Imm = v.Type.Size()
	a := in.Use(x)
	in.DefSame(s.Result(v), a)
}

// signMask leaves the sign bit of a float of size bytes in the scratch register, or with invert all others.
func (e *emitter) signMask(size int64, invert bool) x86.Operand {
	m := x86.R(scratchX)
	e.op(x86.PCMPEQL, m, m)
	switch {
	case size == 4 && !invert:
		e.op(x86.PSLLL, x86.I(31), m)
	case size == 4:
		e.op(x86.PSRLL, x86.I(1), m)
	case !invert:
		e.op(x86.PSLLQ, x86.I(63), m)
	default:
		e.op(x86.PSRLQ, x86.I(1), m)
	}
	return m
}

func expandNegFloat(e *emitter, in *codegen.Inst) {
	e.op(x86.XORPS, e.signMask(in.Imm, false), e.reg(in, 1))
}

func expandAbsFloat(e *emitter, in *codegen.Inst) {
	e.op(x86.ANDPS, e.signMask(in.Imm, true), e.reg(in, 1))
}

func lowerAbs(s *selector, v *ssa.Value) { s.maskFloat(v, expandAbsFloat) }

// lowerCopySign takes the magnitude of the first and the sign of the second argument.
func lowerCopySign(s *selector, v *ssa.Value) {
	x, y := s.Reg(v.Args[0]), s.Reg(v.Args[1])
	in := s.pseudo(expandCopySign)
	in.Imm = v.Type.Size()
	a := in.Use(x)
	in.Use(y)
	in.DefSame(s.Result(v), a)
}

func expandCopySign(e *emitter, in *codegen.Inst) {
	d, y := e.reg(in, 2), e.reg(in, 1)
	m := e.signMask(in.Imm, true)
	e.op(x86.ANDPS, m, d)
	e.op(x86.ANDNPS, y, m) // mask = ^mask & y
	e.op(x86.ORPS, m, d)
}

// fromSource is d = op x for ops that leave the upper part of d as it was; the
// register is cleared first so that the processor does not wait for its old value.
func (s *selector) fromSource(v *ssa.Value, op x86.Op) {
	in := s.pseudo(expandFromSource)
	in.Op = mop(op)
	x := v.Args[0]
	if l := s.Foldable(x, x.Type.Size()); l != nil {
		s.Folded[l.ID], s.FoldedIn[l.ID] = true, in
		in.Args[0] = s.address(in, l.Args[0], l.AuxInt)
	} else {
		in.Args[0] = s.Before(in, func() codegen.Arg { return in.UseAny(s.Reg(x)) })
	}
	in.Args[1] = in.Def(s.Result(v))
}

func expandFromSource(e *emitter, in *codegen.Inst) {
	src, d := e.operand(in, in.Args[0]), e.operand(in, in.Args[1])
	if d.Reg.IsVector() && !(src.Kind == x86.Register && src.Reg == d.Reg) {
		e.op(x86.XORPS, d, d)
	}
	e.op(x86.Op(in.Op), src, d)
}

func lowerSqrt(s *selector, v *ssa.Value) { s.fromSource(v, floatSQR.of(v.Type)) }

// Conversions by the sizes of operand and result.
var (
	intToFloat = map[[2]int64]x86.Op{
		{4, 4}: x86.CVTSL2SS, {4, 8}: x86.CVTSL2SD, {8, 4}: x86.CVTSQ2SS, {8, 8}: x86.CVTSQ2SD,
	}
	floatToInt = map[[2]int64]x86.Op{
		{4, 4}: x86.CVTTSS2SL, {8, 4}: x86.CVTTSD2SL, {4, 8}: x86.CVTTSS2SQ, {8, 8}: x86.CVTTSD2SQ,
	}
)

func lowerIntToFloat(s *selector, v *ssa.Value) {
	from := v.Args[0].Type
	op, ok := intToFloat[[2]int64{from.Size(), v.Type.Size()}]
	if !ok {
		s.Fail(v, "no conversion from %s", from)
		return
	}
	s.fromSource(v, op)
}

func lowerFloatToInt(s *selector, v *ssa.Value) {
	from := v.Args[0].Type
	op, ok := floatToInt[[2]int64{from.Size(), v.Type.Size()}]
	if !ok {
		s.Fail(v, "no conversion from %s", from)
		return
	}
	in := s.ins(op)
	in.Set(s.source(in, v.Args[0], from.Size()), in.Def(s.Result(v)))
}

func lowerFloatCvt(s *selector, v *ssa.Value) {
	if v.Type == ssa.F32 {
		s.fromSource(v, x86.CVTSD2SS)
		return
	}
	s.fromSource(v, x86.CVTSS2SD)
}

func lowerBitcast(s *selector, v *ssa.Value) {
	op := x86.MOVQ
	if v.Type.Size() == 4 {
		op = x86.MOVL
	}
	x := s.Reg(v.Args[0])
	in := s.ins(op)
	in.Set(in.Use(x), in.Def(s.Result(v)))
}

// roundModes are the immediates of ROUNDSD; bit 3 keeps it from raising exceptions.
var roundModes = map[ssa.Op]int64{ssa.OpRoundEven: 8, ssa.OpFloor: 9, ssa.OpCeil: 10, ssa.OpTruncF: 11}

// lowerRound needs a processor with SSE4.1; who makes the op has asked for it.
func lowerRound(s *selector, v *ssa.Value) {
	x := s.Reg(v.Args[0])
	in := s.ins(floatRND.of(v.Type))
	in.Set(codegen.Imm(roundModes[v.Op]), in.Use(x), in.Def(s.Result(v)))
}

// lowerFMA is x*y + z; it needs a processor with FMA.
func lowerFMA(s *selector, v *ssa.Value) {
	x, y, z := s.Reg(v.Args[0]), s.Reg(v.Args[1]), s.Reg(v.Args[2])
	in := s.ins(x86.VFMADD231SD)
	if v.Type == ssa.F32 {
		in.Op = mop(x86.VFMADD231SS)
	}
	a := in.Use(z)
	in.Set(in.Use(y), in.Use(x), in.DefSame(s.Result(v), a))
}

// lowerMinMax: MINSD gives its second operand when either is NaN or both are
// zeros. The or of both orders has the sign of -0 and the exponent of NaN;
// the maximum is the negated minimum of the negated operands.
func lowerMinMax(s *selector, v *ssa.Value) {
	x, y := s.Reg(v.Args[0]), s.Reg(v.Args[1])
	in := s.pseudo(expandMinMax)
	in.Op = mop(floatMIN.of(v.Type))
	in.Imm = v.Type.Size()
	in.Aux = v.Op == ssa.OpMaxF
	a := in.Use(x)
	in.Use(y)
	in.DefSame(s.Result(v), a)
	in.Temp(s.NewTemp(v.Type))
}

func expandMinMax(e *emitter, in *codegen.Inst) {
	d, y, t := e.reg(in, 2), e.reg(in, 1), e.reg(in, 3)
	isMax := in.Aux.(bool)
	e.op(x86.MOVAPS, y, t)
	if isMax {
		m := e.signMask(in.Imm, false)
		e.op(x86.XORPS, m, d)
		e.op(x86.XORPS, m, t)
	}
	s := x86.R(scratchX)
	e.op(x86.MOVAPS, t, s)
	e.op(x86.Op(in.Op), d, s) // min(y, x)
	e.op(x86.Op(in.Op), t, d) // min(x, y)
	e.op(x86.ORPS, s, d)
	if isMax {
		e.op(x86.XORPS, e.signMask(in.Imm, false), d)
	}
}
