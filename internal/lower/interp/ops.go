package interp

import (
	"math"
	"math/bits"

	"strata/internal/ssa"
)

// step runs one instruction.
func (m *Machine) step(fr *Frame, v *ssa.Value) {
	var a [3]uint64
	for i := range min(len(v.Args), 3) {
		a[i] = fr.vals[v.Args[i].ID]
	}
	r, ok := m.memory(fr, v, a)
	if !ok {
		r, ok = m.misc(fr, v, a)
	}
	if !ok {
		r, ok = m.compute(v, a)
	}
	if !ok {
		m.fail("%s: %s is not supported", fr.Func.Name, v.Long())
	}
	fr.vals[v.ID] = r
}

// trunc cuts a result to the size of its type.
func trunc(x uint64, t ssa.Type) uint64 {
	switch t.Size() {
	case 1:
		return uint64(uint8(x))
	case 2:
		return uint64(uint16(x))
	case 4:
		return uint64(uint32(x))
	}
	return x
}

// sext sign-extends from the size of a type.
func sext(x uint64, t ssa.Type) int64 {
	switch t.Size() {
	case 1:
		return int64(int8(x))
	case 2:
		return int64(int16(x))
	case 4:
		return int64(int32(x))
	}
	return int64(x)
}

func boolOf(b bool) uint64 {
	if b {
		return 1
	}
	return 0
}

func (m *Machine) memory(fr *Frame, v *ssa.Value, a [3]uint64) (uint64, bool) {
	size := v.Type.Size()
	at := a[0] + uint64(v.AuxInt)
	switch v.Op {
	case ssa.OpLoad, ssa.OpAtomicLoad:
		return m.Load(at, size), true
	case ssa.OpStore, ssa.OpAtomicStore:
		m.Store(at, v.Args[1].Type.Size(), a[1])
	case ssa.OpMove:
		copy(m.Bytes(a[0], v.AuxInt), m.Bytes(a[1], v.AuxInt))
	case ssa.OpZero:
		clear(m.Bytes(a[0], v.AuxInt))
	case ssa.OpMemCopy:
		copy(m.Bytes(a[0], int64(a[2])), m.Bytes(a[1], int64(a[2])))
	case ssa.OpMemClear:
		clear(m.Bytes(a[0], int64(a[1])))
	case ssa.OpAlloc:
		info := v.Aux.(*ssa.AllocInfo)
		return m.Alloc(info.Mem.Size, info.Mem.Align), true
	case ssa.OpAtomicXchg, ssa.OpAtomicAdd, ssa.OpAtomicAnd, ssa.OpAtomicOr:
		old := m.Load(at, size)
		n := a[1]
		switch v.Op {
		case ssa.OpAtomicAdd:
			n += old
		case ssa.OpAtomicAnd:
			n &= old
		case ssa.OpAtomicOr:
			n |= old
		}
		m.Store(at, size, n)
		return old, true
	case ssa.OpAtomicCAS:
		w := v.Args[1].Type.Size()
		if m.Load(at, w) != trunc(a[1], v.Args[1].Type) {
			return 0, true
		}
		m.Store(at, w, a[2])
		return 1, true
	case ssa.OpMemEqConst:
		return boolOf(string(m.Bytes(a[0], v.AuxInt)) == string(m.Bytes(a[1], v.AuxInt))), true
	default:
		return 0, false
	}
	return 0, true
}

func (m *Machine) misc(fr *Frame, v *ssa.Value, a [3]uint64) (uint64, bool) {
	switch v.Op {
	case ssa.OpConst, ssa.OpConstF:
		return trunc(uint64(v.AuxInt), v.Type), true
	case ssa.OpArg:
		return fr.args[v.AuxInt], true
	case ssa.OpArgAddr:
		return fr.area + uint64(v.AuxInt), true
	case ssa.OpGlobalAddr:
		return m.Addr(v.Aux.(string)) + uint64(v.AuxInt), true
	case ssa.OpFuncAddr:
		return m.Addr(v.Aux.(string)), true
	case ssa.OpLocalAddr:
		return m.slot(fr, v.Aux.(*ssa.Slot)) + uint64(v.AuxInt), true
	case ssa.OpClosurePtr:
		return fr.ctx, true
	case ssa.OpCallerPC, ssa.OpGetG:
		return m.Addr("interp.g"), true
	case ssa.OpCallerSP, ssa.OpSP:
		return fr.sp, true
	case ssa.OpCopy, ssa.OpPtrToInt, ssa.OpIntToPtr:
		return a[0], true
	case ssa.OpResult:
		if t, ok := fr.tuples[v.Args[0]]; ok {
			return t[v.AuxInt], true
		}
		return m.wide(v.Args[0], v.AuxInt, fr), true
	case ssa.OpAddCarry, ssa.OpSubBorrow, ssa.OpMulWideU, ssa.OpDivWideU:
		return 0, true
	case ssa.OpNilCheck:
		if a[0] == 0 {
			m.Throw("invalid memory address or nil pointer dereference")
		}
		return a[0], true
	case ssa.OpBounds:
		m.bounds(v, a)
		return a[0], true
	case ssa.OpCheck:
		if a[0] == 0 {
			m.call(fr, v.Aux.(string), 0, nil, nil, false, nil)
		}
	case ssa.OpCall, ssa.OpClosureCall, ssa.OpInterCall:
		m.callOp(fr, v)
	case ssa.OpGetCPUFlag:
		return 0, true
	case ssa.OpKeepAlive, ssa.OpVarDef, ssa.OpVarKill, ssa.OpPrefetch, ssa.OpPause, ssa.OpNop, ssa.OpUnsafePointMark, ssa.OpPublish, ssa.OpSetRecover, ssa.OpWB:
	default:
		return 0, false
	}
	return 0, true
}

