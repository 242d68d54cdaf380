// Package eval has the meaning of ops without effects: what they compute from the bits of their arguments. Both interpreters, that of
// passes' tests and that of lowering's, and through them every comparison with native code, read it here.
package eval

import (
	"math"
	"math/bits"

	"strata/internal/ssa"
)

// pureFunc computes an op without effects from the bits of its arguments.
type pureFunc func(v *ssa.Value, a []uint64) uint64

// signed is x as a number of type t.
func signed(t ssa.Type, x uint64) int64 {
	s := 64 - 8*t.Size()
	return int64(x<<s) >> s
}

// floats lifts an operation on floats; F32 is rounded at the end.
func floats(op func(x, y float64) float64, op32 func(x, y float32) float32) pureFunc {
	return func(v *ssa.Value, a []uint64) uint64 {
		y := uint64(0)
		if len(a) > 1 {
			y = a[1]
		}
		if v.Type == ssa.F32 {
			return uint64(math.Float32bits(op32(math.Float32frombits(uint32(a[0])), math.Float32frombits(uint32(y)))))
		}
		return math.Float64bits(op(math.Float64frombits(a[0]), math.Float64frombits(y)))
	}
}

// rounded lifts a function of float64 that is exact for float32.
func rounded(op func(float64) float64) pureFunc {
	return floats(func(x, _ float64) float64 { return op(x) }, func(x, _ float32) float32 { return float32(op(float64(x))) })
}

// arith chooses between the integer and the float meaning of an op.
func arith(ints func(x, y uint64) uint64, fl pureFunc) pureFunc {
	return func(v *ssa.Value, a []uint64) uint64 {
		if v.Type.IsFloat() {
			return fl(v, a)
		}
		y := uint64(0)
		if len(a) > 1 {
			y = a[1]
		}
		return ints(a[0], y)
	}
}

// order compares two arguments: -1, 0, 1, or 2 for unordered.
func order(v *ssa.Value, a []uint64) int {
	t := v.Args[0].Type
	if t.IsFloat() {
		x, y := asFloat(t, a[0]), asFloat(t, a[1])
		switch {
		case x < y:
			return -1
		case x > y:
			return 1
		case x == y:
			return 0
		}
		return 2
	}
	x, y := signed(t, a[0]), signed(t, a[1])
	switch {
	case x < y:
		return -1
	case x > y:
		return 1
	}
	return 0
}

func asFloat(t ssa.Type, x uint64) float64 {
	if t == ssa.F32 {
		return float64(math.Float32frombits(uint32(x)))
	}
	return math.Float64frombits(x)
}

func fromFloat(t ssa.Type, x float64) uint64 {
	if t == ssa.F32 {
		return uint64(math.Float32bits(float32(x)))
	}
	return math.Float64bits(x)
}

// Pure computes v from the bits of its arguments. It is false for ops that it does not know.
func Pure(v *ssa.Value, a []uint64) (result uint64, ok bool) {
	f := pure[v.Op]
	if f == nil {
		return 0, false
	}
	return f(v, a) & Mask(v.Type), true
}

// pure has the meanings. Divisors are not zero.
var pure map[ssa.Op]pureFunc

