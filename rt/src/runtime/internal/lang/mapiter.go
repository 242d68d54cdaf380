//go:build strata

package lang

import (
	"internal/abi"
	"internal/runtime/maps"
	"unsafe"
)

// Modules in the field iterate over maps by linkname, with an iterator of their own that they find key, element and
// type in. Package reflect and compiled code do not.

// A foreignIter is how such an iterator begins; it has room for more than this.
type foreignIter struct {
	key, elem unsafe.Pointer
	typ       *abi.MapType // not nil: has begun
	it        *maps.Iter
}

func (f *foreignIter) next() {
	f.it.Next()
	f.key, f.elem = f.it.Key(), f.it.Elem()
}

//go:linkname mapiterinit runtime.mapiterinit
func mapiterinit(t *abi.MapType, m *maps.Map, f *foreignIter) {
	f.typ = t
	f.it = new(maps.Iter)
	f.it.Init(t, m)
	f.next()
}

//go:linkname mapiternext runtime.mapiternext
func mapiternext(f *foreignIter) { f.next() }

//go:linkname reflect_mapiterinit reflect.mapiterinit
func reflect_mapiterinit(t *abi.MapType, m *maps.Map, f *foreignIter) { mapiterinit(t, m, f) }

//go:linkname reflect_mapiternext reflect.mapiternext
func reflect_mapiternext(f *foreignIter) { f.next() }

//go:linkname reflect_mapiterkey reflect.mapiterkey
func reflect_mapiterkey(f *foreignIter) unsafe.Pointer { return f.it.Key() }

//go:linkname reflect_mapiterelem reflect.mapiterelem
func reflect_mapiterelem(f *foreignIter) unsafe.Pointer { return f.it.Elem() }