func (m *Machine) bounds(v *ssa.Value, a [3]uint64) {
	kind := ssa.BoundsKind(v.AuxInt)
	if a[0] < a[1] || kind.Inclusive() && a[0] == a[1] {
		return
	}
	m.Throw(boundsText(kind, a[0], a[1]))
}

// wide computes a result of an op with two results.
func (m *Machine) wide(v *ssa.Value, i int64, fr *Frame) uint64 {
	x, y := fr.vals[v.Args[0].ID], fr.vals[v.Args[1].ID]
	z := uint64(0)
	if len(v.Args) > 2 {
		z = fr.vals[v.Args[2].ID]
	}
	var p, q uint64
	switch v.Op {
	case ssa.OpAddCarry:
		p, q = bits.Add64(x, y, z)
	case ssa.OpSubBorrow:
		p, q = bits.Sub64(x, y, z)
	case ssa.OpMulWideU:
		p, q = bits.Mul64(x, y)
	case ssa.OpDivWideU:
		p, q = bits.Div64(x, y, z)
	default:
		m.fail("no results of %s", v.Long())
	}
	if i == 0 {
		return p
	}
	return q
}

// compute runs pure operations.
func (m *Machine) compute(v *ssa.Value, a [3]uint64) (uint64, bool) {
	t := v.Type
	if len(v.Args) > 0 && v.Args[0].Type.IsFloat() {
		if r, ok := floatOp(v, a); ok {
			return r, true
		}
	}
	var at ssa.Type
	if len(v.Args) > 0 {
		at = v.Args[0].Type
	}
	switch v.Op {
	case ssa.OpAdd, ssa.OpAddPtr:
		return trunc(a[0]+a[1], t), true
	case ssa.OpSub:
		return trunc(a[0]-a[1], t), true
	case ssa.OpMul:
		return trunc(a[0]*a[1], t), true
	case ssa.OpNeg:
		return trunc(-a[0], t), true
	case ssa.OpOffPtr:
		return a[0] + uint64(v.AuxInt), true
	case ssa.OpAnd:
		return a[0] & a[1], true
	case ssa.OpOr:
		return a[0] | a[1], true
	case ssa.OpXor:
		return a[0] ^ a[1], true
	case ssa.OpNot:
		if t == ssa.Bool {
			return a[0] ^ 1, true
		}
		return trunc(^a[0], t), true
	case ssa.OpDiv, ssa.OpMod, ssa.OpDivU, ssa.OpModU:
		return m.divide(v, a), true
	case ssa.OpShl, ssa.OpShr, ssa.OpSar:
		return shift(v, a), true
	case ssa.OpRotL:
		return rotate(a[0], int(a[1]), t), true
	case ssa.OpCtz:
		return min(uint64(bits.TrailingZeros64(a[0])), uint64(at.Bits())), true
	case ssa.OpBitLen:
		return uint64(bits.Len64(a[0])), true
	case ssa.OpPopCnt:
		return uint64(bits.OnesCount64(a[0])), true
	case ssa.OpCtrlGroup:
		return ssa.MatchGroup(v.AuxInt, a[0], a[1]), true
	case ssa.OpBswap:
		return bits.ReverseBytes64(a[0]) >> (64 - t.Bits()), true
	case ssa.OpEq:
		return boolOf(a[0] == a[1]), true
	case ssa.OpNe:
		return boolOf(a[0] != a[1]), true
	case ssa.OpLt:
		return boolOf(sext(a[0], at) < sext(a[1], at)), true
	case ssa.OpLe:
		return boolOf(sext(a[0], at) <= sext(a[1], at)), true
	case ssa.OpLtU:
		return boolOf(a[0] < a[1]), true
	case ssa.OpLeU:
		return boolOf(a[0] <= a[1]), true
	case ssa.OpSignExt:
		return trunc(uint64(sext(a[0], at)), t), true
	case ssa.OpZeroExt:
		return a[0], true
	case ssa.OpTrunc:
		return trunc(a[0], t), true
	case ssa.OpIntToFloat:
		return floatBits(float64(sext(a[0], at)), float32(sext(a[0], at)), t), true
	case ssa.OpBitcast:
		return a[0], true
	case ssa.OpSelect:
		if a[0] != 0 {
			return a[1], true
		}
		return a[2], true
	}
	return 0, false
}

