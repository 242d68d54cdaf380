package link

import (
	"cmp"
	"slices"

	"strata/internal/object"
)

// Heat is what a profile says about the program's functions, by the names that programs see: samples in each one's
// code, and samples with one's code calling another's.
type Heat struct {
	Own   map[string]int64
	Calls map[[2]string]int64 // caller and callee
}

// clusterSize is the size, in bytes, up to which callees are put behind their callers: that of a page.
const clusterSize = 4096

// cluster is a row of functions.
type cluster struct {
	nodes   []*node
	size    int64
	samples int64
}

// density orders clusters: samples a byte.
func (c *cluster) density() float64 { return float64(c.samples) / float64(c.size) }

// rank orders the functions with samples, from 1 on: callees behind the callers that they are mostly called by, and the
// clusters that arise so by how much time is spent in each byte, so that little of the instruction cache
// and its translation buffer holds most of what runs. (Ottoni and Maher, Optimizing Function
// Placement for Large-Scale Data-Center Applications, 2017.)
func (h *Heat) rank(text []*node) map[*node]int {
	if h == nil {
		return nil
	}
	home := map[*node]*cluster{}
	byName := map[string]*node{}
	var hot []*node
	for _, n := range text {
		if n.sym.Flags&object.Cold != 0 {
			continue
		}
		name := displayName(n.sym)
		if w := h.Own[name]; w > 0 {
			hot = append(hot, n)
			if old := byName[name]; old == nil || n.name < old.name { // instances share names
				byName[name] = n
			}
			home[n] = &cluster{nodes: []*node{n}, size: max(int64(len(n.sym.Data)), 1), samples: w}
		}
	}
	slices.SortFunc(hot, func(a, b *node) int {
		return cmp.Or(cmp.Compare(home[b].samples, home[a].samples), cmp.Compare(a.name, b.name))
	})
	callers := h.callers(byName)
	for _, n := range hot {
		caller := callers[displayName(n.sym)]
		if caller == nil {
			continue
		}
		to, from := home[caller], home[n]
		if to == from || to.size+from.size > clusterSize {
			continue
		}
		to.nodes, to.size, to.samples = append(to.nodes, from.nodes...), to.size+from.size, to.samples+from.samples
		for _, m := range from.nodes {
			home[m] = to
		}
	}
	return number(hot, home)
}

// callers gives for each function the one among byName that calls it most.
func (h *Heat) callers(byName map[string]*node) map[string]*node {
	best, weight := map[string]*node{}, map[string]int64{}
	for call, w := range h.Calls {
		caller := byName[call[0]]
		if caller == nil || call[0] == call[1] {
			continue
		}
		old := best[call[1]]
		if old == nil || w > weight[call[1]] || w == weight[call[1]] && caller.name < old.name {
			best[call[1]], weight[call[1]] = caller, w
		}
	}
	return best
}

// number counts through the clusters of the functions in hot, densest first.
func number(hot []*node, home map[*node]*cluster) map[*node]int {
	var list []*cluster
	seen := map[*cluster]bool{}
	for _, n := range hot {
		if c := home[n]; !seen[c] {
			seen[c] = true
			list = append(list, c)
		}
	}
	slices.SortStableFunc(list, func(a, b *cluster) int { return cmp.Compare(b.density(), a.density()) })
	rank := map[*node]int{}
	for _, c := range list {
		for _, n := range c.nodes {
			rank[n] = len(rank) + 1
		}
	}
	return rank
}
