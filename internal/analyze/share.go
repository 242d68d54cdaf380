package analyze

import (
	"slices"

	"strata/internal/rtcall"
	"strata/internal/ssa"
)

// A slice of bytes made from a string needs no copy of the string if it does not outlive the frame and nobody writes to its elements.
// The string's bytes must not lie in the frame: its object might be used anew while the slice is alive.

// shares tells whether call v, which makes object o, may give the memory of its argument.
func (e *escapes) shares(o int, v *ssa.Value) bool {
	if v.Aux.(*ssa.Call).Known() != rtcall.StringToBytes || e.written.has(o) || e.hidden.has(o) {
		return false
	}
	outside := true
	e.of(v.Args[1]).each(func(o int) { outside = outside && (o == heap || o >= e.params) })
	return outside
}

// share replaces call v, which makes a slice of bytes from a string. The slice is not nil, even if the string's address is.
func share(f *ssa.Func, v *ssa.Value) {
	b, ptr, size := v.Block, v.Args[1], v.Args[2]
	null := b.Detached(ssa.OpConst, ssa.Ptr, v.Pos)
	zero := b.Detached(ssa.OpGlobalAddr, ssa.Ptr, v.Pos)
	zero.Aux = rtcall.ZeroBase
	some := b.Detached(ssa.OpNe, ssa.Bool, v.Pos, ptr, null)
	base := b.Detached(ssa.OpSelect, ssa.Ptr, v.Pos, some, ptr, zero)
	insertBefore(v, null, zero, some, base)
	for _, in := range f.Blocks {
		for _, r := range in.Values {
			switch {
			case r.Op != ssa.OpResult || r.Args[0] != v:
			case r.AuxInt == 0:
				r.CopyOf(base)
			default:
				r.CopyOf(size)
			}
		}
	}
	v.ResetArgs()
	b.Values = slices.DeleteFunc(b.Values, func(w *ssa.Value) bool { return w == v })
}
