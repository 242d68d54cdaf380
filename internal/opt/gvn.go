package opt

import "strata/internal/ssa"

// gvn merges equal computations: a pure value whose twin stands in a dominating
// place becomes a copy of it. Checks count too: one that succeeded holds for everything below it.
//
// The dominator tree is walked with a scoped hash table, as in dominator-based value numbering (Briggs, Cooper, Simpson 1997).
func gvn(f *ssa.Func, cfg *Config) {
	g := &numbering{table: map[gvnKey]*ssa.Value{}}
	type frame struct {
		b    *ssa.Block
		mark int
		done bool
	}
	work := []frame{{b: f.Entry}}
	for len(work) > 0 {
		top := &work[len(work)-1]
		if top.done {
			g.undo(top.mark)
			work = work[:len(work)-1]
			continue
		}
		top.done, top.mark = true, len(g.log)
		g.block(top.b)
		for _, k := range f.DomChildren(top.b) {
			work = append(work, frame{b: k})
		}
	}
	copyElim(f, cfg)
}

// gvnKey identifies a computation. Variadic ops are not numbered.
type gvnKey struct {
	op      ssa.Op
	t       ssa.Type
	auxInt  int64
	aux     any
	a, b, c *ssa.Value
}

type numbering struct {
	table map[gvnKey]*ssa.Value
	log   []gvnKey // keys in order of insertion, for leaving a scope
}

func (g *numbering) undo(mark int) {
	for _, k := range g.log[mark:] {
		delete(g.table, k)
	}
	g.log = g.log[:mark]
}

func (g *numbering) block(b *ssa.Block) {
	for _, v := range b.Values {
		useSources(v)
		if !numbered(v) {
			continue
		}
		k := keyOf(v)
		if old := g.table[k]; old != nil {
			if v.Op == ssa.OpCheck {
				v.Reset(ssa.OpInvalid)
				continue
			}
			v.CopyOf(old)
			continue
		}
		g.table[k] = v
		g.log = append(g.log, k)
	}
	b.Remove(func(v *ssa.Value) bool { return v.Op == ssa.OpInvalid })
	for i, c := range b.Controls {
		if c.Op == ssa.OpCopy {
			s := source(c)
			s.Uses++
			c.Uses--
			b.Controls[i] = s
		}
	}
}

// numbered tells whether equal instances of v compute the same.
func numbered(v *ssa.Value) bool {
	switch v.Op {
	case ssa.OpNilCheck, ssa.OpBounds, ssa.OpCheck:
		return true
	case ssa.OpCopy, ssa.OpPhi:
		return false
	case ssa.OpResult:
		return v.Args[0].Op.Has(ssa.Pure)
	}
	return v.Op.Has(ssa.Pure) && len(v.Args) <= 3
}

func keyOf(v *ssa.Value) gvnKey {
	k := gvnKey{op: v.Op, t: v.Type, auxInt: v.AuxInt, aux: v.Aux}
	for i, a := range v.Args {
		switch i {
		case 0:
			k.a = a
		case 1:
			k.b = a
		case 2:
			k.c = a
		}
	}
	if v.Op.Has(ssa.Commutative) && k.b.ID < k.a.ID {
		k.a, k.b = k.b, k.a
	}
	return k
}
