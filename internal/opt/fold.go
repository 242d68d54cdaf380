package opt

import (
	"math"
	"math/bits"

	"strata/internal/ssa"
)

// foldConst computes v if all its arguments are constants.
func foldConst(v *ssa.Value) bool {
	if len(v.Args) == 0 || !v.Op.Has(ssa.Pure) || v.Op == ssa.OpCopy || v.Type == ssa.Tuple {
		return false
	}
	for _, a := range v.Args {
		if a.Op != ssa.OpConst && a.Op != ssa.OpConstF {
			return false
		}
	}
	if v.Args[0].Op == ssa.OpConstF {
		return foldFloat(v)
	}
	if f, ok := intFolds[v.Op]; ok && (v.Type.IsInt() || v.Type == ssa.Ptr && v.Op == ssa.OpCopy) {
		a, b := v.Args[0], int64(0)
		if len(v.Args) > 1 {
			b = v.Args[1].AuxInt
		}
		if r, ok := f(a.Type, a.AuxInt, b); ok {
			setConst(v, norm(v.Type, r))
			return true
		}
	}
	if v.Op == ssa.OpIntToFloat {
		n := v.Args[0].AuxInt
		if v.Type == ssa.F32 { // rounded once
			v.Reset(ssa.OpConstF)
			v.AuxInt = int64(math.Float32bits(float32(n)))
		} else {
			setFloat(v, float64(n))
		}
		return true
	}
	return false
}

func setConst(v *ssa.Value, c int64) {
	v.Reset(ssa.OpConst)
	v.AuxInt = c
}

// setFloat makes v a float constant, rounding once to its type.
func setFloat(v *ssa.Value, x float64) {
	v.Reset(ssa.OpConstF)
	if v.Type == ssa.F32 {
		v.AuxInt = int64(math.Float32bits(float32(x)))
	} else {
		v.AuxInt = int64(math.Float64bits(x))
	}
}

func floatOf(v *ssa.Value) float64 {
	if v.Type == ssa.F32 {
		return float64(math.Float32frombits(uint32(v.AuxInt)))
	}
	return math.Float64frombits(uint64(v.AuxInt))
}

type intFold func(t ssa.Type, a, b int64) (int64, bool)

