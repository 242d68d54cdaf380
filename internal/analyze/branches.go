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

// Branches predicts the branches of f by where samples fell.
func (pr *Profile) Branches(f *ssa.Func) {
	if pr == nil || pr.Calls.Physical[displayName(f)] < enoughSamples {
		return
	}
	weight := pr.regions(f)
	for _, b := range f.RPO() {
		b.Freq = weight[b.ID]
		if b.Kind != ssa.BlockIf {
			continue
		}
		s, t := b.Succs[0], b.Succs[1]
		if s == t || len(s.Preds) != 1 || len(t.Preds) != 1 {
			continue
		}
		ws, wt := weight[s.ID], weight[t.ID]
		switch {
		case ws >= enoughSamples && ws >= clearRatio*wt:
			b.Likely, t.Cold = ssa.Taken, t.Cold || wt == 0 && ws >= coldSamples
		case wt >= enoughSamples && wt >= clearRatio*ws:
			b.Likely, s.Cold = ssa.Unlikely, s.Cold || ws == 0 && wt >= coldSamples
		}
	}
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
