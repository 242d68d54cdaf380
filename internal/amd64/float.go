package amd64

import (
	"strata/internal/amd64/x86"
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
func expandZeroFloat(e *emitter, in *inst) {
	r := e.reg(in, 0)
	e.op(x86.XORPS, r, r)
}

// maskFloat applies an expansion that works in place with the scratch register as mask.
func (s *selector) maskFloat(v *ssa.Value, expand func(*emitter, *inst)) {
	x := s.reg(v.Args[0])
	in := s.pseudo(expand)
	in.imm = v.Type.Size()
	a := in.use(x)
	in.defSame(s.result(v), a)
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

func expandNegFloat(e *emitter, in *inst) {
	e.op(x86.XORPS, e.signMask(in.imm, false), e.reg(in, 1))
}

func expandAbsFloat(e *emitter, in *inst) {
	e.op(x86.ANDPS, e.signMask(in.imm, true), e.reg(in, 1))
}

func lowerAbs(s *selector, v *ssa.Value) { s.maskFloat(v, expandAbsFloat) }

// lowerCopySign takes the magnitude of the first and the sign of the second argument.
func lowerCopySign(s *selector, v *ssa.Value) {
	x, y := s.reg(v.Args[0]), s.reg(v.Args[1])
	in := s.pseudo(expandCopySign)
	in.imm = v.Type.Size()
	a := in.use(x)
	in.use(y)
	in.defSame(s.result(v), a)
}

func expandCopySign(e *emitter, in *inst) {
	d, y := e.reg(in, 2), e.reg(in, 1)
	m := e.signMask(in.imm, true)
	e.op(x86.ANDPS, m, d)
	e.op(x86.ANDNPS, y, m) // mask = ^mask & y
	e.op(x86.ORPS, m, d)
}

// fromSource is d = op x for ops that leave the upper part of d as it was; the
// register is cleared first so that the processor does not wait for its old value.
func (s *selector) fromSource(v *ssa.Value, op x86.Op) {
	in := s.pseudo(expandFromSource)
	in.op = op
	x := v.Args[0]
	if l := s.foldable(x, x.Type.Size()); l != nil {
		s.folded[l.ID], s.foldedIn[l.ID] = true, in
		in.args[0] = s.address(in, l.Args[0], l.AuxInt)
	} else {
		in.args[0] = s.before(in, func() arg { return in.useAny(s.reg(x)) })
	}
	in.args[1] = in.def(s.result(v))
}

func expandFromSource(e *emitter, in *inst) {
	src, d := e.operand(in, in.args[0]), e.operand(in, in.args[1])
	if d.Reg.IsVector() && !(src.Kind == x86.Register && src.Reg == d.Reg) {
		e.op(x86.XORPS, d, d)
	}
	e.op(in.op, src, d)
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
		s.fail(v, "no conversion from %s", from)
		return
	}
	s.fromSource(v, op)
}

func lowerFloatToInt(s *selector, v *ssa.Value) {
	from := v.Args[0].Type
	op, ok := floatToInt[[2]int64{from.Size(), v.Type.Size()}]
	if !ok {
		s.fail(v, "no conversion from %s", from)
		return
	}
	in := s.ins(op)
	in.set(s.source(in, v.Args[0], from.Size()), in.def(s.result(v)))
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
	x := s.reg(v.Args[0])
	in := s.ins(op)
	in.set(in.use(x), in.def(s.result(v)))
}

// roundModes are the immediates of ROUNDSD; bit 3 keeps it from raising exceptions.
var roundModes = map[ssa.Op]int64{ssa.OpRoundEven: 8, ssa.OpFloor: 9, ssa.OpCeil: 10, ssa.OpTruncF: 11}

// lowerRound needs a processor with SSE4.1; who makes the op has asked for it.
func lowerRound(s *selector, v *ssa.Value) {
	x := s.reg(v.Args[0])
	in := s.ins(floatRND.of(v.Type))
	in.set(immArg(roundModes[v.Op]), in.use(x), in.def(s.result(v)))
}

// lowerFMA is x*y + z; it needs a processor with FMA.
func lowerFMA(s *selector, v *ssa.Value) {
	x, y, z := s.reg(v.Args[0]), s.reg(v.Args[1]), s.reg(v.Args[2])
	in := s.ins(x86.VFMADD231SD)
	if v.Type == ssa.F32 {
		in.op = x86.VFMADD231SS
	}
	a := in.use(z)
	in.set(in.use(y), in.use(x), in.defSame(s.result(v), a))
}

// lowerMinMax: MINSD gives its second operand when either is NaN or both are
// zeros. The or of both orders has the sign of -0 and the exponent of NaN;
// the maximum is the negated minimum of the negated operands.
func lowerMinMax(s *selector, v *ssa.Value) {
	x, y := s.reg(v.Args[0]), s.reg(v.Args[1])
	in := s.pseudo(expandMinMax)
	in.op = floatMIN.of(v.Type)
	in.imm = v.Type.Size()
	in.aux = v.Op == ssa.OpMaxF
	a := in.use(x)
	in.use(y)
	in.defSame(s.result(v), a)
	in.temp(s.newTemp(v.Type))
}

func expandMinMax(e *emitter, in *inst) {
	d, y, t := e.reg(in, 2), e.reg(in, 1), e.reg(in, 3)
	isMax := in.aux.(bool)
	e.op(x86.MOVAPS, y, t)
	if isMax {
		m := e.signMask(in.imm, false)
		e.op(x86.XORPS, m, d)
		e.op(x86.XORPS, m, t)
	}
	s := x86.R(scratchX)
	e.op(x86.MOVAPS, t, s)
	e.op(in.op, d, s) // min(y, x)
	e.op(in.op, t, d) // min(x, y)
	e.op(x86.ORPS, s, d)
	if isMax {
		e.op(x86.XORPS, e.signMask(in.imm, false), d)
	}
}
