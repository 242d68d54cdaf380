package link

import (
	"fmt"
	"sort"
	"strings"

	"strata/internal/object"
	"strata/internal/rtcall"
	"strata/internal/symname"
)

// Stack use of functions without stack check. A function that checks leaves
// 800 bytes below its frame to whatever it calls. The need of a function
// without check is the deepest of its calls: what is in use at the call, the
// return address, and the need of the callee; a callee that checks needs only
// room to call morestack. Needs are computed depth first, each once; a chain
// that meets itself has no bound.

const defaultNosplitLimit = 800

// need is the stack a function without check uses below its return address.
type need struct {
	bytes int
	next  *node // the callee that the worst case goes through
	busy  bool
	done  bool
}

type nosplit struct {
	l     *linker
	needs map[*node]*need
}

func (l *linker) checkNosplit() error {
	limit := l.in.NosplitLimit
	if limit == 0 {
		limit = defaultNosplitLimit
	}
	c := &nosplit{l: l, needs: map[*node]*need{}}
	var bad []*node
	called := map[*node]bool{} // by another that is bad itself
	for _, n := range l.reach.order {
		if unchecked(n) && c.l.in.Arch.ReturnAddress+c.need(n) > limit {
			bad = append(bad, n)
			called[c.needs[n].next] = true
		}
	}
	if len(bad) == 0 {
		return nil
	}
	// Report chains from their outermost functions only.
	var heads []*node
	for _, n := range bad {
		if !called[n] {
			heads = append(heads, n)
		}
	}
	if len(heads) == 0 {
		heads = bad[:1]
	}
	sort.Slice(heads, func(i, j int) bool { return heads[i].name < heads[j].name })
	var b strings.Builder
	for i, n := range heads {
		if i == 10 {
			fmt.Fprintf(&b, "\n... and %d more", len(heads)-i)
			break
		}
		if i > 0 {
			b.WriteByte('\n')
		}
		c.describe(&b, n, limit)
	}
	return fmt.Errorf("link: %s", b.String())
}

func unchecked(n *node) bool {
	return n.sym != nil && n.sym.Kind == object.Text && n.sym.Flags&object.NoSplit != 0 && n.sym.Func != nil
}

const unbounded = 1 << 28

func (c *nosplit) need(n *node) int {
	d := c.needs[n]
	if d == nil {
		d = &need{}
		c.needs[n] = d
	}
	if d.done {
		return d.bytes
	}
	if d.busy {
		return unbounded
	}
	d.busy = true
	f := n.sym.Func
	d.bytes = int(f.FrameSize)
	for i, callee := range f.NoSplitCalls {
		if isMorestack(callee) {
			continue
		}
		use := int(f.FrameSize)
		if i < len(f.NoSplitUse) {
			use = int(f.NoSplitUse[i])
		}
		t := c.l.reach.nodes[callee]
		sub := c.l.in.Arch.ReturnAddress // to call morestack
		if t != nil && unchecked(t) {
			sub = c.need(t)
		}
		if total := min(use+c.l.in.Arch.ReturnAddress+sub, unbounded); total > d.bytes {
			d.bytes, d.next = total, t
		}
	}
	d.busy, d.done = false, true
	return d.bytes
}

// isMorestack: it switches to another stack at once.
func isMorestack(name string) bool {
	name, _ = symname.TrimABI(name)
	return rtcall.Has(name, rtcall.SwitchesStack)
}

// describe lists the chain from n with the stack in use at each step.
func (c *nosplit) describe(b *strings.Builder, n *node, limit int) {
	fmt.Fprintf(b, "%s: functions without stack check use more than %d bytes:", n.name, limit)
	seen := map[*node]bool{}
	for left := limit - c.l.in.Arch.ReturnAddress; n != nil; {
		d := c.needs[n]
		if d == nil {
			fmt.Fprintf(b, "\n\t%d\tleft in %s, which checks", left, n.name)
			return
		}
		fmt.Fprintf(b, "\n\t%d\tleft in %s", left, n.name)
		if seen[n] {
			b.WriteString(" (recursive)")
			return
		}
		seen[n] = true
		if d.next == nil {
			fmt.Fprintf(b, ", frame %d", n.sym.Func.FrameSize)
			return
		}
		for i, callee := range n.sym.Func.NoSplitCalls {
			if callee == d.next.name && i < len(n.sym.Func.NoSplitUse) {
				left -= int(n.sym.Func.NoSplitUse[i]) + c.l.in.Arch.ReturnAddress
				break
			}
		}
		n = d.next
	}
}
