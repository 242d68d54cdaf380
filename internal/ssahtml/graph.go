package ssahtml

import (
	"fmt"
	"slices"
	"sort"
	"strings"
)

// Control-flow graphs are drawn in layers (Sugiyama, Tagawa and Toda, 1981):
// a block stands below its predecessors; edges that span several layers get an
// invisible node in each, so that they do not run through boxes; the order within
// layers comes from a few sweeps of barycentres. Jumps back run up along the side.

// gnode is a node of the drawing: a block, or a place where a long edge passes.
type gnode struct {
	block *block // nil for a passage
	layer int
	x     float64 // of the centre
	w     float64
	in    []*gnode
	out   []*gnode
}

// gedge is an edge of the program, by way of its passages.
type gedge struct {
	path   []*gnode
	back   bool
	likely int
}

const (
	boxHeight = 22.0
	layerGap  = 30.0
	nodeGap   = 14.0
	passage   = 8.0
)

type graph struct {
	layers [][]*gnode
	edges  []gedge
}

// newGraph lays out the blocks of a pass; the first is the entry.
func newGraph(blocks []block) *graph {
	g := &graph{}
	nodes := map[int32]*gnode{}
	for i := range blocks {
		b := &blocks[i]
		nodes[b.id] = &gnode{block: b, layer: -1, w: 9*float64(len(b.label())) + 12}
	}
	back := backEdges(blocks)
	order := topological(blocks, back)
	for _, b := range order {
		n := nodes[b.id]
		n.layer = max(n.layer, 0)
		for _, e := range b.succs {
			if !back[[2]int32{b.id, e.to}] {
				nodes[e.to].layer = max(nodes[e.to].layer, n.layer+1)
			}
		}
	}
	for _, b := range order {
		g.add(nodes[b.id])
	}
	for _, b := range order {
		for _, e := range b.succs {
			g.edge(nodes[b.id], nodes[e.to], e.likely, back[[2]int32{b.id, e.to}])
		}
	}
	g.arrange()
	return g
}

func (b *block) label() string { return fmt.Sprintf("b%d · %d", b.id, len(b.values)) }

// backEdges are those to a block on the path of the depth-first search.
func backEdges(blocks []block) map[[2]int32]bool {
	by := map[int32]*block{}
	for i := range blocks {
		by[blocks[i].id] = &blocks[i]
	}
	back := map[[2]int32]bool{}
	state := map[int32]int{} // 1 on the path, 2 done
	type frame struct {
		b    *block
		next int
	}
	for i := range blocks {
		if state[blocks[i].id] != 0 {
			continue
		}
		stack := []frame{{&blocks[i], 0}}
		state[blocks[i].id] = 1
		for len(stack) > 0 {
			f := &stack[len(stack)-1]
			if f.next == len(f.b.succs) {
				state[f.b.id] = 2
				stack = stack[:len(stack)-1]
				continue
			}
			to := f.b.succs[f.next].to
			f.next++
			switch state[to] {
			case 0:
				state[to] = 1
				stack = append(stack, frame{by[to], 0})
			case 1:
				back[[2]int32{f.b.id, to}] = true
			}
		}
	}
	return back
}

// topological orders the blocks so that edges other than those back lead forward.
func topological(blocks []block, back map[[2]int32]bool) []*block {
	by, missing := map[int32]*block{}, map[int32]int{}
	for i := range blocks {
		b := &blocks[i]
		by[b.id] = b
		for _, e := range b.succs {
			if !back[[2]int32{b.id, e.to}] {
				missing[e.to]++
			}
		}
	}
	var queue, order []*block
	for i := range blocks {
		if missing[blocks[i].id] == 0 {
			queue = append(queue, &blocks[i])
		}
	}
	for len(queue) > 0 {
		b := queue[0]
		queue = queue[1:]
		order = append(order, b)
		for _, e := range b.succs {
			if back[[2]int32{b.id, e.to}] {
				continue
			}
			if missing[e.to]--; missing[e.to] == 0 {
				queue = append(queue, by[e.to])
			}
		}
	}
	return order
}

func (g *graph) add(n *gnode) {
	for len(g.layers) <= n.layer {
		g.layers = append(g.layers, nil)
	}
	g.layers[n.layer] = append(g.layers[n.layer], n)
}

// edge joins two blocks, with a passage in every layer between.
func (g *graph) edge(from, to *gnode, likely int, back bool) {
	e := gedge{path: []*gnode{from}, back: back, likely: likely}
	if !back {
		at := from
		for l := from.layer + 1; l < to.layer; l++ {
			p := &gnode{layer: l, w: passage}
			g.add(p)
			at.out, p.in = append(at.out, p), append(p.in, at)
			e.path = append(e.path, p)
			at = p
		}
		at.out, to.in = append(at.out, to), append(to.in, at)
	}
	e.path = append(e.path, to)
	g.edges = append(g.edges, e)
}

