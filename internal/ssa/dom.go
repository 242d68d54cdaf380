package ssa

import "slices"

// domTree caches what passes ask most often of the control-flow graph. It is
// dropped by Invalidate whenever edges change.
type domTree struct {
	rpo   []*Block // reverse postorder of reachable blocks
	order []int32  // position in rpo by block ID, -1 when unreachable
	idom  []*Block // immediate dominator by block ID
	pre   []int32  // pre- and post-numbers in the dominator tree, for Dominates
	post  []int32
	kids  [][]*Block
	loops *LoopNest
}

// Invalidate forgets dominators and loops; call it after changing edges.
func (f *Func) Invalidate() { f.dom = nil }

// RPO returns the reachable blocks in reverse postorder, entry first.
func (f *Func) RPO() []*Block { return f.doms().rpo }

// Idom returns the immediate dominator of b, nil for the entry and for unreachable blocks.
func (f *Func) Idom(b *Block) *Block { return f.doms().idom[b.ID] }

// Reachable tells whether control can reach b.
func (f *Func) Reachable(b *Block) bool { return f.doms().order[b.ID] >= 0 }

// Dominates tells whether every path to b passes a. A block dominates itself.
func (f *Func) Dominates(a, b *Block) bool {
	d := f.doms()
	return d.pre[a.ID] <= d.pre[b.ID] && d.post[b.ID] <= d.post[a.ID]
}

// DomChildren returns the blocks whose immediate dominator is b.
func (f *Func) DomChildren(b *Block) []*Block { return f.doms().kids[b.ID] }

func (f *Func) doms() *domTree {
	if f.dom == nil || len(f.dom.order) != f.NumBlocks() {
		f.dom = computeDoms(f)
	}
	return f.dom
}

// postorder returns reachable blocks in postorder, without recursion, and tells by ID which they are.
func postorder(f *Func) (out []*Block, seen []bool) {
	type frame struct {
		b    *Block
		next int
	}
	seen = make([]bool, f.NumBlocks())
	out = make([]*Block, 0, len(f.Blocks))
	stack := make([]frame, 1, 16)
	stack[0].b = f.Entry
	seen[f.Entry.ID] = true
	for len(stack) > 0 {
		top := &stack[len(stack)-1]
		if top.next < len(top.b.Succs) {
			s := top.b.Succs[top.next]
			top.next++
			if !seen[s.ID] {
				seen[s.ID] = true
				stack = append(stack, frame{s, 0})
			}
			continue
		}
		out = append(out, top.b)
		stack = stack[:len(stack)-1]
	}
	return out, seen
}

// computeDoms follows Cooper, Harvey and Kennedy, "A Simple, Fast Dominance
// Algorithm" (2001).
func computeDoms(f *Func) *domTree {
	n := f.NumBlocks()
	numbers := make([]int32, 3*n)
	d := &domTree{order: numbers[:n:n], pre: numbers[n : 2*n : 2*n], post: numbers[2*n:], idom: make([]*Block, n), kids: make([][]*Block, n)}
	d.rpo, _ = postorder(f)
	slices.Reverse(d.rpo)
	for i := range d.order {
		d.order[i] = -1
	}
	for i, b := range d.rpo {
		d.order[b.ID] = int32(i)
	}
	d.idom[f.Entry.ID] = f.Entry
	for changed := true; changed; {
		changed = false
		for _, b := range d.rpo[1:] {
			var idom *Block
			for _, p := range b.Preds {
				if d.order[p.ID] < 0 || d.idom[p.ID] == nil {
					continue
				}
				if idom == nil {
					idom = p
				} else {
					idom = d.intersect(p, idom)
				}
			}
			if d.idom[b.ID] != idom {
				d.idom[b.ID] = idom
				changed = true
			}
		}
	}
	d.idom[f.Entry.ID] = nil
	d.children()
	d.number(f.Entry)
	return d
}

// children lists for each block those that it dominates immediately, in reverse postorder; all lists lie in one array.
func (d *domTree) children() {
	for _, b := range d.rpo[1:] {
		d.pre[d.idom[b.ID].ID]++ // counts, for now
	}
	rest := make([]*Block, len(d.rpo)-1)
	for _, b := range d.rpo {
		n := d.pre[b.ID]
		d.kids[b.ID], rest = rest[:0:n], rest[n:]
		d.pre[b.ID] = 0
	}
	for _, b := range d.rpo[1:] {
		p := d.idom[b.ID].ID
		d.kids[p] = append(d.kids[p], b)
	}
}

