package amd64

import (
	"fmt"
	"go/token"
	"slices"
	"sort"

	"strata/internal/abi"
	"strata/internal/object"
	"strata/internal/ssa"
)

// frame is the layout of a function's frame, offsets from SP in the body:
// outgoing arguments, spill slots, objects (those with pointers first), saved BP.
type frame struct {
	size           int64 // between SP and the return address
	spillOff       int64
	slots          []int64 // by slot ID, or noPlace
	zeroLo, zeroHi int64   // range to be zeroed in the prologue
	objectMap      object.Bitmap
	argMap         object.Bitmap
	spilledArgMap  object.Bitmap
}

// noPlace is the offset of a slot that nothing refers to.
const noPlace = -1

func align(n, a int64) int64 { return (n + a - 1) &^ (a - 1) }

// layoutFrame places everything. Slots that nothing refers to get no place.
func layoutFrame(m *mfunc, spills int) frame {
	fr := frame{slots: make([]int64, len(m.f.Slots))}
	used := m.usedSlots()
	out := m.outSize
	if m.hasCalls || out > 0 || spills > 0 || slices.Contains(used, true) {
		out = max(out, m.stubOut) // otherwise stubs make frames of their own
	}
	off := align(out, 8)
	fr.spillOff = off
	off += 8 * int64(spills)
	order := append([]*ssa.Slot(nil), m.f.Slots...)
	sort.SliceStable(order, func(i, j int) bool { return m.rank(order[i]) < m.rank(order[j]) })
	fr.zeroLo, fr.zeroHi = off, off
	for _, s := range order {
		if !used[s.ID] {
			fr.slots[s.ID] = noPlace
			continue
		}
		off = align(off, min(max(s.Align, 1), 8))
		if s.PtrMask != nil {
			off = align(off, 8)
		}
		fr.slots[s.ID] = off
		if s.PtrMask != nil && m.life.always(s) {
			fr.objectMap = markObject(fr.objectMap, off, s.PtrMask)
			fr.zeroHi = align(off+s.Size, 8)
		}
		off += s.Size
	}
	off = align(off, 8)
	if off > 0 || m.hasCalls {
		fr.size = off + 8
	}
	if sig := m.f.ABI; sig != nil {
		fr.argMap = cut(m.heldArgs(sig), sig.ArgSize/8)
		fr.spilledArgMap = shifted(sig.ArgPtrs, sig.SpillPtrs, sig.SpillOff/8, sig.AreaSize()/8)
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
func (fr *frame) check(f *ssa.Func, callee int64) error {
	args := int64(0)
	if f.ABI != nil {
		args = f.ABI.ArgSize
	}
	e := &FrameError{Pos: f.Pos, Locals: fr.size - callee, Args: args}
	switch {
	case e.Locals >= ssa.MaxFrame || args >= ssa.MaxFrame:
		return e
	case fr.size >= ssa.MaxFrame:
		e.Callee = callee
		return e
	}
	return nil
}

// heldArgs marks the words with pointers of the argument area that something may read after a call: not those of
// scalars, which are loaded before the first one and live in registers and spill slots from there on.
func (m *mfunc) heldArgs(sig *abi.Signature) []byte {
	held := append([]byte(nil), sig.ArgPtrs...)
	for i := range sig.In {
		if c := &sig.In[i]; c.Class == abi.Ptr && c.Reg < 0 && c.Off/64 < int64(len(held)) {
			held[c.Off/64] &^= 1 << (c.Off / 8 % 8)
		}
	}
	for _, b := range m.f.Blocks {
		called := b != m.f.Entry
		for _, v := range b.Values {
			if v.Op == ssa.OpCallerSP || called && v.Op == ssa.OpArg {
				return sig.ArgPtrs
			}
			called = called || mayCall(v)
		}
	}
	return held
}

// rank puts slots to be zeroed next to each other, then orders by alignment to save padding.
func (m *mfunc) rank(s *ssa.Slot) int64 {
	switch {
	case s.PtrMask == nil:
		return 16 - min(s.Align, 8)
	case m.life.always(s):
		return 0
	}
	return 1
}

// usedSlots are those that an instruction or a table mentions.
func (m *mfunc) usedSlots() []bool {
	used := make([]bool, len(m.f.Slots))
	for _, in := range m.insts {
		for i := range in.args {
			if mm := in.args[i].m; in.args[i].kind == argMem && mm.slot != nil {
				used[mm.slot.ID] = true
			}
		}
	}
	if s := m.f.OpenDeferBits; s != nil {
		used[s.ID] = true
	}
	for _, s := range m.f.OpenDeferSlots {
		used[s.ID] = true
	}
	return used
}

// markObject adds the pointers of an object at off to m.
func markObject(m object.Bitmap, off int64, mask []byte) object.Bitmap {
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

// spill is the offset of a spill slot.
func (fr *frame) spill(n int) int64 { return fr.spillOff + 8*int64(n) }

// base is what a memory operand relative to SP adds to its displacement.
func (fr *frame) base(m *mem) int64 {
	switch m.place {
	case inSlot:
		return fr.slots[m.slot.ID]
	case inArgs:
		return fr.size + 8
	}
	return 0
}

// liveMap is the map of the objects and the given spill slots.
func (fr *frame) liveMap(slots []int32) object.Bitmap {
	m := append(object.Bitmap(nil), fr.objectMap...)
	for _, s := range slots {
		m = setBit(m, fr.spill(int(s))/8)
	}
	return m
}

// objects makes the map of the objects number 0: the one in force where no call is.
func (fr *frame) objects(set *mapSet) { set.local(fr.objectMap, fr.argMap) }

// mapSet numbers pairs of bitmaps.
type mapSet struct {
	locals, args []object.Bitmap
	index        map[[2]string]int32
}

func (s *mapSet) local(locals, args object.Bitmap) int32 {
	k := [2]string{string(locals), string(args)}
	if i, ok := s.index[k]; ok {
		return i
	}
	if s.index == nil {
		s.index = map[[2]string]int32{}
	}
	i := int32(len(s.locals))
	s.locals, s.args = append(s.locals, locals), append(s.args, args)
	s.index[k] = i
	return i
}
