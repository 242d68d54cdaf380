//go:build strata

package gc

import (
	"internal/runtime/atomic"
	"runtime/internal/heap"
	"runtime/internal/page"
	"runtime/internal/task"
	"unsafe"
)

// Weak pointers. A handle is a word that holds an object's address, hidden
// from the collector; a record of the object keeps the handle and clears it when the object dies. There is
// one handle per address, so that weak pointers can be compared.

const handleSize = 16 // too large to share a block with others

//go:linkname registerWeak weak.runtime_registerWeakPointer
func registerWeak(p unsafe.Pointer) unsafe.Pointer {
	escape(p)
	if heap.SpanOf(uintptr(p)) == nil {
		return immortal(p)
	}
	for {
		if sp := heap.FindSpecial(uintptr(p), heap.KindWeak); sp != nil {
			return sp.Ref
		}
		h := heap.Malloc(handleSize, nil, true)
		*(*uintptr)(h) = uintptr(p)
		if heap.AddSpecial(uintptr(p), heap.KindWeak, true, h, 0, 0, 0) {
			return h
		}
	}
}

//go:linkname strongFromWeak weak.runtime_makeStrongFromWeak
func strongFromWeak(h unsafe.Pointer) unsafe.Pointer {
	if h == nil {
		return nil
	}
	// No collection can start until the pointer is in a variable of the caller.
	mp := task.Acquirem()
	p := atomic.Loaduintptr((*uintptr)(h))
	if p != 0 {
		heap.EnsureSwept(p) // if the object is dead, this clears the handle
		p = atomic.Loaduintptr((*uintptr)(h))
		if atomic.Load(&Marking) != 0 {
			WorkOf(mp.P).Shade(p) // it may not have been reachable otherwise
		}
	}
	task.Releasem(mp)
	return unsafe.Pointer(p)
}

// immortal returns the handle of something that is not in the heap and so
// lives for ever. Handles are found by a table of lists.
func immortal(p unsafe.Pointer) unsafe.Pointer {
	bucket := &immortals[(uintptr(p)>>3)%uintptr(len(immortals))]
	task.Lock(&immortalLock)
	h := *bucket
	for h != nil && h.p != uintptr(p) {
		h = h.next
	}
	if h == nil {
		h = (*immortalHandle)(page.Persistent(unsafe.Sizeof(immortalHandle{}), 8))
		h.p, h.next = uintptr(p), *bucket
		*bucket = h
	}
	task.Unlock(&immortalLock)
	return unsafe.Pointer(h)
}

type immortalHandle struct {
	p    uintptr
	next *immortalHandle
}

var (
	immortalLock task.Mutex
	immortals    [64]*immortalHandle
)
