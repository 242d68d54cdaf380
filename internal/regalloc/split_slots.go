package regalloc

import (
	"slices"
	"sort"
)

// finish numbers the slots, orders the edits, and lists live pointers at safepoints.
func (s *splitter) finish() *Result {
	slot, n := s.colorSlots()
	res := &Result{Allocs: s.alloc, NumSlots: n}
	place := func(l Loc) Loc {
		if l == NoLoc || l.IsReg() {
			return l
		}
		return SlotLoc(int(slot[l.Slot()]))
	}
	for i := range s.alloc {
		for k, l := range s.alloc[i] {
			s.alloc[i][k] = place(l)
		}
	}
	sort.SliceStable(s.edits, func(i, j int) bool {
		a, b := &s.edits[i], &s.edits[j]
		if a.Inst != b.Inst {
			return a.Inst < b.Inst
		}
		return a.phase < b.phase
	})
	res.Edits = make([]Edit, 0, len(s.edits))
	for _, e := range s.edits {
		e.From, e.To = place(e.From), place(e.To)
		if e.From != e.To || e.Remat >= 0 {
			res.Edits = append(res.Edits, e.Edit)
		}
	}
	res.Slots = make([]int32, len(slot))
	for v := range slot {
		res.Slots[v] = NoSlot
		if s.vals[v].spilled {
			res.Slots[v] = slot[v]
		}
	}
	res.PtrSlots = pointerSlots(s.f, s.live, func(v VReg) (int32, bool) { return slot[v], s.vals[v].spilled })
	return res
}

// pointerSlots lists for every safepoint the slots of the pointers that are live
// across it. slotOf gives the slot of a pointer that is in memory there.
func pointerSlots(f *Func, live *liveness, slotOf func(VReg) (int32, bool)) map[int32][]int32 {
	out := map[int32][]int32{}
	alive := make([]bool, len(f.VRegs))
	var list []VReg
	set := func(v VReg) {
		if f.VRegs[v].Ptr && !alive[v] {
			if _, ok := slotOf(v); ok {
				alive[v] = true
				list = append(list, v)
			}
		}
	}
	for b := range f.Blocks {
		blk := &f.Blocks[b]
		for _, v := range list {
			alive[v] = false
		}
		list = list[:0]
		for _, lv := range live.out[b] {
			set(lv.v)
		}
		for i := blk.Last - 1; i >= blk.First; i-- {
			in := &f.Insts[i]
			for k := range in.Operands {
				if o := &in.Operands[k]; o.Kind == Def {
					alive[o.VReg] = false
				}
			}
			if in.Safepoint {
				list = compact(list, alive)
				out[i] = slotsOf(list, slotOf)
			}
			for k := range in.Operands {
				if o := &in.Operands[k]; o.Kind == Use {
					set(o.VReg)
				}
			}
		}
		list = compact(list, alive)
	}
	return out
}

// compact drops the values that are no longer live; none stands twice, as each has one definition.
func compact(list []VReg, live []bool) []VReg {
	keep := list[:0]
	for _, v := range list {
		if live[v] {
			keep = append(keep, v)
		}
	}
	return keep
}

func slotsOf(list []VReg, slotOf func(VReg) (int32, bool)) []int32 {
	out := make([]int32, 0, len(list))
	for _, v := range list {
		n, _ := slotOf(v)
		out = append(out, n)
	}
	slices.Sort(out)
	return out
}

// interval is where a spilled value may be in its slot, in instruction numbers.
type interval struct {
	v          VReg
	start, end int32
}

// colorSlots lets spilled values whose intervals do not meet share slots, pointers only with pointers.
func (s *splitter) colorSlots() (slot []int32, n int) {
	slot = make([]int32, len(s.vals))
	type kind struct{ ptr, wide bool }
	type active struct {
		end  int32
		slot int32
	}
	free := map[kind][]int32{}
	act := map[kind][]active{}
	for _, iv := range s.intervals() {
		info := &s.f.VRegs[iv.v]
		k := kind{info.Ptr, info.Wide}
		keep := act[k][:0]
		for _, a := range act[k] {
			if a.end < iv.start {
				free[k] = append(free[k], a.slot)
			} else {
				keep = append(keep, a)
			}
		}
		act[k] = keep
		var c int32
		if fl := free[k]; len(fl) > 0 {
			c, free[k] = fl[len(fl)-1], fl[:len(fl)-1]
		} else {
			c = int32(n)
			n++
			if info.Wide {
				n++
			}
		}
		slot[iv.v] = c
		act[k] = append(act[k], active{iv.end, c})
	}
	if s.needTemp { // VReg 0 stands for the temporary of edge moves
		slot[0] = int32(n)
		n += 2
	}
	return slot, n
}

// intervals covers each spilled value from its definition to its last use in layout
// order, with every block it is live through, sorted by start.
func (s *splitter) intervals() []interval {
	iv := make([]interval, len(s.vals))
	for i := range iv {
		iv[i] = interval{VReg(i), 1 << 30, -1}
	}
	cover := func(v VReg, at int32) {
		iv[v].start = min(iv[v].start, at)
		iv[v].end = max(iv[v].end, at)
	}
	for b := range s.f.Blocks {
		blk := &s.f.Blocks[b]
		for _, p := range blk.Params {
			cover(p, blk.First)
		}
		for _, q := range blk.Preds {
			for _, lv := range s.live.out[q] {
				// It may only be wanted on another edge of q; covering too much is safe.
				if s.vals[lv.v].spilled {
					cover(lv.v, blk.First)
				}
			}
		}
		for i := blk.First; i < blk.Last; i++ {
			for k := range s.f.Insts[i].Operands {
				cover(s.f.Insts[i].Operands[k].VReg, i)
			}
		}
		for _, lv := range s.live.out[b] {
			cover(lv.v, blk.Last)
		}
		// Arguments of parameters are read, and parameters written, on the edge.
		for k, t := range blk.Succs {
			if len(blk.Args) > k {
				for _, a := range blk.Args[k] {
					cover(a, blk.Last)
				}
			}
			for _, p := range s.f.Blocks[t].Params {
				cover(p, blk.Last)
			}
			if len(blk.Succs) > 1 {
				for k2 := range blk.Args[k] {
					cover(blk.Args[k][k2], s.f.Blocks[t].First)
				}
			}
		}
	}
	var out []interval
	for i := range iv {
		if s.vals[i].spilled && s.f.VRegs[i].Remat < 0 && iv[i].end >= 0 {
			out = append(out, iv[i])
		}
	}
	sort.SliceStable(out, func(i, j int) bool { return out[i].start < out[j].start })
	return out
}
