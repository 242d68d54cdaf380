package abi

import (
	"go/types"
	"sync"
)

// Sizes is the layout rule of all targets, gc's for machines with words of 8 bytes, and the registers of one. It remembers what it has computed, by type: without that, asking for
// every type of a chain of n nested structs costs n³. Safe for concurrent use.
//
// A nil *Sizes is amd64's and remembers nothing; one question still costs no more than walking the type once.
type Sizes struct {
	regs    Regs
	spans   sync.Map // types.Type, of arrays and structs → span
	offsets sync.Map // *types.Struct → []int64
}

// NewSizes makes the rule for a machine with these registers.
func NewSizes(r Regs) *Sizes { return &Sizes{regs: r} }

func (s *Sizes) registers() Regs {
	if s == nil {
		return AMD64
	}
	return s.regs
}

var _ types.Sizes = (*Sizes)(nil)

// span is the size and the alignment of a type. The size is negative where it overflows.
type span struct{ size, align int64 }

const word = 8

// Sizeof implements types.Sizes.
func (s *Sizes) Sizeof(t types.Type) int64 { return s.span(t).size }

// Alignof implements types.Sizes.
func (s *Sizes) Alignof(t types.Type) int64 { return s.span(t).align }

// Offsetsof implements types.Sizes.
func (s *Sizes) Offsetsof(fields []*types.Var) []int64 {
	offs, _, _ := s.place(len(fields), func(i int) *types.Var { return fields[i] })
	return offs
}

// Offsets lists where the fields of a struct are. The list is shared.
func (s *Sizes) Offsets(u *types.Struct) []int64 {
	if s != nil {
		if l, ok := s.offsets.Load(u); ok {
			return l.([]int64)
		}
	}
	offs, _, _ := s.place(u.NumFields(), u.Field)
	if s != nil {
		s.offsets.Store(u, offs)
	}
	return offs
}

func (s *Sizes) span(t types.Type) span {
	u := t.Underlying()
	switch u.(type) {
	case *types.Array, *types.Struct:
	default:
		return scalarSpan(u)
	}
	if s == nil {
		return s.compound(t, u)
	}
	if l, ok := s.spans.Load(t); ok {
		return l.(span)
	}
	l := s.compound(t, u)
	s.spans.Store(t, l)
	return l
}

func (s *Sizes) compound(t, u types.Type) span {
	if a, ok := u.(*types.Array); ok {
		return s.array(a)
	}
	st := u.(*types.Struct)
	n := st.NumFields()
	if n == 0 {
		if alignsTo64(t) {
			return span{0, 8}
		}
		return span{0, 1}
	}
	offs, last, most := s.place(n, st.Field)
	size := int64(-1)
	if off := offs[n-1]; off >= 0 && last >= 0 {
		if size = off + last; size == off && size > 0 {
			size++ // so that the address of the last field stays inside the object
		}
		if size >= 0 {
			size = align(size, most)
		}
	}
	return span{size, most}
}

func (s *Sizes) array(a *types.Array) span {
	elem := s.span(a.Elem())
	n := a.Len()
	switch {
	case n <= 0 || elem.size == 0:
		return span{0, elem.align}
	case elem.size < 0 || n > (1<<63-1)/elem.size:
		return span{-1, elem.align}
	}
	return span{n * elem.size, elem.align}
}

// place puts fields one behind the other. It gives their offsets, negative from where these overflow, the last one's size and the
// greatest alignment.
func (s *Sizes) place(n int, field func(i int) *types.Var) (offs []int64, last, most int64) {
	offs = make([]int64, n)
	off := int64(0)
	most = 1
	for i := range offs {
		f := s.span(field(i).Type())
		most, last = max(most, f.align), f.size
		if off < 0 {
			offs[i] = -1
			continue
		}
		off = align(off, f.align) // may overflow
		offs[i] = off
		if off >= 0 && f.size >= 0 {
			off += f.size
		} else {
			off = -1
		}
	}
	return offs, last, most
}

var basicSpans = [...]span{
	types.Bool: {1, 1}, types.Int8: {1, 1}, types.Int16: {2, 2}, types.Int32: {4, 4}, types.Int64: {8, 8},
	types.Uint8: {1, 1}, types.Uint16: {2, 2}, types.Uint32: {4, 4}, types.Uint64: {8, 8},
	types.Float32: {4, 4}, types.Float64: {8, 8}, types.Complex64: {8, 4}, types.Complex128: {16, 8},
	types.String: {2 * word, word},
}

func scalarSpan(t types.Type) span {
	switch t := t.(type) {
	case *types.Basic:
		if k := int(t.Kind()); k < len(basicSpans) && basicSpans[k].size > 0 {
			return basicSpans[k]
		}
	case *types.Slice:
		return span{3 * word, word}
	case *types.Interface:
		return span{2 * word, word}
	}
	return span{word, word}
}

// alignsTo64 tells whether t is the marker by which package atomic asks for alignment.
func alignsTo64(t types.Type) bool {
	n, ok := types.Unalias(t).(*types.Named)
	if !ok || n.Obj().Name() != "align64" || n.Obj().Pkg() == nil {
		return false
	}
	path := n.Obj().Pkg().Path()
	return path == "sync/atomic" || path == "internal/runtime/atomic"
}
