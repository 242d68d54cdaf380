//go:build strata

package heap

import (
	"math/bits"
	"runtime/internal/page"
	"runtime/internal/task"
	"unsafe"
)

// Memory that is not collected but freed by hand: stacks. Its spans stand in the page table like others, but Limit is
// Base, so that no address in them is taken for an object's, and InUse is false.

// Marking is true while a collection marks: no span is freed meanwhile, for a marker may just be looking at it.
var Marking bool

// SlotBlock is the size of the spans that Slots cuts up.
const SlotBlock = 32 << 10

// Slots hands out pieces of memory of one size, cut from spans of SlotBlock bytes. A span of which nothing is in use
// goes back to the heap.
type Slots struct {
	size    uintptr // a power of two, at least SlotBlock/64
	lock    task.Mutex
	partial spanList // some slots are free, some in use
	empty   spanList // all are free: emptied while marking
	bytes   uintptr  // of all spans
}

// Init sets the size of slots.
func (l *Slots) Init(size uintptr) { l.size = size }

// Bytes is the memory of all spans.
func (l *Slots) Bytes() uintptr { return l.bytes }

// Alloc stores the addresses of up to len(slots) slots and returns their number; less than that only when there is no
// memory. On the system stack only, like all that follows.
func (l *Slots) Alloc(slots []uintptr) int {
	task.Lock(&l.lock)
	n := 0
	for n < len(slots) {
		s := l.some()
		if s == nil {
			break
		}
		for s.freeCache != 0 && n < len(slots) {
			i := uintptr(bits.TrailingZeros64(s.freeCache))
			s.freeCache &= s.freeCache - 1
			s.Allocated++
			slots[n] = s.Object(i)
			n++
		}
		if s.freeCache == 0 {
			l.partial.remove(s)
		}
	}
	task.Unlock(&l.lock)
	return n
}

// some returns a span with free slots, which is in the list partial.
func (l *Slots) some() *Span {
	s := l.partial.first
	if s != nil {
		return s
	}
	if s = l.empty.pop(); s == nil {
		if s = allocManual(SlotBlock >> pageShift); s == nil {
			return nil
		}
		l.bytes += SlotBlock
		s.ElemSize = l.size
		s.freeCache = l.all()
	}
	l.partial.add(s)
	return s
}

// all is the free bits of a span of which nothing is in use.
func (l *Slots) all() uint64 { return ^uint64(0) >> (64 - SlotBlock/l.size) }

// Free takes slots back.
func (l *Slots) Free(slots []uintptr) {
	task.Lock(&l.lock)
	for _, p := range slots {
		s := SpanOf(p)
		if s.freeCache == 0 {
			l.partial.add(s)
		}
		s.freeCache |= 1 << ((p - s.Base) / l.size)
		s.Allocated--
		if s.freeCache == l.all() {
			l.partial.remove(s)
			if Marking {
				l.empty.add(s)
			} else {
				l.release(s)
			}
		}
	}
	task.Unlock(&l.lock)
}

// Trim gives the spans back that became empty while marking.
func (l *Slots) Trim() {
	task.Lock(&l.lock)
	for !Marking && l.empty.first != nil {
		l.release(l.empty.pop())
		task.Unlock(&l.lock) // the list may be long, and others wait
		task.Lock(&l.lock)
	}
	task.Unlock(&l.lock)
}

func (l *Slots) release(s *Span) {
	l.bytes -= SlotBlock
	freeManual(s)
}

// allocManual returns a span for memory that is freed by hand, or nil when there is no memory.
func allocManual(npages uintptr) *Span {
	base, _ := page.Alloc(npages)
	if base == 0 {
		return nil
	}
	task.Lock(&heapLock)
	s := (*Span)(records[0].Alloc())
	s.Base, s.Limit, s.NPages, s.Class = base, base, npages, 1
	s.enter()
	task.Unlock(&heapLock)
	return s
}

func freeManual(s *Span) {
	base, n := s.Base, s.NPages
	task.Lock(&heapLock)
	s.leave()
	records[0].Free(unsafe.Pointer(s))
	task.Unlock(&heapLock)
	page.Free(base, n)
}
