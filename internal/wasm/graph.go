package wasm

import (
	"slices"

	"strata/internal/ssa"
)

// node is a piece of code without a branch inside: part of a block, or what the compiler adds. The graph of nodes has an entry for
// every place where execution goes on after a switch of goroutines; structure.go makes it reducible and writes it down.
type node struct {
	id    int
	kind  nodeKind
	b     *ssa.Block
	first int // values of b from first on belong to the node; with afterCall the call itself is made here
	last  int // up to, not including, last; len(b.Values) with the block's end
	ends  bool
	next  *node // goes on with the block behind a call
	succs []*node
	preds []*node

	// fail: the runtime's function that is called.
	fail *failure
	// dispatch: values of the state variable and where they lead; anything else leads to succs[0].
	states []stateEdge

	order   int // in reverse postorder, -1: unreachable
	idom    *node
	kids    []*node
	merge   bool // has several forward edges
	header  bool // has a back edge
	visited bool
}

type nodeKind uint8

const (
	blockNode    nodeKind = iota
	entryNode             // checks the stack; succs: the body, the slow way
	slowNode              // grows the stack or finds out where to go on
	initNode              // prepares the frame
	failNode              // calls the function that a failed check names
	unwindNode            // leaves the function because the goroutine is switched away from
	setNode               // sets the state variable to first
	dispatchNode          // the head of a loop that is entered in several places: goes by the state variable
)

// stateEdge leads to a node when the state variable has a value in [lo, hi].
type stateEdge struct {
	lo, hi int
	to     *node
}

// graph is the control-flow graph of a function.
type graph struct {
	nodes []*node
	entry *node
	rpo   []*node
	// lastState is the greatest value of the state variable.
	lastState int
}

func (g *graph) add(k nodeKind) *node {
	n := &node{id: len(g.nodes), kind: k}
	g.nodes = append(g.nodes, n)
	return n
}

func link(from, to *node) {
	from.succs = append(from.succs, to)
	to.preds = append(to.preds, from)
}

// redirect makes from's edges to old lead to to.
func redirect(from, old, to *node) {
	for i, s := range from.succs {
		if s == old {
			from.succs[i] = to
			to.preds = append(to.preds, from)
		}
	}
	for i := range from.states {
		if from.states[i].to == old {
			from.states[i].to = to
		}
	}
	kept := old.preds[:0:0]
	for _, p := range old.preds {
		if p != from {
			kept = append(kept, p)
		}
	}
	old.preds = kept
}

// makeReducible gives every loop one entry. Where a strongly connected part is entered in several places, one of them stays the head:
// a dispatch node in front of it is entered instead, and leads on by the state variable. Edges inside the part that lead to the other
// entries stay as they are.
func (g *graph) makeReducible() {
	g.split(g.reachable(), nil)
	g.resets()
}

// reachable lists the nodes that the entry leads to, in order of discovery, and drops edges from others.
func (g *graph) reachable() []*node {
	seen := make([]bool, len(g.nodes))
	list := []*node{g.entry}
	seen[g.entry.id] = true
	for i := 0; i < len(list); i++ {
		for _, s := range list[i].succs {
			if !seen[s.id] {
				seen[s.id] = true
				list = append(list, s)
			}
		}
	}
	for _, n := range list {
		kept := n.preds[:0:0]
		for _, p := range n.preds {
			if seen[p.id] {
				kept = append(kept, p)
			}
		}
		n.preds = kept
	}
	return list
}

// split works on the part of the graph that consists of list without the edges to head.
func (g *graph) split(list []*node, head *node) {
	for _, part := range g.components(list, head) {
		if len(part) == 1 && (part[0] == head || !hasEdge(part[0], part[0])) {
			continue
		}
		inside := map[*node]bool{}
		for _, n := range part {
			inside[n] = true
		}
		var entries []*node
		for _, n := range part {
			for _, p := range n.preds {
				if !inside[p] {
					entries = append(entries, n)
					break
				}
			}
		}
		h := g.headOf(entries, inside)
		if len(entries) > 1 {
			d := g.dispatch(h, entries, inside)
			part = append(part, d)
			h = d
		}
		g.split(part, h)
	}
}

func hasEdge(a, b *node) bool {
	for _, s := range a.succs {
		if s == b {
			return true
		}
	}
	return false
}

