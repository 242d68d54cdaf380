package arm64

import (
	"math"

	"strata/internal/arm64/a64"
	"strata/internal/codegen"
	"strata/internal/ssa"
)

// floatImmediate is a float that FMOV takes, as a float64.
func floatImmediate(single bool, bits uint64) (uint64, bool) {
	if single {
		bits = math.Float64bits(float64(math.Float32frombits(uint32(bits))))
	}
	_, ok := a64.FloatImm(bits)
	return bits, ok
}

// floatBinary is d = x op y on scalars.
func (s *selector) floatBinary(v *ssa.Value, op *widths) {
	d := s.Result(v)
	in := s.ins(op.of(v.Type))
	a := s.Register(in, v.Args[0])
	b := s.Register(in, v.Args[1])
	in.Set(b, a, in.Def(d))
}

func lowerAbs(s *selector, v *ssa.Value)  { s.unary(v, floatABS.of(v.Type)) }
func lowerSqrt(s *selector, v *ssa.Value) { s.unary(v, floatSQR.of(v.Type)) }

func lowerMinMax(s *selector, v *ssa.Value) {
	if v.Op == ssa.OpMinF {
		s.floatBinary(v, &floatMIN)
		return
	}
	s.floatBinary(v, &floatMAX)
}

// lowerCopySign takes the magnitude of the first and the sign of the second argument, in general registers.
func lowerCopySign(s *selector, v *ssa.Value) {
	x, y := s.Reg(v.Args[0]), s.Reg(v.Args[1])
	in := s.pseudo(expandCopySign)
	in.Imm = v.Type.Size()
	in.Use(x)
	in.Use(y)
	in.Def(s.Result(v))
}

func expandCopySign(e *emitter, in *codegen.Inst) {
	top := in.Imm*8 - 1
	mov := a64.FMOVD
	if in.Imm == 4 {
		mov = a64.FMOVS
	}
	a, b := a64.R(tmpB), a64.R(tmpC)
	e.op(mov, a64.R(e.reg(in, 0)), a)
	e.op(mov, a64.R(e.reg(in, 1)), b)
	e.op(a64.LSR, a64.I(top), b, b)
	e.op(a64.BFI, a64.I(top), b, a64.I(1), a)
	e.op(mov, a, a64.R(e.reg(in, 2)))
}

// Conversions by the sizes of operand and result.
var (
	intToFloat = map[[2]int64]a64.Op{{4, 4}: a64.SCVTFWS, {4, 8}: a64.SCVTFWD, {8, 4}: a64.SCVTFS, {8, 8}: a64.SCVTFD}
	floatToInt = map[[2]int64]a64.Op{{4, 4}: a64.FCVTZSSW, {8, 4}: a64.FCVTZSDW, {4, 8}: a64.FCVTZSS, {8, 8}: a64.FCVTZSD}
)

func convert(table map[[2]int64]a64.Op) lowering {
	return func(s *selector, v *ssa.Value) {
		from := v.Args[0].Type
		op, ok := table[[2]int64{from.Size(), v.Type.Size()}]
		if !ok {
			s.Fail(v, "no conversion from %s", from)
			return
		}
		s.unary(v, op)
	}
}

func lowerFloatCvt(s *selector, v *ssa.Value) {
	if v.Type == ssa.F32 {
		s.unary(v, a64.FCVTDS)
		return
	}
	s.unary(v, a64.FCVTSD)
}

func lowerBitcast(s *selector, v *ssa.Value) {
	if v.Type.Size() == 4 {
		s.unary(v, a64.FMOVS)
		return
	}
	s.unary(v, a64.FMOVD)
}

// roundOps are by op.
var roundOps = map[ssa.Op]widths{
	ssa.OpRoundEven: {a64.FRINTNS, a64.FRINTND}, ssa.OpFloor: {a64.FRINTMS, a64.FRINTMD}, ssa.OpCeil: {a64.FRINTPS, a64.FRINTPD}, ssa.OpTruncF: {a64.FRINTZS, a64.FRINTZD},
}

func lowerRound(s *selector, v *ssa.Value) {
	ops := roundOps[v.Op]
	s.unary(v, ops.of(v.Type))
}

// lowerFMA is x*y + z.
func lowerFMA(s *selector, v *ssa.Value) {
	x, y, z := s.Reg(v.Args[0]), s.Reg(v.Args[1]), s.Reg(v.Args[2])
	in := s.pseudo(expandMSub)
	in.Op = mop(floatFMA.of(v.Type))
	in.Use(y)
	in.Use(z)
	in.Use(x)
	in.Def(s.Result(v))
}

func lowerSignExt(s *selector, v *ssa.Value) { s.unary(v, extension(v.Args[0].Type, true)) }

func lowerZeroExt(s *selector, v *ssa.Value) {
	if s.ZeroExtended(v) {
		return // another name of its argument
	}
	s.unary(v, extension(v.Args[0].Type, false))
}

// lowerMoveReg changes what the collector thinks of a register.
func lowerMoveReg(s *selector, v *ssa.Value) { s.move(s.Result(v), s.Reg(v.Args[0]), v.Type) }
