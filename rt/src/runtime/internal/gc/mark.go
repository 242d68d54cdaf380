//go:build strata

package gc

import (
	"internal/abi"
	"internal/runtime/atomic"
	"math/bits"
	"runtime/internal/heap"
	"runtime/internal/kernel"
	"runtime/internal/page"
	"unsafe"
)

// parallel is true while several workers mark: marks are set atomically.
var parallel bool

// Check makes marking die at a pointer that a map promised to be good but
// that points to a free object.
var Check bool

// markExact marks the object that p points to, if it points into the heap.
func markExact(w unsafe.Pointer, p uintptr) {
	if p-page.Base < page.Reserved {
		(*Work)(w).mark(p)
	}
}

// markMaybe is markExact for words that may not be pointers.
func markMaybe(w unsafe.Pointer, p uintptr) {
	if p-page.Base < page.MappedEnd()-page.Base {
		(*Work)(w).mark(p)
	}
}

// mark makes the object that p points into grey, or black if it has no
// pointers.
func (w *Work) mark(p uintptr) {
	obj, s, i := heap.FindObject(p)
	if obj == 0 {
		return
	}
	word, bit := s.MarkWord(i), uint64(1)<<(i%64)
	if *word&bit != 0 {
		return
	}
	if parallel {
		if atomic.Or64(word, bit)&bit != 0 {
			return
		}
	} else {
		*word |= bit
	}
	w.bytes += uint64(s.ElemSize)
	w.objects++
	if !s.Class.NoScan() {
		w.put(obj)
	}
}

// drain follows pointers until there is no grey object left that this worker
// can get at.
func (w *Work) drain() {
	for n := 1; ; n++ {
		obj := w.get()
		if obj == 0 {
			return
		}
		w.scanObject(obj, heap.SpanOf(obj))
		if parallel && n%shareEvery == 0 {
			w.offer()
		}
	}
}

// scanObject marks what the object at obj points to.
func (w *Work) scanObject(obj uintptr, s *heap.Span) {
	if s.HasBitmap() {
		w.scanWords(obj, s.Bitmap(obj))
		return
	}
	t := s.Type(s.Index(obj))
	if t == nil {
		kernel.Throw("gc: object without a type")
	}
	w.scanArray(obj, s.ElemSize, t)
}

// scanWords marks what those of the 64 words from p on point to whose bits are
// set.
func (w *Work) scanWords(p uintptr, mask uint64) {
	for mask != 0 {
		at := p + uintptr(bits.TrailingZeros64(mask))*8
		mask &= mask - 1
		if v := *(*uintptr)(unsafe.Pointer(at)); v-page.Base < page.Reserved {
			w.mark(v)
		}
	}
}

// scanArray marks what the values of type t in size bytes from p on point to.
// The memory behind the last value is zero.
func (w *Work) scanArray(p, size uintptr, t *abi.Type) {
	mask := heap.Mask(t)
	for end := p + size; p < end; p += t.Size_ {
		w.scanMask(p, min(t.PtrBytes, end-p), mask)
	}
}

// scanMask marks what n bytes from p on point to, of which mask tells the
// pointers.
func (w *Work) scanMask(p, n uintptr, mask *byte) {
	words := n / 8
	for i := uintptr(0); i < words; i += 8 {
		b := uint64(*(*byte)(unsafe.Add(unsafe.Pointer(mask), i/8)))
		if left := words - i; left < 8 {
			b &= 1<<left - 1
		}
		if b != 0 {
			w.scanWords(p+i*8, b)
		}
	}
}

// scanRange is scanMask for memory all of whose words may be pointers.
func (w *Work) scanRange(p, end uintptr) {
	for ; p < end; p += 8 {
		if v := *(*uintptr)(unsafe.Pointer(p)); v-page.Base < page.Reserved {
			w.mark(v)
		}
	}
}