// intFolds computes integer ops; t is the type of the first argument. Results are brought to the result type by the caller.
var intFolds = map[ssa.Op]intFold{
	ssa.OpAdd: func(_ ssa.Type, a, b int64) (int64, bool) { return a + b, true },
	ssa.OpSub: func(_ ssa.Type, a, b int64) (int64, bool) { return a - b, true },
	ssa.OpMul: func(_ ssa.Type, a, b int64) (int64, bool) { return a * b, true },
	ssa.OpNeg: func(_ ssa.Type, a, _ int64) (int64, bool) { return -a, true },
	ssa.OpDiv: func(_ ssa.Type, a, b int64) (int64, bool) {
		if b == 0 {
			return 0, false
		}
		if b == -1 {
			return -a, true
		}
		return a / b, true
	},
	ssa.OpMod: func(_ ssa.Type, a, b int64) (int64, bool) {
		if b == 0 {
			return 0, false
		}
		if b == -1 {
			return 0, true
		}
		return a % b, true
	},
	ssa.OpDivU: func(t ssa.Type, a, b int64) (int64, bool) {
		if unsigned(t, b) == 0 {
			return 0, false
		}
		return int64(unsigned(t, a) / unsigned(t, b)), true
	},
	ssa.OpModU: func(t ssa.Type, a, b int64) (int64, bool) {
		if unsigned(t, b) == 0 {
			return 0, false
		}
		return int64(unsigned(t, a) % unsigned(t, b)), true
	},
	ssa.OpAnd: func(_ ssa.Type, a, b int64) (int64, bool) { return a & b, true },
	ssa.OpOr:  func(_ ssa.Type, a, b int64) (int64, bool) { return a | b, true },
	ssa.OpXor: func(_ ssa.Type, a, b int64) (int64, bool) { return a ^ b, true },
	ssa.OpNot: func(t ssa.Type, a, _ int64) (int64, bool) {
		if t == ssa.Bool {
			return 1 - a, true
		}
		return ^a, true
	},
	ssa.OpShl: func(t ssa.Type, a, b int64) (int64, bool) {
		if uint64(b) >= uint64(t.Bits()) {
			return 0, true
		}
		return a << uint(b), true
	},
	ssa.OpShr: func(t ssa.Type, a, b int64) (int64, bool) {
		if uint64(b) >= uint64(t.Bits()) {
			return 0, true
		}
		return int64(unsigned(t, a) >> uint(b)), true
	},
	ssa.OpSar: func(t ssa.Type, a, b int64) (int64, bool) {
		if uint64(b) >= uint64(t.Bits()) {
			b = int64(t.Bits()) - 1
		}
		return a >> uint(b), true
	},
	ssa.OpRotL: func(t ssa.Type, a, b int64) (int64, bool) {
		n := uint64(t.Bits())
		k := uint64(b) % n
		u := unsigned(t, a)
		return int64(u<<k | u>>(n-k)), true
	},
	ssa.OpCtz: func(t ssa.Type, a, _ int64) (int64, bool) {
		return int64(min(bits.TrailingZeros64(unsigned(t, a)), int(t.Bits()))), true
	},
	ssa.OpBitLen: func(t ssa.Type, a, _ int64) (int64, bool) { return int64(bits.Len64(unsigned(t, a))), true },
	ssa.OpPopCnt: func(t ssa.Type, a, _ int64) (int64, bool) { return int64(bits.OnesCount64(unsigned(t, a))), true },
	ssa.OpBswap: func(t ssa.Type, a, _ int64) (int64, bool) {
		return int64(bits.ReverseBytes64(uint64(a)) >> (64 - t.Bits())), true
	},
	ssa.OpEq:      func(_ ssa.Type, a, b int64) (int64, bool) { return b2i(a == b), true },
	ssa.OpNe:      func(_ ssa.Type, a, b int64) (int64, bool) { return b2i(a != b), true },
	ssa.OpLt:      func(_ ssa.Type, a, b int64) (int64, bool) { return b2i(a < b), true },
	ssa.OpLe:      func(_ ssa.Type, a, b int64) (int64, bool) { return b2i(a <= b), true },
	ssa.OpLtU:     func(t ssa.Type, a, b int64) (int64, bool) { return b2i(unsigned(t, a) < unsigned(t, b)), true },
	ssa.OpLeU:     func(t ssa.Type, a, b int64) (int64, bool) { return b2i(unsigned(t, a) <= unsigned(t, b)), true },
	ssa.OpSignExt: func(_ ssa.Type, a, _ int64) (int64, bool) { return a, true },
	ssa.OpZeroExt: func(t ssa.Type, a, _ int64) (int64, bool) { return int64(unsigned(t, a)), true },
	ssa.OpTrunc:   func(_ ssa.Type, a, _ int64) (int64, bool) { return a, true },
}

// floatFolds computes float ops whose result is a float of the same type.
var floatFolds = map[ssa.Op]func(a, b float64) float64{
	ssa.OpAdd:  func(a, b float64) float64 { return a + b },
	ssa.OpSub:  func(a, b float64) float64 { return a - b },
	ssa.OpMul:  func(a, b float64) float64 { return a * b },
	ssa.OpDiv:  func(a, b float64) float64 { return a / b },
	ssa.OpNeg:  func(a, _ float64) float64 { return -a },
	ssa.OpSqrt: func(a, _ float64) float64 { return math.Sqrt(a) },
	ssa.OpAbs:  func(a, _ float64) float64 { return math.Abs(a) },
}

var floatCompares = map[ssa.Op]func(a, b float64) bool{
	ssa.OpEq: func(a, b float64) bool { return a == b },
	ssa.OpNe: func(a, b float64) bool { return a != b },
	ssa.OpLt: func(a, b float64) bool { return a < b },
	ssa.OpLe: func(a, b float64) bool { return a <= b },
}

// foldFloat folds ops on float constants. Arithmetic of two F32 done in float64 and
// rounded once is exact for these ops (double rounding is innocuous: 53 ≥ 2·24+2).
// NaN results are left to the machine, whose bits they then have.
func foldFloat(v *ssa.Value) bool {
	a, b := floatOf(v.Args[0]), 0.0
	if len(v.Args) > 1 {
		if v.Args[1].Op != ssa.OpConstF {
			return false
		}
		b = floatOf(v.Args[1])
	}
	if cmp, ok := floatCompares[v.Op]; ok {
		setConst(v, b2i(cmp(a, b)))
		return true
	}
	if v.Op == ssa.OpBitcast {
		bitsOf := v.Args[0].AuxInt
		setConst(v, norm(v.Type, bitsOf))
		return true
	}
	if v.Op == ssa.OpFloatCvt && !math.IsNaN(a) {
		setFloat(v, a)
		return true
	}
	if op, ok := floatFolds[v.Op]; ok {
		if r := op(a, b); !math.IsNaN(r) {
			setFloat(v, r)
			return true
		}
	}
	return false
}