// arrange orders the layers and places the nodes.
func (g *graph) arrange() {
	for _, l := range g.layers {
		pack(l)
	}
	for round := range 8 {
		if round%2 == 0 {
			for _, l := range g.layers {
				sweep(l, func(n *gnode) []*gnode { return n.in })
			}
		} else {
			for _, l := range slices.Backward(g.layers) {
				sweep(l, func(n *gnode) []*gnode { return n.out })
			}
		}
	}
	low := 0.0
	for _, l := range g.layers {
		for _, n := range l {
			low = min(low, n.x-n.w/2)
		}
	}
	for _, l := range g.layers {
		for _, n := range l {
			n.x += nodeGap - low
		}
	}
}

// pack puts nodes side by side around 0.
func pack(l []*gnode) {
	total := -nodeGap
	for _, n := range l {
		total += n.w + nodeGap
	}
	x := -total / 2
	for _, n := range l {
		n.x = x + n.w/2
		x += n.w + nodeGap
	}
}

// sweep moves the nodes of a layer towards the middle of their neighbours, and apart where they would overlap.
func sweep(l []*gnode, neighbours func(*gnode) []*gnode) {
	want := make(map[*gnode]float64, len(l))
	for _, n := range l {
		want[n] = n.x
		if list := neighbours(n); len(list) > 0 {
			sum := 0.0
			for _, m := range list {
				sum += m.x
			}
			want[n] = sum / float64(len(list))
		}
	}
	sort.SliceStable(l, func(i, j int) bool { return want[l[i]] < want[l[j]] })
	shift, right := 0.0, 0.0
	for i, n := range l {
		n.x = want[n]
		if i > 0 {
			n.x = max(n.x, right+nodeGap+n.w/2)
		}
		right = n.x + n.w/2
		shift += want[n] - n.x
	}
	for _, n := range l { // what was pushed to the right is moved back, all together
		n.x += shift / float64(len(l))
	}
}

func (n *gnode) top() float64    { return 6 + float64(n.layer)*(boxHeight+layerGap) }
func (n *gnode) bottom() float64 { return n.top() + boxHeight }

// svg draws the graph. Classes tell the page's style what things are; b7 is the class of all that shows block 7.
func (g *graph) svg() string {
	width, height := 0.0, 6.0
	for _, l := range g.layers {
		for _, n := range l {
			width, height = max(width, n.x+n.w/2), max(height, n.bottom())
		}
	}
	side := width + 10
	var w strings.Builder
	for i := range g.edges {
		e := &g.edges[i]
		class := "e"
		switch {
		case e.back:
			class = "e back"
			side += 6
		case e.likely < 0:
			class = "e unlikely"
		case e.likely > 0:
			class = "e likely"
		}
		fmt.Fprintf(&w, `<path class="%s" d="%s"/>`, class, e.curve(side))
	}
	for _, l := range g.layers {
		for _, n := range l {
			if n.block == nil {
				continue
			}
			class := fmt.Sprintf("b b%d", n.block.id)
			if n.block.cold {
				class += " cold"
			}
			fmt.Fprintf(&w, `<g class="%s" data-t="b%d"><rect x="%.0f" y="%.0f" width="%.0f" height="%.0f" rx="4"/><text x="%.0f" y="%.0f">%s</text></g>`,
				class, n.block.id, n.x-n.w/2, n.top(), n.w, boxHeight, n.x, n.top()+15, n.block.label())
		}
	}
	return fmt.Sprintf(`<svg class="cfg" width="%.0f" height="%.0f" viewBox="0 0 %.0f %.0f">%s</svg>`,
		side+12, height+8, side+12, height+8, w.String())
}

// curve is an edge's path: from box to box by way of the passages, or up along the side.
func (e *gedge) curve(side float64) string {
	from, to := e.path[0], e.path[len(e.path)-1]
	if e.back {
		y, z := from.bottom(), to.top()
		return fmt.Sprintf("M%.0f %.0fC%.0f %.0f %.0f %.0f %.0f %.0fL%.0f %.0fC%.0f %.0f %.0f %.0f %.0f %.0f",
			from.x, y, from.x, y+layerGap/2, side, y+layerGap/2, side, y-4, side, z, side, z-layerGap/2, to.x, z-layerGap/2, to.x, z)
	}
	var w strings.Builder
	x, y := from.x, from.bottom()
	fmt.Fprintf(&w, "M%.0f %.0f", x, y)
	for _, n := range e.path[1:] {
		mid := (y + n.top()) / 2
		fmt.Fprintf(&w, "C%.0f %.0f %.0f %.0f %.0f %.0f", x, mid, n.x, mid, n.x, n.top())
		x, y = n.x, n.top()
		if n.block == nil {
			y = n.bottom()
			fmt.Fprintf(&w, "L%.0f %.0f", x, y)
		}
	}
	return w.String()
}
