package analyze

import (
	"slices"

	"strata/internal/rtcall"
	"strata/internal/ssa"
	"strata/internal/typedesc"
)

// Runtime functions make things on the heap. What does not outlive the frame is built there instead: string helpers
// take a temporary buffer for results that are short, maps a header and perhaps a group, slices their elements.

// maxMadeSlice is the size in bytes up to which make builds a slice in the frame, as for sizes in the source.
const maxMadeSlice = 64 << 10

// placeable tells whether what call v makes could have its memory in the frame.
func placeable(v *ssa.Value) bool {
	call := v.Aux.(*ssa.Call)
	switch call.Known() {
	case rtcall.MakeSlice:
		_, ok := madeSize(v)
		return ok || fewElements(v) > 0
	case rtcall.MakeMap:
		return call.Object != nil && v.Args[2].Op == ssa.OpConst
	case rtcall.MakeMapSmall:
		return call.Object != nil
	}
	return rtcall.Buffer(call.Known()) > 0 && len(v.Args) > 0 && v.Args[0].Op == ssa.OpConst
}

// makesMap tells whether v makes a map.
func makesMap(v *ssa.Value) bool {
	if v.Op != ssa.OpCall {
		return false
	}
	sym := v.Aux.(*ssa.Call).Known()
	return sym == rtcall.MakeMap || sym == rtcall.MakeMapSmall
}

// place puts what call v makes into the frame.
func (e *escapes) place(v *ssa.Value) {
	switch call := v.Aux.(*ssa.Call); call.Known() {
	case rtcall.MakeSlice:
		if _, ok := madeSize(v); ok {
			placeSlice(e.f, v)
		} else {
			placeFew(e.f, v)
		}
	case rtcall.MakeMap:
		addr := zeroedSlot(e.f, v, "map", call.Object)
		v.SetArg(2, addr)
		replaceResult(e.f, v, addr)
	case rtcall.MakeMapSmall:
		e.placeMap(v)
	default:
		addr := v.Block.Detached(ssa.OpLocalAddr, ssa.Ptr, v.Pos)
		addr.Aux = e.f.NewSlot("temporary string", rtcall.Buffer(call.Known()), 8, nil)
		insertBefore(v, addr)
		v.SetArg(0, addr)
	}
}

func insertBefore(v *ssa.Value, list ...*ssa.Value) {
	v.Block.InsertAt(slices.Index(v.Block.Values, v), list...)
}

func insertAfter(v *ssa.Value, list ...*ssa.Value) {
	v.Block.InsertAt(slices.Index(v.Block.Values, v)+1, list...)
}

// zeroedSlot begins the life of an object in the frame in front of v and gives its address.
func zeroedSlot(f *ssa.Func, v *ssa.Value, name string, mem *ssa.MemType) *ssa.Value {
	b := v.Block
	slot := f.NewSlot(name, mem.Size, mem.Align, mem.PtrMask)
	slot.Pos = v.Pos.P
	def := b.Detached(ssa.OpVarDef, ssa.Void, v.Pos)
	def.Aux = slot
	addr := b.Detached(ssa.OpLocalAddr, ssa.Ptr, v.Pos)
	addr.Aux = slot
	insertBefore(v, def, addr)
	if mem.Size > 0 {
		zero := b.Detached(ssa.OpZero, ssa.Void, v.Pos, addr)
		zero.AuxInt, zero.Aux = mem.Size, mem
		insertBefore(v, zero)
	}
	return addr
}

// emptyGroup is the control word of a group of a map without entries.
const emptyGroup = -0x7f7f7f7f7f7f7f80

// placeMap makes an empty map in the frame: a header with a seed, and its first group. v is the call of the seed's source
// then.
func (e *escapes) placeMap(v *ssa.Value) {
	b := v.Block
	addr := zeroedSlot(e.f, v, "map", v.Aux.(*ssa.Call).Object)
	replaceResult(e.f, v, addr)
	v.Aux = e.p.cfg.SignatureOf(rtcall.Rand)
	at := func(off int64) *ssa.Value {
		p := b.Detached(ssa.OpOffPtr, ssa.Ptr, v.Pos, addr)
		p.AuxInt = off
		return p
	}
	store := func(p, x *ssa.Value) *ssa.Value { return b.Detached(ssa.OpStore, ssa.Void, v.Pos, p, x) }
	seed, seedAt := b.Detached(ssa.OpResult, ssa.I64, v.Pos, v), at(typedesc.MapSeed)
	ctrl, group, groupAt := b.Detached(ssa.OpConst, ssa.I64, v.Pos), at(typedesc.MapSize), at(typedesc.MapDirPtr)
	ctrl.AuxInt = emptyGroup
	insertAfter(v, seed, seedAt, store(seedAt, seed), ctrl, group, store(group, ctrl), groupAt, store(groupAt, group))
}

// replaceResult puts addr where the only result of v was used, but for keep.
func replaceResult(f *ssa.Func, v, addr *ssa.Value, keep ...*ssa.Value) {
	for _, b := range f.Blocks {
		for _, r := range b.Values {
			if r.Op == ssa.OpResult && r.Args[0] == v && !slices.Contains(keep, r) {
				r.CopyOf(addr)
			}
		}
	}
}

