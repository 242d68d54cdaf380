package regalloc

import "sort"

// parallel appends moves that happen at once as a sequence: a move whose target is
// still to be read waits; a cycle is broken through the scratch register or, when
// memory takes part, a slot of its own.
func (r *Result) parallel(f *Func, moves []Edit) {
	pending := make([]Edit, 0, len(moves))
	for _, m := range moves {
		if m.Remat >= 0 || m.From != m.To {
			pending = append(pending, m)
		}
	}
	for len(pending) > 0 {
		progress := false
		for i := 0; i < len(pending); i++ {
			if r.blocked(pending, i) {
				continue
			}
			r.Edits = append(r.Edits, pending[i])
			pending = append(pending[:i], pending[i+1:]...)
			progress = true
			i--
		}
		if !progress {
			r.breakCycle(f, pending)
		}
	}
}

// blocked tells whether another pending move still reads what the i-th writes.
func (r *Result) blocked(pending []Edit, i int) bool {
	for j := range pending {
		if j != i && pending[j].Remat < 0 && overlap(&pending[j], pending[j].From, &pending[i], pending[i].To) {
			return true
		}
	}
	return false
}

// overlap tells whether place x of move a and place y of move b share bytes.
func overlap(a *Edit, x Loc, b *Edit, y Loc) bool {
	if x.IsReg() || y.IsReg() {
		return x == y
	}
	xs, ys := x.Slot(), y.Slot()
	return xs < ys+width(b) && ys < xs+width(a)
}

func width(e *Edit) int {
	if e.Wide {
		return 2
	}
	return 1
}

// breakCycle saves what the first pending move reads elsewhere.
func (r *Result) breakCycle(f *Func, pending []Edit) {
	m := &pending[0]
	memory := false
	for i := range pending {
		memory = memory || !pending[i].From.IsReg() || !pending[i].To.IsReg() || pending[i].From == RegLoc(f.Scratch)
	}
	tmp := RegLoc(f.Scratch)
	if memory {
		tmp = SlotLoc(r.NumSlots)
		r.NumSlots += width(m)
	}
	save := *m
	save.To = tmp
	r.Edits = append(r.Edits, save)
	from := m.From
	for i := range pending {
		if pending[i].Remat < 0 && pending[i].From == from {
			pending[i].From = tmp
		}
	}
}

// finish puts the edits in order: by instruction, those before it first, else as they were made.
func (r *Result) finish() {
	sort.SliceStable(r.Edits, func(i, j int) bool {
		a, b := &r.Edits[i], &r.Edits[j]
		if a.Inst != b.Inst {
			return a.Inst < b.Inst
		}
		return !a.After && b.After
	})
}
