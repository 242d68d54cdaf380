//go:build strata

package heap

import (
	"internal/abi"
	"internal/runtime/sys"
	"runtime/internal/page"
	"runtime/internal/task"
	"unsafe"
)

// setMask records the pointers of the object at p, whose bits are clear.
func setMask(p uintptr, mask uint64) {
	w, off := maskWords(p), p>>3&63
	w[0] |= mask << off
	if high := mask >> 1 >> (63 - off); high != 0 {
		w[1] |= high
	}
}

// maskWords returns the word with the first bit of the object at p, and the next. Spans of objects with bitmaps have one
// page.
//
//go:nosplit
func maskWords(p uintptr) *[2]uint64 {
	return (*[2]uint64)(unsafe.Pointer((p | (pageSize - 1)) + 1 - bitmapBytes + p>>6&(bitmapBytes-8)))
}

// clearMasks forgets the pointers of the objects in [p, end).
func clearMasks(p, end uintptr) {
	base := p | (pageSize - 1) + 1 - bitmapBytes
	i, n := p>>3&(pageSize/8-1), (end-p)/8
	for n > 0 {
		w := (*uint64)(unsafe.Pointer(base + i/64*8))
		here := min(n, 64-i%64)
		*w &^= ^uint64(0) >> (64 - here) << (i % 64)
		i += here
		n -= here
	}
}

// arrayMask returns the pointer mask of an object of size bytes, at most 64 words: of
// typ, or of an array of typ if size is larger than typ's.
//
//go:nosplit
func arrayMask(size uintptr, typ *abi.Type) uint64 {
	// Masks are whole words.
	m := *(*uint64)(unsafe.Pointer(typ.GCData))
	if size <= typ.Size_ {
		return m
	}
	for n := typ.Size_ / 8; n < size/8; n *= 2 {
		m |= m << n
	}
	if size/8 < 64 {
		m &= 1<<(size/8) - 1
	}
	return m
}

// Bitmap returns the pointer mask of the object at obj, which has so many words, at most 64.
//
//go:nosplit
func Bitmap(obj, words uintptr) uint64 {
	w, off := maskWords(obj), obj>>3&63
	m := w[0] >> off
	if off+words > 64 {
		m |= w[1] << (64 - off)
	}
	return m & (^uint64(0) >> (64 - words))
}

// PrefetchBitmap gets the pointer mask of the object at obj, which has a bitmap, on its way into the processor's cache.
//
//go:nosplit
func PrefetchBitmap(obj uintptr) { sys.Prefetch(uintptr(unsafe.Pointer(maskWords(obj)))) }

// HasBitmap reports whether Bitmap tells the pointers of the objects; if not,
// Type does.
//
//go:nosplit
func (s *Span) HasBitmap() bool { return s.hasBitmap() }

// Type returns the type of object i: of the object or of the elements of which
// it is an array.
//
//go:nosplit
func (s *Span) Type(i uintptr) *abi.Type { return *s.typeSlot(i) }

func (s *Span) setType(i uintptr, typ *abi.Type) {
	if typ.TFlag&abi.TFlagGCMaskOnDemand != 0 {
		Mask(typ) // now: the collector must not allocate
	}
	*s.typeSlot(i) = typ
}

// IsPointer reports whether the word at off in object i, at obj, is a pointer.
func (s *Span) IsPointer(obj, i, off uintptr) bool {
	if s.hasBitmap() {
		return Bitmap(obj, s.ElemSize/8)>>(off/8)&1 != 0
	}
	t := s.Type(i)
	off %= t.Size_
	if off >= t.PtrBytes {
		return false
	}
	return *(*byte)(unsafe.Add(unsafe.Pointer(Mask(t)), off/64))>>(off/8%8)&1 != 0
}

// Mask returns the pointer mask of a type, a bit per word. Types with very
// large masks, and some made by reflection, have it built here.
func Mask(t *abi.Type) *byte {
	if t.TFlag&abi.TFlagGCMaskOnDemand == 0 {
		return t.GCData
	}
	slot := (**byte)(unsafe.Pointer(t.GCData))
	if *slot == nil {
		buildMask(t, slot)
	}
	return *slot
}

var maskLock task.Mutex

func buildMask(t *abi.Type, slot **byte) {
	mp := task.Acquirem()
	old := mp.ArgP
	mp.ArgP[0], mp.ArgP[1] = unsafe.Pointer(t), unsafe.Pointer(slot)
	task.Systemstack(buildMask1)
	mp.ArgP = old
	task.Releasem(mp)
}

func buildMask1() {
	mp := task.Getg().M
	t, slot := (*abi.Type)(mp.ArgP[0]), (**byte)(mp.ArgP[1])
	task.Lock(&maskLock)
	if *slot == nil {
		m := (*byte)(page.Persistent((t.PtrBytes/8+63)/64*8, 8))
		addMask(m, 0, t)
		*slot = m
	}
	task.Unlock(&maskLock)
}

// addMask sets the bits of a value of type t at offset off.
func addMask(m *byte, off uintptr, t *abi.Type) {
	if t.PtrBytes == 0 {
		return
	}
	if t.TFlag&abi.TFlagGCMaskOnDemand == 0 {
		for i := uintptr(0); i < t.PtrBytes/8; i++ {
			if *(*byte)(unsafe.Add(unsafe.Pointer(t.GCData), i/8))>>(i%8)&1 != 0 {
				at := off/8 + i
				*(*byte)(unsafe.Add(unsafe.Pointer(m), at/8)) |= 1 << (at % 8)
			}
		}
		return
	}
	switch t.Kind_ {
	case abi.Array:
		a := (*abi.ArrayType)(unsafe.Pointer(t))
		for i := uintptr(0); i < a.Len; i++ {
			addMask(m, off+i*a.Elem.Size_, a.Elem)
		}
	case abi.Struct:
		st := (*abi.StructType)(unsafe.Pointer(t))
		for i := range st.Fields {
			addMask(m, off+st.Fields[i].Offset, st.Fields[i].Typ)
		}
	}
}
