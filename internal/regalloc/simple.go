package regalloc

import (
	"fmt"
	"slices"
	"sort"
)

// Simple is the classic allocator: every virtual register lives in a spill
// slot; each instruction loads what it uses and stores what it defines.
func Simple(f *Func) (*Result, error) {
	a := simple{f: f, res: &Result{Allocs: make([][]Loc, len(f.Insts))}, temp: -1}
	live := computeLiveness(f)
	a.assignSlots(live)
	for bi := range f.Blocks {
		b := &f.Blocks[bi]
		for i := b.First; i < b.Last; i++ {
			if i == b.Last-1 {
				a.edges(b, i)
			}
			if err := a.inst(i); err != nil {
				return nil, err
			}
		}
	}
	a.res.Slots = make([]int32, len(a.slots))
	for v, n := range a.slots {
		a.res.Slots[v] = int32(n)
	}
	a.res.PtrSlots = pointerSlots(f, live, func(v VReg) (int32, bool) { return int32(a.slots[v]), true })
	sortEdits(a.res.Edits)
	return a.res, nil
}

func sortEdits(edits []Edit) {
	slices.SortStableFunc(edits, func(x, y Edit) int {
		if x.Inst != y.Inst {
			return int(x.Inst) - int(y.Inst)
		}
		return phaseOf(x) - phaseOf(y)
	})
}

// phaseOf puts the edits before an instruction ahead of those behind it.
func phaseOf(e Edit) int {
	if e.After {
		return 1
	}
	return 0
}

type simple struct {
	f     *Func
	res   *Result
	slots []int  // by VReg
	read  []bool // by VReg: somebody reads it
	temp  int    // slot that breaks cycles of moves, -1 for none yet
}

// assignSlots gives registers whose lifetimes, as intervals of the layout, do
// not meet the same slot: functions without stack check must have small frames.
func (a *simple) assignSlots(live *liveness) {
	n := len(a.f.VRegs)
	a.slots = make([]int, n)
	first, last := make([]int32, n), make([]int32, n)
	for v := range first {
		first[v], last[v] = 1<<30, -1
	}
	cover := func(v VReg, at int32) {
		first[v], last[v] = min(first[v], at), max(last[v], at)
	}
	a.lifetimes(live, cover)
	a.read = make([]bool, n)
	for i := range a.f.Insts {
		for _, o := range a.f.Insts[i].Operands {
			a.read[o.VReg] = a.read[o.VReg] || o.Kind == Use
		}
	}
	for i := range a.f.Blocks {
		for _, args := range a.f.Blocks[i].Args {
			for _, v := range args {
				a.read[v] = true
			}
		}
	}
	var list []interval
	for v := 1; v < n; v++ {
		if last[v] >= 0 {
			list = append(list, interval{VReg(v), first[v], last[v]})
		}
	}
	sort.SliceStable(list, func(i, j int) bool { return list[i].start < list[j].start })
	a.res.NumSlots = shareSlots(a.f, list, a.slots)
}

// shareSlots gives values slots, the same one where their intervals do not meet, pointers only with pointers. The
// list is sorted by start. It returns the number of slots.
func shareSlots(f *Func, list []interval, slots []int) (n int) {
	type kind struct{ ptr, wide bool }
	type slot struct {
		n    int
		last int32
	}
	have := map[kind][]slot{}
next:
	for _, iv := range list {
		info := &f.VRegs[iv.v]
		k := kind{info.Ptr, info.Wide}
		for i := range have[k] {
			if s := &have[k][i]; s.last < iv.start {
				slots[iv.v], s.last = s.n, iv.end
				continue next
			}
		}
		slots[iv.v] = n
		have[k] = append(have[k], slot{n, iv.end})
		n++
		if k.wide {
			n++
		}
	}
	return n
}

// lifetimes calls cover for every point that the interval of a register must contain.
func (a *simple) lifetimes(live *liveness, cover func(v VReg, at int32)) {
	for bi := range a.f.Blocks {
		b := &a.f.Blocks[bi]
		for i := b.First; i < b.Last; i++ {
			for _, o := range a.f.Insts[i].Operands {
				cover(o.VReg, i)
			}
		}
		for _, lv := range live.out[bi] {
			cover(lv.v, b.Last-1)
			for _, t := range b.Succs {
				cover(lv.v, a.f.Blocks[t].First)
			}
		}
		for _, p := range b.Params {
			cover(p, b.First)
		}
		// Moves of an edge read the arguments and write the parameters on either side of it.
		for k, t := range b.Succs {
			to := &a.f.Blocks[t]
			for j, p := range to.Params {
				cover(p, b.Last-1)
				cover(b.Args[k][j], b.Last-1)
				if len(b.Succs) > 1 {
					cover(b.Args[k][j], to.First)
				}
			}
		}
	}
}

func (a *simple) slot(v VReg) Loc { return SlotLoc(a.slots[v]) }

