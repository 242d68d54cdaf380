package typedesc

import (
	"go/types"

	"strata/internal/abi"
)

// WordSize is the size of a pointer.
const WordSize = 8

// Layout measures types; the zero value is ready.
type Layout struct{ sizes *abi.Sizes }

// Size returns the size of t in bytes.
func (l Layout) Size(t types.Type) int64 { return l.sizes.Sizeof(t) }

// Align returns the alignment of t.
func (l Layout) Align(t types.Type) int64 { return l.sizes.Alignof(t) }

// FieldOffsets returns the offset of every field.
func (l Layout) FieldOffsets(s *types.Struct) []int64 { return l.sizes.Offsets(s) }

// Kinds as in internal/abi.
const (
	KindBool       = 1
	KindInt        = 2
	KindUint       = 7
	KindUintptr    = 12
	KindFloat32    = 13
	KindComplex64  = 15
	KindArray      = 17
	KindChan       = 18
	KindFunc       = 19
	KindInterface  = 20
	KindMap        = 21
	KindPointer    = 22
	KindSlice      = 23
	KindString     = 24
	KindStruct     = 25
	KindUnsafe     = 26
	kindComplex128 = 16
	kindFloat64    = 14
)

var basicKinds = map[types.BasicKind]uint8{
	types.Bool: KindBool, types.Int: KindInt, types.Int8: 3, types.Int16: 4, types.Int32: 5, types.Int64: 6,
	types.Uint: KindUint, types.Uint8: 8, types.Uint16: 9, types.Uint32: 10, types.Uint64: 11, types.Uintptr: KindUintptr,
	types.Float32: KindFloat32, types.Float64: kindFloat64,
	types.Complex64: KindComplex64, types.Complex128: kindComplex128,
	types.String: KindString, types.UnsafePointer: KindUnsafe,
	types.UntypedBool: KindBool, types.UntypedInt: KindInt, types.UntypedRune: 5, types.UntypedFloat: kindFloat64,
	types.UntypedComplex: kindComplex128, types.UntypedString: KindString, types.UntypedNil: KindUnsafe,
}

// Kind returns the reflect kind of t.
func Kind(t types.Type) uint8 {
	switch u := t.Underlying().(type) {
	case *types.Basic:
		return basicKinds[u.Kind()]
	case *types.Array:
		return KindArray
	case *types.Chan:
		return KindChan
	case *types.Signature:
		return KindFunc
	case *types.Interface:
		return KindInterface
	case *types.Map:
		return KindMap
	case *types.Pointer:
		return KindPointer
	case *types.Slice:
		return KindSlice
	case *types.Struct:
		return KindStruct
	}
	return 0
}

// PtrBytes returns the length of the prefix of t that can hold pointers.
func (l Layout) PtrBytes(t types.Type) int64 {
	switch u := t.Underlying().(type) {
	case *types.Basic:
		if u.Kind() == types.String || u.Kind() == types.UnsafePointer {
			return WordSize
		}
		return 0
	case *types.Interface:
		return 2 * WordSize
	case *types.Array:
		if u.Len() <= 0 {
			return 0
		}
		last := l.PtrBytes(u.Elem())
		if last == 0 {
			return 0
		}
		return (u.Len()-1)*l.Size(u.Elem()) + last
	case *types.Struct:
		for i := u.NumFields() - 1; i >= 0; i-- {
			if n := l.PtrBytes(u.Field(i).Type()); n > 0 {
				return l.FieldOffsets(u)[i] + n
			}
		}
		return 0
	case *types.Tuple:
		return 0
	}
	return WordSize // pointer, map, chan, func, slice
}

// HasPointers reports whether t can hold pointers.
func (l Layout) HasPointers(t types.Type) bool { return l.PtrBytes(t) > 0 }

// PtrMask returns one bit per word of t, lowest bit first, set where the word
// may hold a pointer; it covers PtrBytes and has no trailing zero bytes beyond that.
func (l Layout) PtrMask(t types.Type) []byte {
	mask := make([]byte, (l.PtrBytes(t)/WordSize+7)/8)
	l.SetPtrBits(mask, t, 0)
	return mask
}

// SetPtrBits sets the bits of a t at offset off in mask.
func (l Layout) SetPtrBits(mask []byte, t types.Type, off int64) {
	set := func(off int64) { mask[off/WordSize/8] |= 1 << (off / WordSize % 8) }
	switch u := t.Underlying().(type) {
	case *types.Basic:
		if l.PtrBytes(u) > 0 {
			set(off)
		}
	case *types.Interface:
		// The first word is a type or itab; neither is ever collected
		// (reflect holds on to the types it makes).
		set(off + WordSize)
	case *types.Array:
		if !l.HasPointers(u.Elem()) {
			return
		}
		size := l.Size(u.Elem())
		for i := int64(0); i < u.Len(); i++ {
			l.SetPtrBits(mask, u.Elem(), off+i*size)
		}
	case *types.Struct:
		for i, fo := range l.FieldOffsets(u) {
			l.SetPtrBits(mask, u.Field(i).Type(), off+fo)
		}
	default:
		set(off)
	}
}

// DirectIface reports whether values of t are stored in the data word of an
// interface itself: one word that is a pointer.
func (l Layout) DirectIface(t types.Type) bool {
	return l.Size(t) == WordSize && l.PtrBytes(t) == WordSize
}

// algorithm classifies == on a type.
type algorithm uint8

const (
	noEq    algorithm = iota // not comparable
	memory                   // == compares all bytes
	special                  // everything else
)

// IsRegularMemory reports whether == on t compares all of its bytes: no
// padding, blank fields, floats, strings or interfaces.
func (l Layout) IsRegularMemory(t types.Type) bool { return l.equality(t) == memory }

// Comparable reports whether == is defined on t (it may still panic on interfaces).
func (l Layout) Comparable(t types.Type) bool { return l.equality(t) != noEq }

func (l Layout) equality(t types.Type) algorithm {
	switch u := t.Underlying().(type) {
	case *types.Basic:
		if u.Info()&(types.IsFloat|types.IsComplex|types.IsString) != 0 {
			return special
		}
		return memory
	case *types.Pointer, *types.Chan:
		return memory
	case *types.Interface:
		return special
	case *types.Array:
		a := l.equality(u.Elem())
		switch {
		case a == noEq, a == memory, u.Len() == 1:
			return a
		case u.Len() == 0:
			return memory
		}
		return special
	case *types.Struct:
		return l.structEquality(u)
	}
	return noEq
}

func (l Layout) structEquality(u *types.Struct) algorithm {
	// A struct of one field is compared as that field.
	if u.NumFields() == 1 && u.Field(0).Name() != "_" {
		return l.equality(u.Field(0).Type())
	}
	ret := memory
	offs := l.FieldOffsets(u)
	for i := range offs {
		f := u.Field(i)
		switch a := l.equality(f.Type()); {
		case a == noEq:
			return noEq
		case a == special, f.Name() == "_", l.paddedAfter(u, offs, i):
			ret = special
		}
	}
	return ret
}

// paddedAfter reports whether bytes of padding follow field i.
func (l Layout) paddedAfter(u *types.Struct, offs []int64, i int) bool {
	end := offs[i] + l.Size(u.Field(i).Type())
	if i+1 < len(offs) {
		return end != offs[i+1]
	}
	return end != l.Size(u)
}
