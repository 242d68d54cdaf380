package codegen

import (
	"fmt"
	"go/token"
	"slices"
	"sort"

	"strata/internal/abi"
	"strata/internal/object"
	"strata/internal/ssa"
)

// Frame is the layout of a function's frame, offsets from SP in the body:
// outgoing arguments, spill slots, objects (those with pointers first), saved BP.
type Frame struct {
	Size           int64 // between SP and the return address
	spillOff       int64
	Slots          []int64 // by slot ID, or noPlace
	ZeroLo, ZeroHi int64   // range to be zeroed in the prologue
	objectMap      object.Bitmap
	ArgMap         object.Bitmap
	SpilledArgMap  object.Bitmap
	linkArea       int64
}

// NoPlace is the offset of a slot that nothing refers to.
const NoPlace = -1

func align(n, a int64) int64 { return (n + a - 1) &^ (a - 1) }

// LayoutFrame places everything. Slots that nothing refers to get no place.
func LayoutFrame(m *Func, spills int) Frame {
	fr := Frame{Slots: make([]int64, len(m.SSA.Slots)), linkArea: m.Target.LinkArea}
	used := m.UsedSlots()
	out := m.OutSize
	if m.HasCalls || out > 0 || spills > 0 || slices.Contains(used, true) {
		out = max(out, m.StubOut) // otherwise stubs make frames of their own
	}
	off := align(out, 8)
	bare := off == 0 && spills == 0
	off += fr.linkArea
	fr.spillOff = off
	off += 8 * int64(spills)
	order := append([]*ssa.Slot(nil), m.SSA.Slots...)
	sort.SliceStable(order, func(i, j int) bool { return m.rank(order[i]) < m.rank(order[j]) })
	fr.ZeroLo, fr.ZeroHi = off, off
	for _, s := range order {
		if !used[s.ID] {
			fr.Slots[s.ID] = NoPlace
			continue
		}
		off = align(off, min(max(s.Align, 1), 8))
		if s.PtrMask != nil {
			off = align(off, 8)
		}
		fr.Slots[s.ID] = off
		if s.PtrMask != nil && m.Life.always(s) {
			fr.objectMap = MarkObject(fr.objectMap, off, s.PtrMask)
			fr.ZeroHi = align(off+s.Size, 8)
		}
		off += s.Size
	}
	off = align(off, 8)
	if !bare || off > fr.linkArea || m.HasCalls {
		fr.Size = off + 8
		if fr.linkArea > 0 {
			fr.Size = align(fr.Size, 16)
		}
	}
	if sig := m.SSA.ABI; sig != nil {
		fr.ArgMap = cut(m.heldArgs(sig), sig.ArgSize/8)
		fr.SpilledArgMap = shifted(sig.ArgPtrs, sig.SpillPtrs, sig.SpillOff/8, sig.AreaSize()/8)
	}
	return fr
}

// FrameError tells of a function whose frame or arguments exceed ssa.MaxFrame.
type FrameError struct {
	Pos                  token.Pos // of the function
	Locals, Args, Callee int64     // bytes; Callee is what calls need
}

func (e *FrameError) Error() string {
	s := fmt.Sprintf("stack frame too large (>1GB): %d MB locals + %d MB args", e.Locals>>20, e.Args>>20)
	if e.Callee > 0 {
		s += fmt.Sprintf(" + %d MB callee", e.Callee>>20)
	}
	return s
}

// check refuses frames that no instruction could address.
func (fr *Frame) check(f *ssa.Func, callee int64) error {
	args := int64(0)
	if f.ABI != nil {
		args = f.ABI.ArgSize
	}
	e := &FrameError{Pos: f.Pos, Locals: fr.Size - callee, Args: args}
	switch {
	case e.Locals >= ssa.MaxFrame || args >= ssa.MaxFrame:
		return e
	case fr.Size >= ssa.MaxFrame:
		e.Callee = callee
		return e
	}
	return nil
}

