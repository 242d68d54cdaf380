package opt

import "strata/internal/ssa"

// droppable are the ops that are not Pure but may vanish when nothing uses their result.
var droppable = map[ssa.Op]bool{
	ssa.OpArg: true, ssa.OpClosurePtr: true, ssa.OpGetG: true, ssa.OpSP: true, ssa.OpPhi: true,
	ssa.OpPtrToInt: true, ssa.OpIntToPtr: true, ssa.OpLoad: true, ssa.OpAlloc: true,
	ssa.OpMemEqConst: true, ssa.OpGetCPUFlag: true, ssa.OpWB: true,
}

// canDrop tells whether an unused v may be removed.
func canDrop(v *ssa.Value) bool { return v.Op.Has(ssa.Pure) || droppable[v.Op] }

// deadCode removes values that nothing with an effect depends on. Cycles of
// phis that only feed themselves go too, because liveness starts at effects.
func deadCode(f *ssa.Func, _ *Config) {
	live := make([]bool, f.NumValues())
	var work []*ssa.Value
	mark := func(v *ssa.Value) {
		if !live[v.ID] {
			live[v.ID] = true
			work = append(work, v)
		}
	}
	for _, b := range f.Blocks {
		for _, v := range b.Values {
			if !canDrop(v) {
				mark(v)
			}
		}
		for _, c := range b.Controls {
			mark(c)
		}
	}
	for len(work) > 0 {
		v := work[len(work)-1]
		work = work[:len(work)-1]
		for _, a := range v.Args {
			mark(a)
		}
	}
	for _, b := range f.Blocks {
		for _, v := range b.Values {
			if !live[v.ID] {
				v.ResetArgs()
			}
		}
	}
	for _, b := range f.Blocks {
		b.Remove(func(v *ssa.Value) bool { return !live[v.ID] })
	}
}

// copyElim makes uses of copies and of phis with one distinct argument use the source.
func copyElim(f *ssa.Func, _ *Config) {
	f.ReplaceCopies()
	for changed := true; changed; {
		changed = false
		for _, b := range f.Blocks {
			for _, v := range b.Values {
				if v.Op != ssa.OpPhi {
					continue
				}
				if s := trivialPhi(v); s != nil {
					v.CopyOf(s)
					changed = true
				}
			}
		}
		if changed {
			f.ReplaceCopies()
		}
	}
	for _, b := range f.Blocks {
		b.Remove(func(v *ssa.Value) bool { return v.Op == ssa.OpCopy && v.Uses == 0 })
	}
}

// trivialPhi returns the only value besides itself that v merges, or nil.
func trivialPhi(v *ssa.Value) *ssa.Value {
	var only *ssa.Value
	for _, a := range v.Args {
		if a == v || a == only {
			continue
		}
		if only != nil {
			return nil
		}
		only = a
	}
	return only
}
