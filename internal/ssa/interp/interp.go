// Package interp runs ssa functions: the oracle that native code is compared
// with. Pointers are real addresses, so memory operations touch the memory of
// the running process; give it only memory that you own and that does not move.
//
// A value is its bits in a uint64, zero-extended from its width; floats are
// their bits. It knows every op that has a meaning without a runtime.
package interp

import (
	"fmt"
	"unsafe"

	"strata/internal/abi"
	"strata/internal/ssa"
	"strata/internal/ssa/eval"
)

// Machine runs functions.
type Machine struct {
	// Call runs a callee: sym and the arguments give the results, one per component.
	Call func(sym string, args []uint64) ([]uint64, error)
	// Addr gives the address of a symbol.
	Addr func(sym string) uint64
	keep [][]byte // memory of finished activations: results may lie there
	// Steps bounds the number of values computed; 0 is no bound.
	Steps int
	// Barrier is the write-barrier flag.
	Barrier bool
	// Junk fills fresh slots, whose contents nothing may rely on.
	Junk byte
}

// Panic is the error of a failed check.
type Panic struct {
	Fn   string // runtime function that would be called
	Args []uint64
}

func (p *Panic) Error() string { return fmt.Sprintf("panic: %s %v", p.Fn, p.Args) }

// frame is one activation.
type frame struct {
	m     *Machine
	f     *ssa.Func
	args  []uint64
	vals  []uint64
	tuple map[int32][]uint64
	slots [][]byte
	area  []byte // incoming arguments that are in memory
}

// Run calls f with one argument per component and returns one result per component.
func (m *Machine) Run(f *ssa.Func, args []uint64) ([]uint64, error) {
	fr := &frame{m: m, f: f, args: args, vals: make([]uint64, f.NumValues()), tuple: map[int32][]uint64{}}
	for _, s := range f.Slots {
		slot := make([]byte, s.Size+16)
		for i := range slot {
			slot[i] = m.Junk
		}
		fr.slots = append(fr.slots, slot)
	}
	fr.arguments()
	m.keep = append(append(m.keep, fr.area), fr.slots...)
	b := f.Entry
	var prev *ssa.Block
	predIndex := 0
	for {
		if err := fr.block(b, prev, predIndex); err != nil {
			return nil, err
		}
		next := -1
		switch b.Kind {
		case ssa.BlockJump, ssa.BlockDefer:
			next = 0
		case ssa.BlockIf:
			next = 1
			if fr.vals[b.Controls[0].ID]&1 != 0 {
				next = 0
			}
		case ssa.BlockSwitch:
			next = int(fr.vals[b.Controls[0].ID])
		case ssa.BlockRet:
			var out []uint64
			for _, c := range b.Controls {
				out = append(out, fr.vals[c.ID])
			}
			return out, nil
		default:
			return nil, fmt.Errorf("interp: reached the end of %s, a %s", b, b.Kind)
		}
		predIndex = b.PredIndex(next)
		prev, b = b, b.Succs[next]
	}
}

// arguments lays out the arguments that are passed in memory.
func (fr *frame) arguments() {
	sig := fr.f.ABI
	if sig == nil {
		return
	}
	fr.area = make([]byte, sig.AreaSize()+8)
	for i := range sig.In {
		switch c := &sig.In[i]; {
		case c.Class == abi.Mem && c.Size > 0:
			copy(fr.area[c.Off:], bytes(fr.args[i], c.Size))
		case c.Class != abi.Mem && c.Reg < 0:
			store(fr.areaAddr(c.Off), c.Size, fr.args[i])
		}
	}
}

func (fr *frame) areaAddr(off int64) uint64 {
	return uint64(uintptr(unsafe.Pointer(&fr.area[0]))) + uint64(off)
}

func (fr *frame) block(b, prev *ssa.Block, predIndex int) error {
	var phis []uint64
	for _, v := range b.Values {
		if v.Op != ssa.OpPhi {
			break
		}
		phis = append(phis, fr.vals[v.Args[predIndex].ID])
	}
	for i, v := range b.Values {
		if i < len(phis) {
			fr.vals[v.ID] = phis[i]
			continue
		}
		if fr.m.Steps--; fr.m.Steps == 0 {
			return fmt.Errorf("interp: too many steps")
		}
		x, err := fr.value(v)
		if err != nil {
			return err
		}
		fr.vals[v.ID] = x & eval.Mask(v.Type)
	}
	return nil
}

func (fr *frame) arg(v *ssa.Value, i int) uint64 { return fr.vals[v.Args[i].ID] }

