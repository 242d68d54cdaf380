package analyze

import (
	"slices"

	"strata/internal/abi"
	"strata/internal/ssa"
)

// What callees give back. An address that a call neither lets escape nor hands on through its results is held by
// the caller alone when the call has returned: objects of the frame live no longer than their last use.
// That holds as long as pointers stay pointers. What becomes an integer is hidden. Addresses in maps that the runtime's functions give
// (rtcall.HoldsElement) are followed by those who ask.

// hide notes that the addresses of the objects in s have become integers.
func (e *escapes) hide(s set) {
	if s != nil && e.hidden.union(s) {
		e.changed = true
	}
}

// unknownSize stands for that of a copy of so many elements.
const unknownSize = -1

// readIntegers handles *(*uintptr)(unsafe.Pointer(&p)) where p is a variable of this function, and the same with other types
// that hold no pointers: size bytes are read at addr, all of the variable.
func (e *escapes) readIntegers(addr *ssa.Value, size int64) {
	s := e.of(addr)
	if s == nil {
		return
	}
	s.each(func(o int) {
		if o >= len(e.allocs) || e.allocs[o] == nil || e.allocs[o].Op != ssa.OpAlloc {
			return
		}
		mem := e.allocs[o].Aux.(*ssa.AllocInfo).Mem
		if mem.HasPointers() && (size == mem.Size || size == unknownSize) {
			e.hide(e.content[o])
		}
	})
}

// lend notes at each call what its callee gives back. Calls may be shared with copies of the function.
func (e *escapes) lend() {
	for _, b := range e.f.Blocks {
		for _, v := range b.Values {
			if !v.Op.IsCall() {
				continue
			}
			call := v.Aux.(*ssa.Call)
			if lent := e.lent(v); lent != call.Lent {
				c := *call
				c.Lent = lent
				v.Aux = &c
			}
		}
	}
}

func (e *escapes) lent(v *ssa.Value) (out ssa.LentSet) {
	in, ctx, known := e.p.flowsOf(e.n, v)
	if known {
		call := v.Aux.(*ssa.Call)
		for i := range v.Args[argBase(v):] {
			if i != ssa.LentContext && isAddress(call.ABI.In[i].Class) && in[i].givesBack() {
				out.Add(i)
			}
		}
	}
	// A closure in the frame is handed on by no callee that is not known: see closureBody.
	if v.Op == ssa.OpClosureCall && (!known || ctx.givesBack()) && !e.anyHidden(e.of(v.Args[0])) {
		out.Add(ssa.LentContext)
	}
	return out
}

// givesBack tells whether nobody holds the argument after the call, nor what it leads to but for what lies on the heap.
func (fl *Flow) givesBack() bool {
	return fl.Heap&1 == 0 && !fl.returns() && !fl.Hidden
}

// isAddress tells of components that are pointers, or passed as the address of what is copied.
func isAddress(c abi.Class) bool { return c == abi.Ptr || isMem(c) }

// promised are the flows of a function without body that promises not to keep its n arguments. It may return them.
func promised(sig *abi.Signature, n int) []Flow {
	in := make([]Flow, n)
	returns := slices.ContainsFunc(sig.Out, func(c abi.Component) bool { return isAddress(c.Class) })
	for i := range in {
		in[i].Hidden, in[i].Writes = returns, everyLevel
	}
	return in
}

// anyHidden tells whether one of s, or what they lead to, is hidden.
func (e *escapes) anyHidden(s set) bool {
	found := false
	look := func(o int) { found = found || e.hidden.has(o) }
	s.each(look)
	e.deep(s).each(look)
	return found
}
