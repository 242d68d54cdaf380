//go:build strata

package runtime

import (
	"internal/abi"
	"runtime/internal/heap"
	"unsafe"
)

// gcbits tells which words behind the pointer in x the collector follows, a byte for each: of a heap object to its
// end, of anything else as the type says. Package reflect's tests ask.
//
//go:linkname gcbits reflect.gcbits
func gcbits(x any) []byte {
	e := (*abi.EmptyInterface)(unsafe.Pointer(&x))
	if e.Type.Kind() != abi.Pointer {
		panic("gcbits: not a pointer")
	}
	t := (*abi.PtrType)(unsafe.Pointer(e.Type)).Elem
	obj, s, i := heap.FindObject(uintptr(e.Data))
	if obj == 0 {
		return typeBits(t)
	}
	if s.Class.NoScan() {
		return nil
	}
	bits := make([]byte, s.ElemSize/8)
	for w := range bits {
		if s.IsPointer(obj, i, uintptr(w)*8) {
			bits[w] = 1
		}
	}
	KeepAlive(x)
	return bits
}

func typeBits(t *abi.Type) []byte {
	bits := make([]byte, t.PtrBytes/8)
	for w := range bits {
		bits[w] = *(*byte)(unsafe.Add(unsafe.Pointer(heap.Mask(t)), w/8)) >> (w % 8) & 1
	}
	return bits
}