// madeSize is the size of the memory that a call of makeslice with constant sizes makes; not ok if it fails, or needs much.
func madeSize(v *ssa.Value) (size int64, ok bool) {
	n, c, elem := v.Args[1], v.Args[2], v.Aux.(*ssa.Call).Object
	if elem == nil || n.Op != ssa.OpConst || c.Op != ssa.OpConst || n.AuxInt < 0 || n.AuxInt > c.AuxInt {
		return 0, false
	}
	if elem.Size > 0 && c.AuxInt > maxMadeSlice/elem.Size {
		return 0, false
	}
	return c.AuxInt * elem.Size, true
}

// placeSlice replaces call v by memory in the frame.
func placeSlice(f *ssa.Func, v *ssa.Value) {
	size, _ := madeSize(v)
	elem := v.Aux.(*ssa.Call).Object
	mem := &ssa.MemType{Size: size, Align: elem.Align}
	if elem.HasPointers() {
		mem.PtrMask = repeat(elem, v.Args[2].AuxInt)
	}
	replaceResult(f, v, zeroedSlot(f, v, "make", mem))
	b := v.Block
	v.ResetArgs()
	b.Values = slices.DeleteFunc(b.Values, func(w *ssa.Value) bool { return w == v })
}

// maxFew is the size in bytes of the memory that the frame has for a slice whose size only the program's run knows.
const maxFew = 32

// fewElements is how many elements of a slice of unknown size have room in the frame, 0 if there is to be none.
func fewElements(v *ssa.Value) int64 {
	n, c, elem := v.Args[1], v.Args[2], v.Aux.(*ssa.Call).Object
	if elem == nil || elem.Size == 0 || c.Op == ssa.OpConst || n != c && (n.Op != ssa.OpConst || n.AuxInt != 0) {
		return 0
	}
	return maxFew / elem.Size
}

// mayBeLarge tells whether the memory that v makes is on the heap if it turns out to be large when the program runs, and holds pointers.
func mayBeLarge(v *ssa.Value) bool {
	call := v.Aux.(*ssa.Call)
	if call.Known() != rtcall.MakeSlice || !call.Object.HasPointers() {
		return false
	}
	_, known := madeSize(v)
	return !known
}

// placeFew puts memory for few elements into the frame; call v makes those of larger slices, and fails for wrong sizes.
func placeFew(f *ssa.Func, v *ssa.Value) {
	b, elem, few := v.Block, v.Aux.(*ssa.Call).Object, fewElements(v)
	i := slices.Index(b.Values, v)
	cont := splitAfter(b, i)
	b.Values = b.Values[:i]
	limit := b.NewValueI(ssa.OpConst, ssa.I64, v.Pos, few)
	b.Kind, b.Likely, b.Aux, b.Pos = ssa.BlockIf, ssa.Unknown, nil, v.Pos
	b.SetControls(b.NewValue(ssa.OpLeU, ssa.Bool, v.Pos, v.Args[2], limit))

	here, there := f.NewBlock(ssa.BlockJump), f.NewBlock(ssa.BlockJump)
	b.AddEdge(here)
	b.AddEdge(there)
	here.AddEdge(cont)
	there.AddEdge(cont)
	here.Cold, there.Cold = b.Cold, b.Cold

	mem := &ssa.MemType{Size: few * elem.Size, Align: elem.Align}
	if elem.HasPointers() {
		mem.PtrMask = repeat(elem, few)
	}
	slot := f.NewSlot("make", mem.Size, mem.Align, mem.PtrMask)
	slot.Pos = v.Pos.P
	here.NewValueA(ssa.OpVarDef, ssa.Void, v.Pos, 0, slot)
	addr := here.NewValueA(ssa.OpLocalAddr, ssa.Ptr, v.Pos, 0, slot)
	here.NewValueA(ssa.OpZero, ssa.Void, v.Pos, mem.Size, mem, addr)

	v.Block = there
	there.Values = append(there.Values, v)
	made := there.NewValue(ssa.OpResult, ssa.Ptr, v.Pos, v)
	phi := cont.NewPhi(ssa.Ptr, v.Pos)
	replaceResult(f, v, phi, made)
	phi.AddArgs(addr, made)
	f.Invalidate()
}

// splitAfter moves what follows the i-th value of b into a new block.
func splitAfter(b *ssa.Block, i int) *ssa.Block {
	cont := b.Func.NewBlock(b.Kind)
	cont.Likely, cont.Aux, cont.Pos, cont.Cold = b.Likely, b.Aux, b.Pos, b.Cold
	cont.Values = append(cont.Values, b.Values[i+1:]...)
	for _, v := range cont.Values {
		v.Block = cont
	}
	cont.SetControls(b.Controls...)
	b.SetControls()
	cont.Succs, b.Succs = b.Succs, nil
	// The k-th edge to a block is the k-th b among its predecessors: rename in order.
	for _, s := range cont.Succs {
		for j, p := range s.Preds {
			if p == b {
				s.Preds[j] = cont
				break
			}
		}
	}
	return cont
}

// repeat is the pointer mask of n elements.
func repeat(elem *ssa.MemType, n int64) []byte {
	words := elem.Size / 8
	mask := make([]byte, (words*n+7)/8)
	for i := range n * words {
		if w := i % words; elem.PtrMask[w/8]>>(w%8)&1 != 0 {
			mask[i/8] |= 1 << (i % 8)
		}
	}
	return mask
}
