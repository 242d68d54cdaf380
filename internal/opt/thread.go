package opt

import "strata/internal/ssa"

// thread lets control that comes to a branch whose way is known for this predecessor go there directly: a join
// that tests what its phis brought along, as inlined functions leave behind that return a flag or an error.
//
//	  P → B: x = phi(…, true, …); if x → T | F
//	becomes
//	  P → G → T    with copies of B's few other values in G
//
// Headers of loops are left alone, and so are ways back to one: the passes behind count on loops with one of each.
func thread(f *ssa.Func, cfg *Config) {
	t := &threader{f: f, loops: f.Loops(), fresh: int32(f.NumBlocks())}
	if t.loops.Irreducible {
		return
	}
	done := 0
	for _, b := range append([]*ssa.Block(nil), f.Blocks...) {
		if !t.fits(b) {
			continue
		}
		for j := len(b.Preds) - 1; j >= 0 && len(b.Preds) > 1 && done < maxThreaded; j-- {
			if way, ok := t.known(b, j); ok && t.allowed(b, j, way) {
				t.redirect(b, j, way)
				done++
			}
		}
	}
	if done > 0 {
		f.Invalidate()
		copyElim(f, cfg)
		cleanCFG(f, cfg)
	}
}

const (
	maxThreaded = 100 // for one function: each may look through all of it
	maxCopied   = 3   // values of the join that are computed again
)

type threader struct {
	f     *ssa.Func
	loops *ssa.LoopNest
	fresh int32 // blocks from this number on are new: loops does not know them
}

// fits tells whether b is a join that only tests.
func (t *threader) fits(b *ssa.Block) bool {
	if b.Kind != ssa.BlockIf || len(b.Preds) < 2 || b == t.f.Recover || b.Succs[0] == b.Succs[1] || b.Controls[0].Block != b {
		return false
	}
	if l := t.loops.Of(b); l != nil && l.Header == b {
		return false
	}
	n := 0
	for _, v := range b.Values {
		if v.Op == ssa.OpPhi {
			continue
		}
		if n++; n > maxCopied || !v.Op.Has(ssa.Pure) || v.Op.Has(ssa.CanPanic) || v.Type == ssa.Tuple || v.Op == ssa.OpResult {
			return false
		}
	}
	return true
}

// known tells which successor of b follows when control comes over edge j.
func (t *threader) known(b *ssa.Block, j int) (way int, ok bool) {
	truth, ok := decided(b, b.Controls[0], j)
	if truth {
		return 0, ok
	}
	return 1, ok
}

// decided evaluates boolean c of block b for edge j.
func decided(b *ssa.Block, c *ssa.Value, j int) (truth, ok bool) {
	if c.Block == b && c.Op == ssa.OpNot && c.Type == ssa.Bool {
		truth, ok = decided(b, c.Args[0], j)
		return !truth, ok
	}
	c = along(b, c, j)
	if c.Op == ssa.OpConst {
		return c.AuxInt != 0, true
	}
	if c.Block != b || len(c.Args) != 2 {
		return false, false
	}
	x, y := along(b, c.Args[0], j), along(b, c.Args[1], j)
	if x.Op == ssa.OpConst && y.Op == ssa.OpConst {
		if fold := intFolds[c.Op]; fold != nil && c.Type == ssa.Bool {
			r, ok := fold(x.Type, x.AuxInt, y.AuxInt)
			return r != 0, ok
		}
		return false, false
	}
	if x.Op == ssa.OpConst {
		x, y = y, x
	}
	if (c.Op == ssa.OpEq || c.Op == ssa.OpNe) && x.Type == ssa.Ptr && y.Op == ssa.OpConst && y.AuxInt == 0 && isAddress(x) {
		return c.Op == ssa.OpNe, true
	}
	return false, false
}

// along is what v of block b is for edge j: the argument, if v is a phi of b.
func along(b *ssa.Block, v *ssa.Value, j int) *ssa.Value {
	if v.Op == ssa.OpPhi && v.Block == b {
		return v.Args[j]
	}
	return v
}

// isAddress tells whether v is never nil by what it is.
func isAddress(v *ssa.Value) bool {
	switch v.Op {
	case ssa.OpLocalAddr, ssa.OpGlobalAddr, ssa.OpFuncAddr, ssa.OpAlloc, ssa.OpArgAddr, ssa.OpNilCheck:
		return true
	}
	return false
}

func (t *threader) allowed(b *ssa.Block, j, way int) bool {
	p, s := b.Preds[j], b.Succs[way]
	if p.Kind != ssa.BlockJump && p.Kind != ssa.BlockIf || s == b || s == t.f.Recover || p.ID >= t.fresh || s.ID >= t.fresh {
		return false
	}
	for i, q := range b.Preds {
		if q == p && i != j {
			return false
		}
	}
	l := t.loops.Of(s)
	return l == nil || l.Header != s || !l.Contains(t.loops, b) && !l.Contains(t.loops, p)
}

// redirect leads edge j of b over a new block to b's successor number way.
func (t *threader) redirect(b *ssa.Block, j, way int) {
	f, p, s := t.f, b.Preds[j], b.Succs[way]
	uses := outsideUses(f, b)
	g := f.NewBlock(ssa.BlockJump)
	g.Pos, g.Cold = b.Pos, p.Cold || s.Cold
	twin := map[*ssa.Value]*ssa.Value{}
	of := func(v *ssa.Value) *ssa.Value {
		if w := twin[v]; w != nil {
			return w
		}
		return v
	}
	for _, v := range b.Values {
		if v.Op == ssa.OpPhi {
			twin[v] = v.Args[j]
			continue
		}
		w := g.NewValueA(v.Op, v.Type, v.Pos, v.AuxInt, v.Aux)
		for _, a := range v.Args {
			w.AddArgs(of(a))
		}
		twin[v] = w
	}
	for i, q := range p.Succs {
		if q == b {
			p.Succs[i] = g
			break
		}
	}
	g.Preds = []*ssa.Block{p}
	k := b.PredIndex(way)
	dropPreds(b, []int{j})
	g.AddEdge(s)
	for _, phi := range s.Values {
		if phi.Op != ssa.OpPhi {
			break
		}
		phi.AddArgs(of(phi.Args[k]))
	}
	for _, v := range append([]*ssa.Value(nil), b.Values...) {
		if list := uses[v]; len(list) > 0 {
			rep := &repairer{f: f, v: v, end: map[*ssa.Block]*ssa.Value{b: v, g: twin[v]}}
			rep.rewrite(list)
		}
	}
}

// outsideUses finds the uses of b's values in other blocks. Nothing is searched if all uses are in b.
func outsideUses(f *ssa.Func, b *ssa.Block) map[*ssa.Value][]use {
	inside := map[*ssa.Value]int32{}
	for _, v := range b.Values {
		for _, a := range v.Args {
			inside[a]++
		}
	}
	for _, c := range b.Controls {
		inside[c]++
	}
	out := map[*ssa.Value][]use{}
	for _, v := range b.Values {
		if v.Uses > inside[v] {
			out[v] = nil
		}
	}
	if len(out) == 0 {
		return nil
	}
	for _, q := range f.Blocks {
		if q == b {
			continue
		}
		for _, v := range q.Values {
			for i, a := range v.Args {
				if _, wanted := out[a]; wanted {
					out[a] = append(out[a], use{v, q, i})
				}
			}
		}
		for i, c := range q.Controls {
			if _, wanted := out[c]; wanted {
				out[c] = append(out[c], use{nil, q, i})
			}
		}
	}
	return out
}
