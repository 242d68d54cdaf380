package analyze

import (
	"slices"

	"strata/internal/ssa"
)

// lifetimes sends an object to the heap if one slot could not stand for it: it is
// allocated in a loop, and a pointer to it lives on into the next iteration, through a phi of the loop's header or
// through an object that the loop does not allocate afresh.
func (e *escapes) lifetimes() {
	loops := e.f.Loops()
	for o, a := range e.allocs {
		if a == nil || e.content[heap].has(o) {
			continue
		}
		if loops.Irreducible && mayRepeat(e.f, a.Block) {
			e.content[heap].add(o)
			e.because(o, cause{what: inLoop})
			continue
		}
		for l := loops.Of(a.Block); l != nil; l = l.Outer {
			if e.survives(o, l, loops) {
				e.content[heap].add(o)
				e.because(o, cause{what: inLoop})
				break
			}
		}
	}
	e.closeHeap()
}

// inLoop is why an object escapes that is made in a loop and outlives the iteration.
const inLoop = "made in a loop, and still in use when the next one is made"

func mayRepeat(f *ssa.Func, b *ssa.Block) bool {
	seen := make([]bool, f.NumBlocks())
	work := append([]*ssa.Block(nil), b.Succs...)
	for len(work) > 0 {
		s := work[len(work)-1]
		work = work[:len(work)-1]
		if s == b {
			return true
		}
		if !seen[s.ID] {
			seen[s.ID] = true
			work = append(work, s.Succs...)
		}
	}
	return false
}

func (e *escapes) survives(o int, l *ssa.Loop, loops *ssa.LoopNest) bool {
	for _, v := range l.Header.Values {
		if v.Op != ssa.OpPhi {
			break
		}
		if s := e.of(v); s != nil && s.has(o) {
			return true
		}
	}
	for holder := range e.content[:e.params] {
		if holder == heap || holder == o || !e.content[holder].has(o) {
			continue
		}
		switch a := e.allocs[holder]; {
		case a != nil && l.Contains(loops, a.Block):
		case a == nil && e.writtenBy(holder) != nil && l.Contains(loops, e.writtenBy(holder)):
		default:
			return true
		}
	}
	return e.content[o].has(o) && !makesMap(e.allocs[o])
}

// writtenBy gives the block of the call that writes its result into slot object o before every use of the slot, nil if
// it is not so simple. Where that block runs again, what the slot held before is gone.
func (e *escapes) writtenBy(o int) *ssa.Block {
	if e.writers == nil {
		e.findWriters()
	}
	return e.writers[o]
}

// findWriters fills writers: calls that are alone in writing their result slot and come before all of its uses, which
// read it and nothing else.
func (e *escapes) findWriters() {
	e.writers = map[int]*ssa.Block{}
	calls := map[int]*ssa.Value{}
	for _, b := range e.f.RPO() {
		for _, v := range b.Values {
			call, ok := v.Aux.(*ssa.Call)
			if !ok {
				continue
			}
			for _, s := range call.ResultSlots {
				o := e.slots[s]
				if _, second := calls[o]; second {
					v = nil
				}
				calls[o] = v
			}
		}
	}
	base := map[*ssa.Value]int{} // pointers into result slots
	for _, b := range e.f.RPO() {
		for i, v := range b.Values {
			if v.Op == ssa.OpLocalAddr {
				if o, ok := e.slots[v.Aux.(*ssa.Slot)]; ok && calls[o] != nil {
					base[v] = o
				}
				continue
			}
			for k, a := range v.Args {
				o, ok := base[a]
				switch {
				case !ok:
				case v.Op == ssa.OpOffPtr || v.Op == ssa.OpAddPtr || v.Op == ssa.OpNilCheck || v.Op == ssa.OpCopy:
					base[v] = o
				case !reads(v, k) || !e.precedes(calls[o], b, i):
					calls[o] = nil
				}
			}
		}
		for _, c := range b.Controls {
			if o, ok := base[c]; ok {
				calls[o] = nil
			}
		}
	}
	for o, v := range calls {
		if v != nil {
			e.writers[o] = v.Block
		}
	}
}

// reads tells whether v only reads what its k-th argument points to.
func reads(v *ssa.Value, k int) bool {
	switch v.Op {
	case ssa.OpLoad:
		return true
	case ssa.OpMove, ssa.OpMemCopy:
		return k == 1
	}
	return false
}

// precedes tells whether call, if there is one, has always run before the i-th value of b.
func (e *escapes) precedes(call *ssa.Value, b *ssa.Block, i int) bool {
	switch {
	case call == nil:
		return false
	case call.Block == b:
		return slices.Contains(b.Values[:i], call)
	}
	return e.f.Dominates(call.Block, b)
}