func (a *simple) edit(inst int32, after bool, from, to Loc, v VReg) {
	info := &a.f.VRegs[v]
	a.res.Edits = append(a.res.Edits, Edit{
		Inst: inst, After: after, From: from, To: to, Class: info.Class, Wide: info.Wide, Remat: -1, VReg: v,
	})
}

// inst gives places to the operands of one instruction.
func (a *simple) inst(i int32) error {
	in := &a.f.Insts[i]
	locs := make([]Loc, len(in.Operands))
	a.res.Allocs[i] = locs
	// early and late are the registers taken before and after the results are written.
	var early, late RegSet
	late |= in.Clobbers
	for j := range locs {
		locs[j] = NoLoc
		if o := &in.Operands[j]; o.Want == Fixed {
			locs[j] = RegLoc(o.PReg)
			early, late = occupy(o, o.PReg, early, late)
		}
	}
	// A tied pair needs one register that is free before and after; so do late
	// uses and early definitions. They choose first.
	tied := make([]bool, len(locs))
	for _, o := range in.Operands {
		if o.Kind == Def && o.Want == SameAsUse {
			tied[o.Tied] = true
		}
	}
	for round := range 2 {
		for j := range locs {
			o := &in.Operands[j]
			if locs[j] != NoLoc || o.Want == SameAsUse || o.Want == StackSlot {
				continue
			}
			both := tied[j] || o.Kind == Use && o.When == Late || o.Kind == Def && o.When == Early
			if both != (round == 0) {
				continue
			}
			if o.Want == Any && !both {
				locs[j] = a.slot(o.VReg)
				continue
			}
			var taken RegSet
			if both || o.Kind == Use {
				taken |= early
			}
			if both || o.Kind == Def {
				taken |= late
			}
			r, ok := a.free(o.VReg, taken)
			if !ok {
				return fmt.Errorf("regalloc: %s: no register for operand %d of instruction %d", a.f.Name, j, i)
			}
			locs[j] = RegLoc(r)
			if both {
				early, late = early.With(r), late.With(r)
			} else {
				early, late = occupy(o, r, early, late)
			}
		}
	}
	for j := range locs {
		o := &in.Operands[j]
		switch o.Want {
		case SameAsUse:
			locs[j] = locs[o.Tied]
		case StackSlot:
			locs[j] = a.slot(o.VReg)
		}
	}
	for j, o := range in.Operands {
		if o.Kind == Use && locs[j].IsReg() {
			a.edit(i, false, a.slot(o.VReg), locs[j], o.VReg)
		}
	}
	for j, o := range in.Operands {
		if o.Kind == Def && locs[j].IsReg() && a.read[o.VReg] {
			a.edit(i, true, locs[j], a.slot(o.VReg), o.VReg)
		}
	}
	return nil
}

func occupy(o *Operand, r PReg, early, late RegSet) (RegSet, RegSet) {
	if o.Kind == Use || o.When == Early {
		early = early.With(r)
	}
	if o.Kind == Def || o.When == Late {
		late = late.With(r)
	}
	return early, late
}

// free chooses a register for v outside taken.
func (a *simple) free(v VReg, taken RegSet) (PReg, bool) {
	for _, r := range a.f.Regs[a.f.VRegs[v].Class] {
		if !taken.Has(r) {
			return r, true
		}
	}
	return 0, false
}

// edges copies block arguments to the parameters of the successors, before the terminator.
func (a *simple) edges(b *Block, term int32) {
	edgeMoves(a.f, a.res, b, term, &a.temp, func(p, v VReg) (from, to Loc, wanted bool) {
		return a.slot(v), a.slot(p), true
	})
}

// edgeMoves adds the moves of block arguments to parameters. places gives where an argument is and where the parameter
// wants it; temp is the slot that breaks cycles, -1 for none yet.
func edgeMoves(f *Func, res *Result, b *Block, term int32, temp *int, places func(p, v VReg) (from, to Loc, wanted bool)) {
	for k, s := range b.Succs {
		at := term
		if len(b.Succs) > 1 {
			at = f.Blocks[s].First
		}
		var moves []Edit
		for j, p := range f.Blocks[s].Params {
			info := &f.VRegs[p]
			if from, to, wanted := places(p, b.Args[k][j]); wanted {
				moves = append(moves, Edit{Inst: at, From: from, To: to, Class: info.Class, Wide: info.Wide, Remat: -1, VReg: p})
			}
		}
		if len(moves) == 0 {
			continue
		}
		if *temp < 0 {
			*temp = res.NumSlots
		}
		ordered, usedTemp := sequence(moves, [NumClasses]PReg{f.Scratch, f.Scratch}, SlotLoc(*temp))
		if usedTemp {
			res.NumSlots = max(res.NumSlots, *temp+2)
		}
		res.Edits = append(res.Edits, ordered...)
	}
}