func (d *domTree) intersect(a, b *Block) *Block {
	for a != b {
		for d.order[a.ID] > d.order[b.ID] {
			a = d.idom[a.ID]
		}
		for d.order[b.ID] > d.order[a.ID] {
			b = d.idom[b.ID]
		}
	}
	return a
}

// number gives each block an interval that contains those of its subtree.
// Unreachable blocks keep the empty interval and dominate nothing but their like.
func (d *domTree) number(entry *Block) {
	type frame struct {
		b    *Block
		next int
	}
	var clock int32
	stack := []frame{{entry, 0}}
	clock++
	d.pre[entry.ID] = clock
	for len(stack) > 0 {
		top := &stack[len(stack)-1]
		if kids := d.kids[top.b.ID]; top.next < len(kids) {
			k := kids[top.next]
			top.next++
			clock++
			d.pre[k.ID] = clock
			stack = append(stack, frame{k, 0})
			continue
		}
		clock++
		d.post[top.b.ID] = clock
		stack = stack[:len(stack)-1]
	}
}

// Loop is a natural loop.
type Loop struct {
	Header *Block
	Outer  *Loop
	Depth  int32 // 1 for outermost
	Blocks []*Block
}

// LoopNest holds the loops of a function.
type LoopNest struct {
	Loops []*Loop // outer before inner
	by    []*Loop // innermost loop by block ID
	// Irreducible is set when some cycle has no header that dominates it.
	Irreducible bool
}

// Of returns the innermost loop of b, or nil.
func (n *LoopNest) Of(b *Block) *Loop { return n.by[b.ID] }

// Depth returns the nesting depth of b, 0 outside loops.
func (n *LoopNest) Depth(b *Block) int32 {
	if l := n.by[b.ID]; l != nil {
		return l.Depth
	}
	return 0
}

// Contains tells whether b is in l or a loop inside it.
func (l *Loop) Contains(n *LoopNest, b *Block) bool {
	for m := n.by[b.ID]; m != nil; m = m.Outer {
		if m == l {
			return true
		}
	}
	return false
}

// Loops returns f's natural loops.
func (f *Func) Loops() *LoopNest {
	d := f.doms()
	if d.loops == nil {
		d.loops = findLoops(f, d)
	}
	return d.loops
}

func findLoops(f *Func, d *domTree) *LoopNest {
	n := &LoopNest{by: make([]*Loop, f.NumBlocks())}
	// Inner headers come later in reverse postorder: visiting headers backwards meets inner loops first.
	for i := len(d.rpo) - 1; i >= 0; i-- {
		h := d.rpo[i]
		var work []*Block
		for _, p := range h.Preds {
			if d.order[p.ID] < 0 {
				continue
			}
			if f.Dominates(h, p) {
				work = append(work, p)
			} else if d.order[p.ID] >= d.order[h.ID] {
				n.Irreducible = true
			}
		}
		if work != nil {
			n.collect(d, &Loop{Header: h}, work)
		}
	}
	for i, j := 0, len(n.Loops)-1; i < j; i, j = i+1, j-1 {
		n.Loops[i], n.Loops[j] = n.Loops[j], n.Loops[i]
	}
	for _, l := range n.Loops {
		l.Depth = 1
		if l.Outer != nil {
			l.Depth = l.Outer.Depth + 1
		}
	}
	for _, b := range d.rpo {
		for l := n.by[b.ID]; l != nil; l = l.Outer {
			l.Blocks = append(l.Blocks, b)
		}
	}
	return n
}

// collect walks backwards from the latches to the header, skipping over inner loops already found.
func (n *LoopNest) collect(d *domTree, l *Loop, work []*Block) {
	n.Loops = append(n.Loops, l)
	n.claim(l.Header, l, &work, d)
	for len(work) > 0 {
		b := work[len(work)-1]
		work = work[:len(work)-1]
		n.claim(b, l, &work, d)
	}
}

func (n *LoopNest) claim(b *Block, l *Loop, work *[]*Block, d *domTree) {
	in := n.by[b.ID]
	if in == nil {
		n.by[b.ID] = l
		if b != l.Header {
			n.pushPreds(b, work, d)
		}
		return
	}
	for in.Outer != nil {
		in = in.Outer
	}
	if in == l {
		return
	}
	in.Outer = l
	if b == l.Header && in.Header == b {
		return
	}
	n.pushPreds(in.Header, work, d)
}

func (n *LoopNest) pushPreds(b *Block, work *[]*Block, d *domTree) {
	for _, p := range b.Preds {
		if d.order[p.ID] >= 0 {
			*work = append(*work, p)
		}
	}
}