// heldArgs marks the words with pointers of the argument area that something may read after a call: not those of
// scalars, which are loaded before the first one and live in registers and spill slots from there on.
func (m *Func) heldArgs(sig *abi.Signature) []byte {
	held := append([]byte(nil), sig.ArgPtrs...)
	for i := range sig.In {
		if c := &sig.In[i]; c.Class == abi.Ptr && c.Reg < 0 && c.Off/64 < int64(len(held)) {
			held[c.Off/64] &^= 1 << (c.Off / 8 % 8)
		}
	}
	for _, b := range m.SSA.Blocks {
		called := b != m.SSA.Entry
		for _, v := range b.Values {
			if v.Op == ssa.OpCallerSP || called && v.Op == ssa.OpArg {
				return sig.ArgPtrs
			}
			called = called || mayCall(v, m.Target.InlineLimit)
		}
	}
	return held
}

// rank puts slots to be zeroed next to each other, then orders by alignment to save padding.
func (m *Func) rank(s *ssa.Slot) int64 {
	switch {
	case s.PtrMask == nil:
		return 16 - min(s.Align, 8)
	case m.Life.always(s):
		return 0
	}
	return 1
}

// UsedSlots are those that an instruction or a table mentions.
func (m *Func) UsedSlots() []bool {
	used := make([]bool, len(m.SSA.Slots))
	for _, in := range m.Insts {
		for i := range in.Args {
			if mm := in.Args[i].M; in.Args[i].Kind == ArgMem && mm.Slot != nil {
				used[mm.Slot.ID] = true
			}
		}
	}
	if s := m.SSA.OpenDeferBits; s != nil {
		used[s.ID] = true
	}
	for _, s := range m.SSA.OpenDeferSlots {
		used[s.ID] = true
	}
	return used
}

// MarkObject adds the pointers of an object at off to m.
func MarkObject(m object.Bitmap, off int64, mask []byte) object.Bitmap {
	for i := range len(mask) * 8 {
		if mask[i/8]>>(i%8)&1 != 0 {
			m = setBit(m, off/8+int64(i))
		}
	}
	return m
}

func setBit(m object.Bitmap, i int64) object.Bitmap {
	for int64(len(m)) <= i/8 {
		m = append(m, 0)
	}
	m[i/8] |= 1 << (i % 8)
	return m
}

// cut keeps the first n bits.
func cut(m []byte, n int64) object.Bitmap {
	var out object.Bitmap
	for i := int64(0); i < n && i/8 < int64(len(m)); i++ {
		if m[i/8]>>(i%8)&1 != 0 {
			out = setBit(out, i)
		}
	}
	return out
}

// shifted is the union of a and b moved up by n bits.
func shifted(a, b []byte, n, total int64) object.Bitmap {
	out := cut(a, n)
	for i := range int64(len(b)) * 8 {
		if b[i/8]>>(i%8)&1 != 0 && n+i < total {
			out = setBit(out, n+i)
		}
	}
	return out
}

// Spill is the offset of a spill slot.
func (fr *Frame) Spill(n int) int64 { return fr.spillOff + 8*int64(n) }

// Base is what a memory operand relative to SP adds to its displacement.
func (fr *Frame) Base(m *Mem) int64 {
	switch m.Place {
	case InSlot:
		return fr.Slots[m.Slot.ID]
	case InArgs:
		return fr.Size + 8
	case InOut:
		return fr.linkArea
	}
	return 0
}

// LiveMap is the map of the objects and the given spill slots.
func (fr *Frame) LiveMap(slots []int32) object.Bitmap {
	m := append(object.Bitmap(nil), fr.objectMap...)
	for _, s := range slots {
		m = setBit(m, fr.Spill(int(s))/8)
	}
	return m
}

// Objects makes the map of the objects number 0: the one in force where no call is.
func (fr *Frame) Objects(set *MapSet) { set.Local(fr.objectMap, fr.ArgMap) }

// MapSet numbers pairs of bitmaps.
type MapSet struct {
	Locals, Args []object.Bitmap
	index        map[[2]string]int32
}

func (s *MapSet) Local(locals, args object.Bitmap) int32 {
	k := [2]string{string(locals), string(args)}
	if i, ok := s.index[k]; ok {
		return i
	}
	if s.index == nil {
		s.index = map[[2]string]int32{}
	}
	i := int32(len(s.Locals))
	s.Locals, s.Args = append(s.Locals, locals), append(s.Args, args)
	s.index[k] = i
	return i
}
