package interp

import (
	"strata/internal/ssa"
	"strata/internal/ssa/eval"
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
		r, ok = m.compute(v, a[:min(len(v.Args), 3)])
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
	case ssa.OpKeepAlive, ssa.OpVarDef, ssa.OpPrefetch, ssa.OpRace, ssa.OpNop, ssa.OpUnsafePointMark, ssa.OpPublish, ssa.OpWB:
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
	switch v.Op {
	case ssa.OpAddCarry, ssa.OpSubBorrow, ssa.OpMulWideU, ssa.OpDivWideU:
	default:
		m.fail("no results of %s", v.Long())
	}
	z := uint64(0)
	if len(v.Args) > 2 {
		z = fr.vals[v.Args[2].ID]
	}
	return eval.Wide(v, fr.vals[v.Args[0].ID], fr.vals[v.Args[1].ID], z)[i]
}

// compute runs ops without effects.
func (m *Machine) compute(v *ssa.Value, a []uint64) (uint64, bool) {
	switch v.Op {
	case ssa.OpDiv, ssa.OpMod, ssa.OpDivU, ssa.OpModU:
		if a[1] == 0 && v.Type.IsInt() {
			m.fail("division by zero was not checked: %s", v.Long())
		}
	}
	return eval.Pure(v, a)
}