func (m *Machine) divide(v *ssa.Value, a [3]uint64) uint64 {
	if a[1] == 0 {
		m.fail("division by zero was not checked: %s", v.Long())
	}
	t := v.Type
	x, y := sext(a[0], t), sext(a[1], t)
	switch v.Op {
	case ssa.OpDiv:
		return trunc(uint64(x/y), t)
	case ssa.OpMod:
		return trunc(uint64(x%y), t)
	case ssa.OpDivU:
		return a[0] / a[1]
	}
	return a[0] % a[1]
}

func shift(v *ssa.Value, a [3]uint64) uint64 {
	t := v.Type
	n := a[1]
	switch v.Op {
	case ssa.OpShl:
		return trunc(a[0]<<n, t)
	case ssa.OpShr:
		return a[0] >> n
	}
	return trunc(uint64(sext(a[0], t)>>n), t)
}

func rotate(x uint64, n int, t ssa.Type) uint64 {
	switch t.Size() {
	case 1:
		return uint64(bits.RotateLeft8(uint8(x), n))
	case 2:
		return uint64(bits.RotateLeft16(uint16(x), n))
	case 4:
		return uint64(bits.RotateLeft32(uint32(x), n))
	}
	return bits.RotateLeft64(x, n)
}

func floatBits(d float64, s float32, t ssa.Type) uint64 {
	if t == ssa.F32 {
		return uint64(math.Float32bits(s))
	}
	return math.Float64bits(d)
}

// floatOp runs operations whose first argument is a float.
func floatOp(v *ssa.Value, a [3]uint64) (uint64, bool) {
	t := v.Args[0].Type
	if v.Op == ssa.OpBitcast {
		return a[0], true
	}
	if t == ssa.F32 {
		return float32Op(v, f32(a[0]), f32(a[1]))
	}
	x, y := f64(a[0]), f64(a[1])
	r := 0.0
	switch v.Op {
	case ssa.OpAdd:
		r = x + y
	case ssa.OpSub:
		r = x - y
	case ssa.OpMul:
		r = x * y
	case ssa.OpDiv:
		r = x / y
	case ssa.OpNeg:
		return a[0] ^ 1<<63, true
	case ssa.OpEq:
		return boolOf(x == y), true
	case ssa.OpNe:
		return boolOf(x != y), true
	case ssa.OpLt:
		return boolOf(x < y), true
	case ssa.OpLe:
		return boolOf(x <= y), true
	case ssa.OpFloatToInt:
		return toInt(x, v.Type), true
	case ssa.OpFloatCvt:
		return uint64(math.Float32bits(float32(x))), true
	case ssa.OpSqrt:
		r = math.Sqrt(x)
	case ssa.OpAbs:
		r = math.Abs(x)
	case ssa.OpCopySign:
		r = math.Copysign(x, y)
	case ssa.OpFloor:
		r = math.Floor(x)
	case ssa.OpCeil:
		r = math.Ceil(x)
	case ssa.OpTruncF:
		r = math.Trunc(x)
	case ssa.OpRoundEven:
		r = math.RoundToEven(x)
	case ssa.OpFMA:
		r = math.FMA(x, y, f64(a[2]))
	case ssa.OpMinF:
		r = min(x, y)
	case ssa.OpMaxF:
		r = max(x, y)
	default:
		return 0, false
	}
	return math.Float64bits(r), true
}

func float32Op(v *ssa.Value, x, y float32) (uint64, bool) {
	r := float32(0)
	switch v.Op {
	case ssa.OpAdd:
		r = x + y
	case ssa.OpSub:
		r = x - y
	case ssa.OpMul:
		r = x * y
	case ssa.OpDiv:
		r = x / y
	case ssa.OpNeg:
		return uint64(math.Float32bits(x)) ^ 1<<31, true
	case ssa.OpEq:
		return boolOf(x == y), true
	case ssa.OpNe:
		return boolOf(x != y), true
	case ssa.OpLt:
		return boolOf(x < y), true
	case ssa.OpLe:
		return boolOf(x <= y), true
	case ssa.OpFloatToInt:
		return toInt(float64(x), v.Type), true
	case ssa.OpFloatCvt:
		return math.Float64bits(float64(x)), true
	case ssa.OpMinF:
		r = min(x, y)
	case ssa.OpMaxF:
		r = max(x, y)
	default:
		return 0, false
	}
	return uint64(math.Float32bits(r)), true
}

// toInt converts as the machine does: what does not fit gives the smallest number.
func toInt(x float64, t ssa.Type) uint64 {
	if t.Size() == 4 {
		if !(x > -2147483649 && x < 2147483648) {
			return 1 << 31
		}
		return uint64(uint32(int32(x)))
	}
	if !(x >= -9223372036854775808 && x < 9223372036854775808) {
		return 1 << 63
	}
	return uint64(int64(x))
}
