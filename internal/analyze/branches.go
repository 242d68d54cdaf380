package analyze

import (
	"strata/internal/pgo"
	"strata/internal/ssa"
)

// Samples that a function needs before its branches are predicted by them, and how much more often one side must
// have run than the other.
const (
	enoughSamples = 20
	clearRatio    = 8
	coldSamples   = 200 // a side without samples beside one with so many is cold
)

// Ran tells whether there are samples in f.
func (pr *Profile) Ran(f *ssa.Func) bool { return pr != nil && pr.Calls.Physical[displayName(f)] > 0 }

// Branches predicts the branches of f by where samples fell. It returns where the blocks begin that it made cold.
// Too few samples say nothing of single blocks: each of them may have run.
func (pr *Profile) Branches(f *ssa.Func) (unseen []ssa.Pos) {
	if !pr.Ran(f) {
		return nil
	}
	if pr.Calls.Physical[displayName(f)] < enoughSamples {
		for _, b := range f.Blocks {
			b.Freq = 1
		}
		return nil
	}
	weight := pr.regions(f)
	left := exits(f, weight)
	for _, b := range f.RPO() {
		b.Freq = weight[b.ID]
		if len(b.Succs) < 2 || b.Kind == ssa.BlockDefer {
			continue
		}
		if b.Kind == ssa.BlockIf {
			predict(b, weight)
		}
		most := int64(0)
		for _, s := range b.Succs {
			most = max(most, weight[s.ID])
		}
		for _, s := range b.Succs {
			if len(s.Preds) == 1 && weight[s.ID] == 0 && most >= coldSamples && !s.Cold && left.elsewhere(b, s) {
				s.Cold = true
				unseen = append(unseen, begin(s))
			}
		}
	}
	return unseen
}

// predict compares the sides of an If that nothing else leads to.
func predict(b *ssa.Block, weight []int64) {
	s, t := b.Succs[0], b.Succs[1]
	if s == t || len(s.Preds) != 1 || len(t.Preds) != 1 {
		return
	}
	switch ws, wt := weight[s.ID], weight[t.ID]; {
	case ws >= enoughSamples && ws >= clearRatio*wt:
		b.Likely = ssa.Taken
	case wt >= enoughSamples && wt >= clearRatio*ws:
		b.Likely = ssa.Unlikely
	}
}

// loopExits are the samples behind the exit of each loop that has most.
type loopExits struct {
	loops *ssa.LoopNest
	most  map[*ssa.Loop]int64
}

func exits(f *ssa.Func, weight []int64) loopExits {
	e := loopExits{f.Loops(), map[*ssa.Loop]int64{}}
	for _, b := range f.RPO() {
		for _, s := range b.Succs {
			for l := e.loops.Of(b); l != nil && !l.Contains(e.loops, s); l = l.Outer {
				e.most[l] = max(e.most[l], weight[s.ID])
			}
		}
	}
	return e
}

// elsewhere tells whether samples show that the loops which the edge from b to s leaves are left elsewhere: they have to be left
// once, however many samples are inside.
func (e loopExits) elsewhere(b, s *ssa.Block) bool {
	for l := e.loops.Of(b); l != nil && !l.Contains(e.loops, s); l = l.Outer {
		if e.most[l] == 0 {
			return false
		}
	}
	return true
}

// begin is the place of the first instruction of b that has one.
func begin(b *ssa.Block) ssa.Pos {
	for _, v := range b.Values {
		if v.Op != ssa.OpPhi && v.Pos.P.IsValid() {
			return v.Pos
		}
	}
	return b.Pos
}

// regions gives for each block the samples of the heaviest line in what it dominates.
func (pr *Profile) regions(f *ssa.Func) []int64 {
	weight := make([]int64, f.NumBlocks())
	sites := map[ssa.Pos]int64{}
	rpo := f.RPO()
	for i := len(rpo) - 1; i >= 0; i-- {
		b := rpo[i]
		for _, v := range b.Values {
			if v.Op == ssa.OpPhi || !v.Pos.P.IsValid() {
				continue
			}
			w, ok := sites[v.Pos]
			if !ok {
				w = pr.Calls.Lines[pr.site(f, v.Pos)] + pr.calls(pr.site(f, v.Pos))
				sites[v.Pos] = w
			}
			weight[b.ID] = max(weight[b.ID], w)
		}
		if d := f.Idom(b); d != nil && d != b {
			weight[d.ID] = max(weight[d.ID], weight[b.ID])
		}
	}
	return weight
}

// calls is how often calls at a site were on the stack.
func (pr *Profile) calls(s pgo.Site) (sum int64) {
	for _, c := range pr.Calls.Callees(s) {
		sum += c.Weight
	}
	return sum
}
