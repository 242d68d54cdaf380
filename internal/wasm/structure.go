package wasm

import (
	"slices"
	"sort"

	"strata/internal/wasm/module"
)

// Structured control flow from a reducible graph, after Ramsey, "Beyond Relooper: Recursive Translation of Unstructured Control Flow to
// Structured Control Flow" (2022): a node's code is followed by the code of the nodes that it dominates. Where several edges meet, the
// node stands behind a block whose end the edges branch to; a head of a loop begins a loop.

// analyse orders the nodes and finds dominators, merges and heads.
func (g *graph) analyse() {
	for _, n := range g.nodes {
		n.order = -1
	}
	g.rpo = g.postorder()
	slices.Reverse(g.rpo)
	for i, n := range g.rpo {
		n.order = i
	}
	g.dominators()
	for _, n := range g.rpo {
		forward := 0
		for _, p := range n.preds {
			if p.order < 0 {
				continue
			}
			if p.order >= n.order {
				n.header = true
			} else {
				forward++
			}
		}
		n.merge = forward > 1 || n.kind == failNode || n.kind == unwindNode
	}
}

func (g *graph) postorder() (out []*node) {
	type frame struct {
		n    *node
		next int
	}
	work := []frame{{g.entry, 0}}
	g.entry.visited = true
	for len(work) > 0 {
		f := &work[len(work)-1]
		// Later successors first, so that earlier ones come first in reverse postorder.
		if f.next < len(f.n.succs) {
			s := f.n.succs[len(f.n.succs)-1-f.next]
			f.next++
			if !s.visited {
				s.visited = true
				work = append(work, frame{s, 0})
			}
			continue
		}
		out = append(out, f.n)
		work = work[:len(work)-1]
	}
	return out
}

func (g *graph) dominators() {
	g.entry.idom = g.entry
	for changed := true; changed; {
		changed = false
		for _, n := range g.rpo[1:] {
			var idom *node
			for _, p := range n.preds {
				if p.order < 0 || p.idom == nil {
					continue
				}
				if idom == nil {
					idom = p
					continue
				}
				for a := p; a != idom; {
					for a.order > idom.order {
						a = a.idom
					}
					for idom.order > a.order {
						idom = idom.idom
					}
				}
			}
			if n.idom != idom {
				n.idom, changed = idom, true
			}
		}
	}
	for _, n := range g.rpo[1:] {
		n.idom.kids = append(n.idom.kids, n)
	}
}

// label is a construct that a branch may lead to: a loop's beginning or a block's end.
type label struct {
	to   *node
	loop bool
}

// tree writes the code of n and of all that it dominates.
func (e *emitter) tree(n *node) {
	if n.header {
		e.code.Begin(module.Loop, module.Empty)
		e.labels = append(e.labels, label{n, true})
	}
	var after []*node // dominated nodes where edges meet
	for _, k := range n.kids {
		if k.merge {
			after = append(after, k)
		}
	}
	sort.Slice(after, func(i, j int) bool { return after[i].order > after[j].order })
	e.within(n, after)
	if n.header {
		e.labels = e.labels[:len(e.labels)-1]
		e.code.Op(module.End)
	}
}

// within writes n's code inside of blocks for the nodes of after, the last to be left first, each followed by its node's code.
func (e *emitter) within(n *node, after []*node) {
	if len(after) == 0 {
		e.node(n)
		return
	}
	e.code.Begin(module.Block, module.Empty)
	e.labels = append(e.labels, label{after[0], false})
	e.within(n, after[1:])
	e.labels = e.labels[:len(e.labels)-1]
	e.code.Op(module.End)
	e.tree(after[0])
}

// goTo continues with to, from n: by a branch, or by its code right here.
func (e *emitter) goTo(n, to *node) {
	if to.order <= n.order || to.merge {
		e.code.Idx(module.Br, e.depth(to))
		return
	}
	e.tree(to)
}

// depth is the label of to.
func (e *emitter) depth(to *node) uint32 {
	for i := len(e.labels) - 1; i >= 0; i-- {
		if e.labels[i].to == to {
			return uint32(len(e.labels) - 1 - i)
		}
	}
	panic("wasm: no label for a branch")
}

// either writes a branch by the condition on the stack.
func (e *emitter) either(n, yes, no *node) {
	jumps := func(to *node) bool { return to.order <= n.order || to.merge }
	switch {
	case jumps(yes):
		e.code.Idx(module.BrIf, e.depth(yes))
		e.goTo(n, no)
	case jumps(no):
		e.code.Op(module.I32Eqz)
		e.code.Idx(module.BrIf, e.depth(no))
		e.goTo(n, yes)
	default:
		e.code.Begin(module.If, module.Empty)
		e.labels = append(e.labels, label{})
		e.tree(yes)
		e.code.Op(module.Else)
		e.tree(no)
		e.labels = e.labels[:len(e.labels)-1]
		e.code.Op(module.End)
	}
}

// choose writes a branch by the number on the stack, counted from 0; what is beyond the targets goes to def. Targets that stand
// nowhere yet get blocks.
func (e *emitter) choose(n *node, targets []*node, def *node, number func()) {
	var here []*node
	for _, t := range append(slices.Clone(targets), def) {
		if t.order > n.order && !t.merge && !slices.Contains(here, t) {
			here = append(here, t)
		}
	}
	for i := len(here) - 1; i >= 0; i-- {
		e.code.Begin(module.Block, module.Empty)
		e.labels = append(e.labels, label{here[i], false})
	}
	number()
	list := make([]uint32, len(targets))
	for i, t := range targets {
		list[i] = e.depth(t)
	}
	e.code.Table(list, e.depth(def))
	for _, t := range here {
		e.labels = e.labels[:len(e.labels)-1]
		e.code.Op(module.End)
		e.tree(t)
	}
}

// byState branches by the state variable.
func (e *emitter) byState(n *node, def *node) {
	hi := 0
	for _, s := range n.states {
		hi = max(hi, s.hi)
	}
	targets := make([]*node, hi+1)
	for i := range targets {
		targets[i] = def
	}
	for _, s := range n.states {
		for i := s.lo; i <= s.hi; i++ {
			targets[i] = s.to
		}
	}
	e.choose(n, targets, def, func() { e.code.Idx(module.LocalGet, e.stateLocal()) })
}
