package regalloc

import "fmt"

// Simple is the classic allocator: every virtual register lives in a spill slot
// of its own; each instruction loads what it uses and stores what it defines.
// It needs no liveness but for the stack maps.
func Simple(f *Func) (*Result, error) {
	a := simple{f: f, res: &Result{Allocs: make([][]Loc, len(f.Insts)), PtrSlots: map[int32][]int32{}}}
	a.assignSlots()
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
	a.pointers()
	a.res.finish()
	return a.res, nil
}

type simple struct {
	f     *Func
	res   *Result
	slots []int // by VReg
}

func (a *simple) assignSlots() {
	a.slots = make([]int, len(a.f.VRegs))
	for v := 1; v < len(a.f.VRegs); v++ {
		a.slots[v] = a.res.NumSlots
		a.res.NumSlots++
		if a.f.VRegs[v].Wide {
			a.res.NumSlots++
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
		if o.Kind == Def && locs[j].IsReg() {
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
	for k, s := range b.Succs {
		params := a.f.Blocks[s].Params
		if len(params) == 0 {
			continue
		}
		at := term
		if len(b.Succs) > 1 {
			at = a.f.Blocks[s].First
		}
		var moves []Edit
		for j, p := range params {
			v := b.Args[k][j]
			info := &a.f.VRegs[p]
			moves = append(moves, Edit{Inst: at, From: a.slot(v), To: a.slot(p), Class: info.Class, Wide: info.Wide, Remat: -1, VReg: p})
		}
		a.res.parallel(a.f, moves)
	}
}

// pointers fills the maps of the safepoints.
func (a *simple) pointers() {
	live := NewLiveness(a.f)
	live.Safepoints(a.f, func(i int32, across []VReg) {
		for _, v := range across {
			if a.f.VRegs[v].Ptr {
				a.res.PtrSlots[i] = append(a.res.PtrSlots[i], int32(a.slots[v]))
			}
		}
	})
}
