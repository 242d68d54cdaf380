//go:build strata

package heap

import (
	"internal/runtime/atomic"
	"runtime/internal/kernel"
	"runtime/internal/page"
	"runtime/internal/task"
	"unsafe"
)

// spanList is a doubly linked list of spans.
type spanList struct {
	first *Span
}

func (l *spanList) add(s *Span) {
	s.next, s.prev, s.list = l.first, nil, l
	if l.first != nil {
		l.first.prev = s
	}
	l.first = s
}

func (l *spanList) remove(s *Span) {
	if s.list != l {
		kernel.Throw("heap: span is not in the list")
	}
	if s.prev == nil {
		l.first = s.next
	} else {
		s.prev.next = s.next
	}
	if s.next != nil {
		s.next.prev = s.prev
	}
	s.next, s.prev, s.list = nil, nil, nil
}

func (l *spanList) pop() *Span {
	s := l.first
	if s != nil {
		l.remove(s)
	}
	return s
}

// A central holds the spans of a class that no cache holds. Of each pair of
// lists one is for swept spans and one for those that are still to be swept in
// this cycle; they change roles with each cycle.
type central struct {
	lock    task.Mutex
	partial [2]spanList // with free objects
	full    [2]spanList
	_       [24]byte // a cache line each
}

var centrals [numSpanClasses]central

// sweptList is the index of the lists of swept spans.
func sweptList() uint32 { return SweepGen / 2 % 2 }

// sweepTries bounds how many spans are swept in search of a free object
// before a fresh span is taken.
const sweepTries = 100

// get returns a swept span with free objects, or nil when there is no memory.
// The caller owns it.
func (c *central) get(class SpanClass) *Span {
	task.Lock(&c.lock)
	swept := sweptList()
	if s := c.partial[swept].pop(); s != nil {
		task.Unlock(&c.lock)
		return s
	}
	for i := 0; i < sweepTries; i++ {
		s := c.partial[1-swept].pop()
		if s == nil {
			s = c.full[1-swept].pop()
		}
		if s == nil {
			break
		}
		task.Unlock(&c.lock)
		if !s.sweep(true) {
			task.Lock(&c.lock)
			continue
		}
		if s.nextFree() < s.NElems {
			return s
		}
		task.Lock(&c.lock)
		c.full[swept].add(s)
	}
	task.Unlock(&c.lock)
	return allocSpan(uintptr(classPages[class>>1]), class)
}

// put takes a swept span back.
func (c *central) put(s *Span) {
	task.Lock(&c.lock)
	if s.nextFree() < s.NElems {
		c.partial[sweptList()].add(s)
	} else {
		c.full[sweptList()].add(s)
	}
	task.Unlock(&c.lock)
}

// allocSpan takes fresh pages. On the system stack only.
func allocSpan(npages uintptr, class SpanClass) *Span {
	base, clean := page.Alloc(npages)
	if base == 0 {
		return nil
	}
	atomic.Xadd64(&pagesInUse, int64(npages))
	task.Lock(&heapLock)
	s := newSpan(base, npages, class, clean)
	task.Unlock(&heapLock)
	return s
}

// freeSpan gives the pages of a span without objects back.
func freeSpan(s *Span) {
	base, n := s.Base, s.NPages
	task.Lock(&heapLock)
	if s.specialNext != nil || s.specialPrev != nil || specialSpans == s {
		s.unlinkSpecials()
	}
	s.freeRecord()
	task.Unlock(&heapLock)
	atomic.Xadd64(&pagesInUse, -int64(n))
	page.Free(base, n)
}

// heapLock guards span records, the page table, and the list of spans with
// specials.
var heapLock task.Mutex

// Init prepares the heap; afterwards the first thread may allocate.
func Init() {
	page.Init()
	initClasses()
	initRecords()
	spanTable.Reserve(page.Reserved >> pageShift * 8)
	spans = (*[1 << 36]*Span)(unsafe.Pointer(spanTable.Base))
	page.Mapped = mapSpans
	for i := range emptySpans {
		emptySpans[i].Class = SpanClass(i)
	}
	BootCache = NewCache()
	task.M0.Runs = &task.NoRuns
}

// The page table covers all reserved addresses; the part for pages that become usable becomes usable
// before them.
var spanTable page.Table

func mapSpans(addr, size uintptr) { spanTable.Extend((addr + size - page.Base) >> pageShift * 8) }