func init() {
	pure = map[ssa.Op]pureFunc{
		ssa.OpConst:  func(v *ssa.Value, a []uint64) uint64 { return uint64(v.AuxInt) },
		ssa.OpConstF: func(v *ssa.Value, a []uint64) uint64 { return uint64(v.AuxInt) },
		ssa.OpCopy:   func(v *ssa.Value, a []uint64) uint64 { return a[0] },
		ssa.OpAdd: arith(func(x, y uint64) uint64 { return x + y },
			floats(func(x, y float64) float64 { return x + y }, func(x, y float32) float32 { return x + y })),
		ssa.OpSub: arith(func(x, y uint64) uint64 { return x - y },
			floats(func(x, y float64) float64 { return x - y }, func(x, y float32) float32 { return x - y })),
		ssa.OpMul: arith(func(x, y uint64) uint64 { return x * y },
			floats(func(x, y float64) float64 { return x * y }, func(x, y float32) float32 { return x * y })),
		ssa.OpNeg: func(v *ssa.Value, a []uint64) uint64 {
			switch v.Type {
			case ssa.F32:
				return a[0] ^ 1<<31
			case ssa.F64:
				return a[0] ^ 1<<63
			}
			return -a[0]
		},
		ssa.OpDiv: func(v *ssa.Value, a []uint64) uint64 {
			if v.Type.IsFloat() {
				return floats(func(x, y float64) float64 { return x / y }, func(x, y float32) float32 { return x / y })(v, a)
			}
			return uint64(signed(v.Type, a[0]) / signed(v.Type, a[1]))
		},
		ssa.OpMod:  func(v *ssa.Value, a []uint64) uint64 { return uint64(signed(v.Type, a[0]) % signed(v.Type, a[1])) },
		ssa.OpDivU: func(v *ssa.Value, a []uint64) uint64 { return a[0] / a[1] },
		ssa.OpModU: func(v *ssa.Value, a []uint64) uint64 { return a[0] % a[1] },
		ssa.OpMulHi: func(v *ssa.Value, a []uint64) uint64 {
			x, y := signed(v.Type, a[0]), signed(v.Type, a[1])
			if v.Type == ssa.I64 {
				hi, _ := bits.Mul64(uint64(x), uint64(y))
				return hi - uint64(x>>63)&uint64(y) - uint64(y>>63)&uint64(x)
			}
			return uint64((x * y) >> v.Type.Bits())
		},
		ssa.OpMulHiU: func(v *ssa.Value, a []uint64) uint64 {
			hi, lo := bits.Mul64(a[0], a[1])
			if v.Type == ssa.I64 {
				return hi
			}
			return lo >> v.Type.Bits()
		},
		ssa.OpAnd: func(v *ssa.Value, a []uint64) uint64 { return a[0] & a[1] },
		ssa.OpOr:  func(v *ssa.Value, a []uint64) uint64 { return a[0] | a[1] },
		ssa.OpXor: func(v *ssa.Value, a []uint64) uint64 { return a[0] ^ a[1] },
		ssa.OpNot: func(v *ssa.Value, a []uint64) uint64 {
			if v.Type == ssa.Bool {
				return a[0] ^ 1
			}
			return ^a[0]
		},
		ssa.OpShl: func(v *ssa.Value, a []uint64) uint64 { return a[0] << a[1] },
		ssa.OpShr: func(v *ssa.Value, a []uint64) uint64 { return a[0] >> a[1] },
		ssa.OpSar: func(v *ssa.Value, a []uint64) uint64 { return uint64(signed(v.Type, a[0]) >> a[1]) },
		ssa.OpRotL: func(v *ssa.Value, a []uint64) uint64 {
			n := uint64(v.Type.Bits())
			k := a[1] % n
			return a[0]<<k | a[0]>>(n-k)
		},
		ssa.OpCtz: func(v *ssa.Value, a []uint64) uint64 {
			return min(uint64(bits.TrailingZeros64(a[0])), uint64(v.Args[0].Type.Bits()))
		},
		ssa.OpBitLen: func(v *ssa.Value, a []uint64) uint64 { return uint64(bits.Len64(a[0])) },
		ssa.OpPopCnt: func(v *ssa.Value, a []uint64) uint64 { return uint64(bits.OnesCount64(a[0])) },
		ssa.OpCtrlGroup: func(v *ssa.Value, a []uint64) uint64 {
			return ssa.MatchGroup(v.AuxInt, a[0], a[len(a)-1])
		},
		ssa.OpBswap: func(v *ssa.Value, a []uint64) uint64 {
			return bits.ReverseBytes64(a[0]) >> (64 - v.Type.Bits())
		},
		ssa.OpSqrt: rounded(math.Sqrt), ssa.OpFloor: rounded(math.Floor), ssa.OpCeil: rounded(math.Ceil),
		ssa.OpTruncF: rounded(math.Trunc), ssa.OpRoundEven: rounded(math.RoundToEven),
		ssa.OpAbs: func(v *ssa.Value, a []uint64) uint64 { return a[0] &^ (1 << (v.Type.Bits() - 1)) },
		ssa.OpCopySign: func(v *ssa.Value, a []uint64) uint64 {
			s := uint64(1) << (v.Type.Bits() - 1)
			return a[0]&^s | a[1]&s
		},
		ssa.OpFMA: func(v *ssa.Value, a []uint64) uint64 {
			t := v.Type
			return fromFloat(t, math.FMA(asFloat(t, a[0]), asFloat(t, a[1]), asFloat(t, a[2])))
		},
		ssa.OpMinF: floats(func(x, y float64) float64 { return min(x, y) }, func(x, y float32) float32 { return min(x, y) }),
		ssa.OpMaxF: floats(func(x, y float64) float64 { return max(x, y) }, func(x, y float32) float32 { return max(x, y) }),

		ssa.OpAddPtr: func(v *ssa.Value, a []uint64) uint64 { return a[0] + a[1] },
		ssa.OpOffPtr: func(v *ssa.Value, a []uint64) uint64 { return a[0] + uint64(v.AuxInt) },

		ssa.OpEq:  func(v *ssa.Value, a []uint64) uint64 { return Truth(order(v, a) == 0) },
		ssa.OpNe:  func(v *ssa.Value, a []uint64) uint64 { return Truth(order(v, a) != 0) },
		ssa.OpLt:  func(v *ssa.Value, a []uint64) uint64 { return Truth(order(v, a) == -1) },
		ssa.OpLe:  func(v *ssa.Value, a []uint64) uint64 { o := order(v, a); return Truth(o == -1 || o == 0) },
		ssa.OpLtU: func(v *ssa.Value, a []uint64) uint64 { return Truth(a[0] < a[1]) },
		ssa.OpLeU: func(v *ssa.Value, a []uint64) uint64 { return Truth(a[0] <= a[1]) },

		ssa.OpSignExt:    func(v *ssa.Value, a []uint64) uint64 { return uint64(signed(v.Args[0].Type, a[0])) },
		ssa.OpZeroExt:    func(v *ssa.Value, a []uint64) uint64 { return a[0] },
		ssa.OpTrunc:      func(v *ssa.Value, a []uint64) uint64 { return a[0] },
		ssa.OpBitcast:    func(v *ssa.Value, a []uint64) uint64 { return a[0] },
		ssa.OpPtrToInt:   func(v *ssa.Value, a []uint64) uint64 { return a[0] },
		ssa.OpIntToPtr:   func(v *ssa.Value, a []uint64) uint64 { return a[0] },
		ssa.OpFloatCvt:   func(v *ssa.Value, a []uint64) uint64 { return fromFloat(v.Type, asFloat(v.Args[0].Type, a[0])) },
		ssa.OpIntToFloat: intToFloat,
		ssa.OpFloatToInt: floatToInt,
		ssa.OpSelect: func(v *ssa.Value, a []uint64) uint64 {
			if a[0]&1 != 0 {
				return a[1]
			}
			return a[2]
		},
	}
}

