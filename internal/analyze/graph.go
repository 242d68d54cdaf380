package analyze

import "strata/internal/ssa"

// references lists the functions that f calls or whose address it takes, in order of appearance.
func (p *Program) references(f *ssa.Func) []*node {
	var out []*node
	seen := map[*node]bool{}
	add := func(sym string) {
		if n := p.nodes[sym]; n != nil && n.sum == nil && !seen[n] {
			seen[n] = true
			out = append(out, n)
		}
	}
	for _, b := range f.Blocks {
		for _, v := range b.Values {
			switch v.Op {
			case ssa.OpCall:
				add(v.Aux.(*ssa.Call).Sym)
			case ssa.OpFuncAddr:
				add(v.Aux.(string))
			case ssa.OpGlobalAddr:
				if code := p.cfg.ClosureCode(v.Aux.(string)); code != "" {
					add(code)
				}
			case ssa.OpInterCall:
				if code := p.itabTarget(v); code != "" {
					add(code)
				}
			}
		}
		if c, ok := b.Aux.(*ssa.Call); ok {
			add(c.Sym)
		}
	}
	return out
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

// levels groups components so that each depends on earlier groups only.
func levels(sccs [][]*node) [][][]*node {
	level := make([]int32, len(sccs))
	var out [][][]*node
	for i, scc := range sccs {
		for _, n := range scc {
			for _, m := range n.refs {
				if int(m.scc) != i {
					level[i] = max(level[i], level[m.scc]+1)
				}
			}
		}
		for int(level[i]) >= len(out) {
			out = append(out, nil)
		}
		out[level[i]] = append(out[level[i]], scc)
	}
	return out
}
