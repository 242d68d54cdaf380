//go:build strata

package heap

import (
	"internal/runtime/atomic"
	"math/bits"
	"runtime/internal/design"
	"unsafe"
)

// For marking by spans (gc/spans.go), spans of objects that have a bitmap also keep which objects have been scanned. Of that as of the
// marks nothing is left when a span has been swept. Objects that are born marked are born scanned.

// hasScanned reports whether the span keeps which of its objects have been scanned.
func (s *Span) hasScanned() bool { return design.MarksSpans && !s.Class.NoScan() && s.hasBitmap() }

// scanned returns the word of the bitmap with the bit of object i, which stands behind the two others.
//
//go:nosplit
func (s *Span) scanned(i uintptr) *uint64 {
	return (*uint64)(unsafe.Add(unsafe.Pointer(s), recordSize+((s.NElems+63)/64*2+i/64)*8))
}

// queuedMany is Span.queued of a span in which more than one object became due since it was queued: for a single one it is the
// object's number plus 1.
const queuedMany = ^uint32(0)

// WaitsForMany reports whether the span is in a queue and several of its objects are due.
//
//go:nosplit
func (s *Span) WaitsForMany() bool { return atomic.Load(&s.queued) == queuedMany }

// Queue is told that object i has become due, and reports whether the span was in no queue; it is now. Others may do the
// same if shared is set.
func (s *Span) Queue(i uintptr, shared bool) bool {
	if !shared {
		if s.queued == 0 {
			s.queued = uint32(i) + 1
			return true
		}
		s.queued = queuedMany
		return false
	}
	for {
		switch was := atomic.Load(&s.queued); was {
		case queuedMany:
			return false
		case 0:
			if atomic.Cas(&s.queued, 0, uint32(i)+1) {
				return true
			}
		default:
			if atomic.Cas(&s.queued, was, queuedMany) {
				return false
			}
		}
	}
}

// Unqueue is told that the span has been taken out of its queue. What is marked from now on puts it there again. If only
// one object became due meanwhile it returns that; the caller will scan it.
func (s *Span) Unqueue(shared bool) (i uintptr, single bool) {
	was := s.queued
	if shared {
		was = atomic.Xchg(&s.queued, 0)
	} else {
		s.queued = 0
	}
	if was == queuedMany {
		return 0, false
	}
	i = uintptr(was) - 1
	if bit := uint64(1) << (i % 64); shared {
		atomic.Or64(s.scanned(i), bit)
	} else {
		*s.scanned(i) |= bit
	}
	return i, true
}

// TakeOne takes object i, which is due; others may do the same if shared is set.
func (s *Span) TakeOne(i uintptr, shared bool) bool {
	at, bit := s.scanned(i), uint64(1)<<(i%64)
	if !shared {
		*at |= bit
		return true
	}
	return atomic.Or64(at, bit)&bit == 0
}

// CountDue returns how many objects are marked and not scanned.
func (s *Span) CountDue() uintptr {
	n := 0
	for i := uintptr(0); i < s.NElems; i += 64 {
		n += bits.OnesCount64(atomic.Load64(word(s.mark, i)) &^ atomic.Load64(s.scanned(i)))
	}
	return uintptr(n)
}

// TakeDue returns the bits of those due of the k-th 64 objects, which the caller will scan.
func (s *Span) TakeDue(k uintptr, shared bool) uint64 {
	done := s.scanned(k * 64)
	due := atomic.Load64(word(s.mark, k*64)) &^ atomic.Load64(done)
	if due == 0 {
		return 0
	}
	if shared {
		return due &^ atomic.Or64(done, due)
	}
	*done |= due
	return due
}

// PageWords is the number of words of a page.
const PageWords = pageSize / 8

// PageBitmap returns the bitmap of pointers of the span of one page in which p is.
//
//go:nosplit
func PageBitmap(p uintptr) *[PageWords / 64]uint64 {
	return (*[PageWords / 64]uint64)(unsafe.Pointer((p | (pageSize - 1)) + 1 - bitmapBytes))
}