// value computes one value.
func (fr *frame) value(v *ssa.Value) (uint64, error) {
	args := make([]uint64, len(v.Args))
	for i := range args {
		args[i] = fr.arg(v, i)
	}
	if r, ok := eval.Pure(v, args); ok {
		return r, nil
	}
	switch v.Op {
	case ssa.OpArg:
		return fr.args[v.AuxInt], nil
	case ssa.OpArgAddr:
		return fr.areaAddr(v.AuxInt), nil
	case ssa.OpGlobalAddr, ssa.OpFuncAddr:
		return fr.m.Addr(v.Aux.(string)) + uint64(v.AuxInt), nil
	case ssa.OpLocalAddr:
		s := v.Aux.(*ssa.Slot)
		return uint64(uintptr(unsafe.Pointer(&fr.slots[s.ID][0]))) + uint64(v.AuxInt), nil
	case ssa.OpResult:
		return fr.tuple[v.Args[0].ID][v.AuxInt], nil
	case ssa.OpAddCarry, ssa.OpSubBorrow, ssa.OpMulWideU, ssa.OpDivWideU:
		fr.tuple[v.ID] = eval.Wide(v, fr.arg(v, 0), fr.arg(v, 1), fr.third(v))
		return 0, nil
	case ssa.OpNilCheck:
		if fr.arg(v, 0) == 0 {
			return 0, &Panic{Fn: "nil"}
		}
		return fr.arg(v, 0), nil
	case ssa.OpBounds:
		i, n := fr.arg(v, 0), fr.arg(v, 1)
		if i < n || i == n && ssa.BoundsKind(v.AuxInt).Inclusive() {
			return i, nil
		}
		return 0, &Panic{Fn: "runtime.panicBounds", Args: []uint64{i, n, uint64(v.AuxInt)}}
	case ssa.OpCheck:
		if fr.arg(v, 0)&1 == 0 {
			return 0, &Panic{Fn: v.Aux.(string)}
		}
		return 0, nil
	case ssa.OpCall, ssa.OpClosureCall, ssa.OpInterCall:
		return fr.call(v)
	case ssa.OpWB:
		return eval.Truth(fr.m.Barrier), nil
	case ssa.OpWBPtr:
		load(fr.arg(v, 1), 8)
		return 0, nil
	}
	return fr.memory(v)
}

func (fr *frame) third(v *ssa.Value) uint64 {
	if len(v.Args) > 2 {
		return fr.arg(v, 2)
	}
	return 0
}

func (fr *frame) call(v *ssa.Value) (uint64, error) {
	c := v.Aux.(*ssa.Call)
	args := v.Args
	if v.Op != ssa.OpCall {
		args = args[1:]
	}
	var in []uint64
	for _, a := range args {
		in = append(in, fr.vals[a.ID])
	}
	out, err := fr.m.Call(c.Sym, in)
	if err != nil {
		return 0, err
	}
	fr.tuple[v.ID] = out
	k := 0
	for i := range c.ABI.Out {
		if o := &c.ABI.Out[i]; o.Class == abi.Mem {
			if o.Size > 0 {
				copy(fr.slots[c.ResultSlots[k].ID], bytes(out[i], o.Size))
			}
			k++
		}
	}
	if v.Type.IsReg() {
		return out[0], nil
	}
	return 0, nil
}

// bytes is n bytes of memory at p.
func bytes(p uint64, n int64) []byte {
	return unsafe.Slice((*byte)(*(*unsafe.Pointer)(unsafe.Pointer(&p))), n)
}

func load(p uint64, n int64) (x uint64) {
	for i, b := range bytes(p, n) {
		x |= uint64(b) << (8 * i)
	}
	return x
}

func store(p uint64, n int64, x uint64) {
	for i := range bytes(p, n) {
		bytes(p, n)[i] = byte(x >> (8 * i))
	}
}

// memory does loads, stores and atomics.
func (fr *frame) memory(v *ssa.Value) (uint64, error) {
	p := uint64(0)
	if len(v.Args) > 0 {
		p = fr.arg(v, 0) + uint64(v.AuxInt)
	}
	switch v.Op {
	case ssa.OpLoad, ssa.OpAtomicLoad:
		return load(p, v.Type.Size()), nil
	case ssa.OpStore, ssa.OpAtomicStore:
		store(p, v.Args[1].Type.Size(), fr.arg(v, 1))
	case ssa.OpMove:
		copy(bytes(fr.arg(v, 0), v.AuxInt), bytes(fr.arg(v, 1), v.AuxInt))
	case ssa.OpZero:
		clear(bytes(fr.arg(v, 0), v.AuxInt))
	case ssa.OpMemCopy:
		copy(bytes(fr.arg(v, 0), int64(fr.arg(v, 2))), bytes(fr.arg(v, 1), int64(fr.arg(v, 2))))
	case ssa.OpMemClear:
		clear(bytes(fr.arg(v, 0), int64(fr.arg(v, 1))))
	case ssa.OpMemEqConst:
		return eval.Truth(string(bytes(fr.arg(v, 0), v.AuxInt)) == string(bytes(fr.arg(v, 1), v.AuxInt))), nil
	case ssa.OpAtomicXchg, ssa.OpAtomicAdd, ssa.OpAtomicAnd, ssa.OpAtomicOr:
		n := v.Args[1].Type.Size()
		old, x := load(p, n), fr.arg(v, 1)
		switch v.Op {
		case ssa.OpAtomicAdd:
			x += old
		case ssa.OpAtomicAnd:
			x &= old
		case ssa.OpAtomicOr:
			x |= old
		}
		store(p, n, x)
		return old, nil
	case ssa.OpAtomicCAS:
		n := v.Args[1].Type.Size()
		if load(p, n) != fr.arg(v, 1) {
			return 0, nil
		}
		store(p, n, fr.arg(v, 2))
		return 1, nil
	case ssa.OpKeepAlive, ssa.OpVarDef, ssa.OpNop, ssa.OpUnsafePointMark, ssa.OpPublish, ssa.OpPrefetch, ssa.OpRace:
	default:
		return 0, fmt.Errorf("interp: no meaning for %s", v.Long())
	}
	return 0, nil
}