// headOf chooses the entry that execution takes other than by the state variable.
func (g *graph) headOf(entries []*node, inside map[*node]bool) *node {
	for _, e := range entries {
		for _, p := range e.preds {
			if !inside[p] && !leadsByState(p, e) {
				return e
			}
		}
	}
	return entries[0]
}

func leadsByState(p, e *node) bool {
	for _, s := range p.states {
		if s.to == e {
			return true
		}
	}
	return false
}

// dispatch puts a node in front of h through which everything enters the part.
func (g *graph) dispatch(h *node, entries []*node, inside map[*node]bool) *node {
	d := g.add(dispatchNode)
	for _, p := range slices.Clone(h.preds) {
		redirect(p, h, d)
	}
	link(d, h)
	for _, e := range entries {
		if e == h {
			continue
		}
		for _, p := range slices.Clone(e.preds) {
			if !inside[p] {
				g.through(p, e, d)
			}
		}
	}
	return d
}

// through makes the edges from p to e go by way of d. Those that depend on the state keep it; a plain edge sets one of its own.
func (g *graph) through(p, e, d *node) {
	if !leadsByState(p, e) {
		g.lastState++
		set := g.add(setNode)
		set.first = g.lastState
		redirect(p, e, set)
		link(set, d)
		d.addState(set.first, set.first, e)
		return
	}
	for _, s := range p.states {
		if s.to == e {
			d.addState(s.lo, s.hi, e)
		}
	}
	redirect(p, e, d)
}

// resets has the state variable cleared where a dispatch node leads to code, or to another one that does not know the state, since
// control comes through the node again.
func (g *graph) resets() {
	for _, d := range slices.Clone(g.nodes) {
		if d.kind != dispatchNode {
			continue
		}
		byTarget := map[*node]*node{}
		for i := range d.states {
			s := &d.states[i]
			if s.to.kind == dispatchNode && s.to.knows(s.lo) {
				continue
			}
			r := byTarget[s.to]
			if r == nil {
				r = g.add(setNode)
				byTarget[s.to] = r
				link(r, s.to)
				link(d, r)
			}
			s.to = r
		}
		for to := range byTarget {
			if to != d.succs[0] && !leadsByState(d, to) {
				unlink(d, to)
			}
		}
	}
}

func (n *node) knows(state int) bool {
	for _, s := range n.states {
		if s.lo <= state && state <= s.hi {
			return true
		}
	}
	return false
}

func unlink(from, to *node) {
	from.succs = slices.DeleteFunc(from.succs, func(n *node) bool { return n == to })
	to.preds = slices.DeleteFunc(to.preds, func(n *node) bool { return n == from })
}

func (n *node) addState(lo, hi int, to *node) {
	for _, s := range n.states {
		if s.lo == lo && s.to == to {
			return
		}
	}
	n.states = append(n.states, stateEdge{lo, hi, to})
	if !hasEdge(n, to) {
		link(n, to)
	}
}

// components are the strongly connected parts of list, ignoring edges to head (Tarjan 1972, without recursion).
func (g *graph) components(list []*node, head *node) [][]*node {
	in := make([]bool, len(g.nodes))
	for _, n := range list {
		in[n.id] = true
	}
	index := make([]int, len(g.nodes))
	low := make([]int, len(g.nodes))
	on := make([]bool, len(g.nodes))
	var stack []*node
	var out [][]*node
	clock := 0
	type frame struct {
		n    *node
		next int
	}
	for _, root := range list {
		if index[root.id] != 0 {
			continue
		}
		work := []frame{{root, 0}}
		for len(work) > 0 {
			f := &work[len(work)-1]
			n := f.n
			if f.next == 0 {
				clock++
				index[n.id], low[n.id] = clock, clock
				stack = append(stack, n)
				on[n.id] = true
			}
			if f.next < len(n.succs) {
				s := n.succs[f.next]
				f.next++
				switch {
				case s == head || !in[s.id]:
				case index[s.id] == 0:
					work = append(work, frame{s, 0})
				case on[s.id]:
					low[n.id] = min(low[n.id], index[s.id])
				}
				continue
			}
			work = work[:len(work)-1]
			if len(work) > 0 {
				p := work[len(work)-1].n
				low[p.id] = min(low[p.id], low[n.id])
			}
			if low[n.id] == index[n.id] {
				var part []*node
				for {
					m := stack[len(stack)-1]
					stack = stack[:len(stack)-1]
					on[m.id] = false
					part = append(part, m)
					if m == n {
						break
					}
				}
				out = append(out, part)
			}
		}
	}
	return out
}