func intToFloat(v *ssa.Value, a []uint64) uint64 {
	x := signed(v.Args[0].Type, a[0])
	if v.Type == ssa.F32 {
		return uint64(math.Float32bits(float32(x)))
	}
	return math.Float64bits(float64(x))
}

// floatToInt gives the machine's indefinite value, the least number, out of range.
func floatToInt(v *ssa.Value, a []uint64) uint64 {
	x := math.Trunc(asFloat(v.Args[0].Type, a[0]))
	limit := math.Ldexp(1, int(v.Type.Bits())-1)
	if !(x >= -limit && x < limit) {
		return 1 << (v.Type.Bits() - 1)
	}
	return uint64(int64(x))
}

// Wide computes ops with two results.
func Wide(v *ssa.Value, x, y, z uint64) []uint64 {
	t := v.Args[0].Type
	n := t.Bits()
	switch v.Op {
	case ssa.OpAddCarry:
		s, c := bits.Add64(x, y, z&1)
		if n < 64 {
			s = x + y + z&1
			c = s >> n
		}
		return []uint64{s & Mask(t), c}
	case ssa.OpSubBorrow:
		d, b := bits.Sub64(x, y, z&1)
		return []uint64{d & Mask(t), b}
	case ssa.OpMulWideU:
		hi, lo := bits.Mul64(x, y)
		if n < 64 {
			hi, lo = lo>>n, lo&Mask(t)
		}
		return []uint64{hi, lo}
	}
	if n < 64 {
		w := x<<n | y
		return []uint64{w / z & Mask(t), w % z}
	}
	q, r := bits.Div64(x, y, z)
	return []uint64{q, r}
}

// Mask covers the bits of a type.
func Mask(t ssa.Type) uint64 {
	if t.Size() == 0 || t.Size() >= 8 {
		return ^uint64(0)
	}
	return 1<<(8*t.Size()) - 1
}

// Truth is a boolean as a value.
func Truth(b bool) uint64 {
	if b {
		return 1
	}
	return 0
}
