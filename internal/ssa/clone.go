package ssa

// Clone copies f. The copy shares nothing that passes change: blocks, values, slots and
// AllocInfos are new; Calls and MemTypes, which are immutable, are shared unless they name slots.
func (f *Func) Clone() *Func {
	g := *f
	g.dom = nil
	g.Blocks = make([]*Block, len(f.Blocks))
	g.Inlines = append([]Inline(nil), f.Inlines...)
	slots := make(map[*Slot]*Slot, len(f.Slots))
	g.Slots = make([]*Slot, len(f.Slots))
	for i, s := range f.Slots {
		n := *s
		g.Slots[i] = &n
		slots[s] = &n
	}
	g.Vars = append([]DebugVar(nil), f.Vars...)
	for i := range g.Vars {
		g.Vars[i].Slot = slots[g.Vars[i].Slot]
	}
	g.OpenDeferBits = slots[f.OpenDeferBits]
	g.OpenDeferSlots = make([]*Slot, len(f.OpenDeferSlots))
	for i, s := range f.OpenDeferSlots {
		g.OpenDeferSlots[i] = slots[s]
	}
	blocks := make([]*Block, f.NumBlocks())
	values := make([]*Value, f.NumValues())
	for i, b := range f.Blocks {
		n := &Block{ID: b.ID, Kind: b.Kind, Likely: b.Likely, Cold: b.Cold, Pos: b.Pos, Func: &g, Aux: b.Aux, Freq: b.Freq}
		blocks[b.ID] = n
		g.Blocks[i] = n
		n.Values = make([]*Value, len(b.Values))
		for j, v := range b.Values {
			w := &Value{ID: v.ID, Op: v.Op, Type: v.Type, AuxInt: v.AuxInt, Aux: cloneAux(v.Aux, slots), Block: n, Pos: v.Pos}
			w.Args = w.argbuf[:0]
			n.Values[j] = w
			values[v.ID] = w
		}
	}
	for _, b := range f.Blocks {
		n := blocks[b.ID]
		for j, v := range b.Values {
			for _, a := range v.Args {
				n.Values[j].AddArgs(values[a.ID])
			}
		}
		for _, c := range b.Controls {
			n.Controls = append(n.Controls, values[c.ID])
			values[c.ID].Uses++
		}
		for _, s := range b.Succs {
			n.Succs = append(n.Succs, blocks[s.ID])
		}
		for _, p := range b.Preds {
			n.Preds = append(n.Preds, blocks[p.ID])
		}
	}
	g.Entry = blocks[f.Entry.ID]
	if f.Recover != nil {
		g.Recover = blocks[f.Recover.ID]
	}
	return &g
}

func cloneAux(aux any, slots map[*Slot]*Slot) any {
	switch aux := aux.(type) {
	case *Slot:
		return slots[aux]
	case *AllocInfo:
		n := *aux
		return &n
	case *Call:
		if len(aux.ResultSlots) == 0 {
			return aux
		}
		n := *aux
		n.ResultSlots = make([]*Slot, len(aux.ResultSlots))
		for i, s := range aux.ResultSlots {
			n.ResultSlots[i] = slots[s]
		}
		return &n
	}
	return aux
}
