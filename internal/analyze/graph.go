package analyze

import (
	"slices"
	"strings"

	"strata/internal/ssa"
)

// references lists the functions that f calls or whose address it takes, in order of appearance; and methods of the
// types of itabs that it mentions, which become callees where f is inlined and its result is known to have that type, and what a
// profile says is called.
func (p *Program) references(f *ssa.Func) (refs, methods []*node) {
	seen := map[*node]bool{}
	collect := func(list *[]*node, sym string) {
		if n := p.nodes[sym]; n != nil && n.sum == nil && !seen[n] {
			seen[n] = true
			*list = append(*list, n)
		}
	}
	add := func(sym string) { collect(&refs, sym) }
	var itabs, targets []string
	for _, b := range f.Blocks {
		for _, v := range b.Values {
			switch v.Op {
			case ssa.OpCall, ssa.OpClosureCall:
				add(v.Aux.(*ssa.Call).Sym)
			case ssa.OpFuncAddr:
				add(v.Aux.(string))
			case ssa.OpGlobalAddr:
				sym := v.Aux.(string)
				if code := p.cfg.ClosureCode(sym); code != "" {
					add(code)
				} else if strings.HasPrefix(sym, "go:itab.") {
					itabs = append(itabs, sym)
				}
			case ssa.OpInterCall:
				if code, _ := p.itabTarget(v); code != "" {
					add(code)
				}
			}
			if sym, _ := p.target(f, v); sym != "" {
				targets = append(targets, sym)
			}
		}
		if c, ok := b.Aux.(*ssa.Call); ok {
			add(c.Sym)
		}
	}
	for _, sym := range itabs {
		for _, code := range p.itabMethods(sym) {
			collect(&methods, code)
		}
	}
	for _, sym := range targets {
		collect(&methods, sym)
	}
	return refs, methods
}

// itabMethods are the methods that a call through an itab reaches, at once or after assertions to other interfaces.
func (p *Program) itabMethods(itab string) (list []string) {
	for i := 0; ; i++ {
		code := p.cfg.ItabMethod(itab, i)
		if code == "" {
			return append(list, p.cfg.TypeMethods(p.cfg.ItabType(itab))...)
		}
		list = append(list, code)
	}
}

// components finds strongly connected components, callees first (Tarjan, SIAM J. Comput. 1972), without recursion.
func components(list []*node) [][]*node {
	type frame struct {
		n    *node
		next int
	}
	var (
		sccs  [][]*node
		stack []*node
		clock int32
	)
	visit := func(root *node) {
		work := []frame{}
		push := func(n *node) {
			clock++
			n.index, n.low, n.onStack = clock, clock, true
			stack = append(stack, n)
			work = append(work, frame{n, 0})
		}
		push(root)
		for len(work) > 0 {
			top := &work[len(work)-1]
			n := top.n
			if top.next < len(n.refs) {
				m := n.refs[top.next]
				top.next++
				if m.index == 0 {
					push(m)
				} else if m.onStack {
					n.low = min(n.low, m.index)
				}
				continue
			}
			work = work[:len(work)-1]
			if len(work) > 0 {
				up := work[len(work)-1].n
				up.low = min(up.low, n.low)
			}
			if n.low != n.index {
				continue
			}
			var scc []*node
			for {
				m := stack[len(stack)-1]
				stack = stack[:len(stack)-1]
				m.onStack = false
				m.scc = int32(len(sccs))
				scc = append(scc, m)
				if m == n {
					break
				}
			}
			sccs = append(sccs, scc)
		}
	}
	for _, n := range list {
		if n.index == 0 {
			visit(n)
		}
	}
	return sccs
}

// levels groups components so that each depends on earlier groups only. Methods of mentioned itabs come
// earlier too, except where that would make a cycle. All of such a cycle comes before what uses a part of it: inlining that part may lead
// to any of it, and what a store has of it is there from the beginning.
func levels(sccs [][]*node) [][][]*node {
	cycle := cycles(sccs)
	level := make([]int32, len(sccs))
	top := make([]int32, len(sccs)) // of cycles
	var out [][][]*node
	for _, c := range cycle.order {
		own := cycle.of[c]
		below := func(m *node) {
			last := level[m.scc]
			if of := cycle.of[m.scc]; of != own {
				last = top[of]
			}
			level[c] = max(level[c], last+1)
		}
		for _, n := range sccs[c] {
			for _, m := range n.refs {
				if m.scc != c {
					below(m)
				}
			}
			for _, m := range n.methods {
				if cycle.of[m.scc] != own {
					below(m)
				}
			}
		}
		top[own] = max(top[own], level[c])
		for int(level[c]) >= len(out) {
			out = append(out, nil)
		}
		out[level[c]] = append(out[level[c]], sccs[c])
		for _, n := range sccs[c] {
			n.level = level[c]
		}
	}
	return out
}

// methodCycles are the sets of components that reach each other through methods of itabs as well.
type methodCycles struct {
	of    []int32 // component → cycle
	order []int32 // components, so that references and methods outside of the own cycle come first
}

func cycles(sccs [][]*node) *methodCycles {
	super := make([]*node, len(sccs))
	for i := range super {
		super[i] = &node{}
	}
	index := make(map[*node]int32, len(sccs))
	for i, scc := range sccs {
		index[super[i]] = int32(i)
		for _, n := range scc {
			for _, list := range [][]*node{n.refs, n.methods} {
				for _, m := range list {
					super[i].refs = append(super[i].refs, super[m.scc])
				}
			}
		}
	}
	c := &methodCycles{of: make([]int32, len(sccs))}
	for i, group := range components(super) {
		first := len(c.order)
		for _, n := range group {
			c.of[index[n]] = int32(i)
			c.order = append(c.order, index[n])
		}
		slices.Sort(c.order[first:])
	}
	return c
}
