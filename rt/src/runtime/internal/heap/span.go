//go:build strata

// Package heap allocates objects of the collected heap.
//
// Pages are grouped into spans; a span holds objects of one size class, with
// or without pointers, or one large object. Each P caches a span of every
// class, from which it allocates without locks; full spans are exchanged at
// the class's central list. What a collection did not mark is found free when
// its span is swept, which happens when the span is about to be used, or in the background.
//
// Where an object's pointers are, is told for objects of up to 512 bytes by a
// bitmap at the end of their span, for larger ones by a table of types in the
// span's record. Spans' records lie outside the heap.
package heap

import (
	"internal/abi"
	"internal/runtime/sys"
	"math/bits"
	"runtime/internal/page"
	"runtime/internal/task"
	"unsafe"
)

const (
	pageSize  = page.Size
	pageShift = page.Shift

	maxBitmapSize = 512 // objects up to this size have a bitmap
	bitmapBytes   = pageSize / 8 / 8
)

// A SpanClass is a size class, doubled, plus 1 for objects without pointers.
type SpanClass uint8

const numSpanClasses = 2 * NumClasses

// NoScan reports whether objects of the class hold no pointers.
func (c SpanClass) NoScan() bool { return c&1 != 0 }

// A Span is a run of pages with objects of one size. What marking needs stands
// in the record's first cache line.
type Span struct {
	Base      uintptr
	Limit     uintptr // end of the last object
	ElemSize  uintptr
	scanIndex uintptr    // freeIndex as marking may see it: objects below are complete
	alloc     *[1]uint64 // bits by object index, in memory behind this record
	mark      *[1]uint64
	magic     uint32 // ceil(2^32 / ElemSize): division by multiplication
	Class     SpanClass
	NeedZero  bool   // free objects hold garbage
	InUse     bool   // for objects; false once its pages are free
	SweepGen  uint32 // see sweep.go
	queued    uint32 // waits for being scanned, see due.go

	NPages uintptr
	NElems uintptr
	types  *[1]*abi.Type // behind the bits: the type of each object, in spans that need them

	// Allocation. Objects below freeIndex are in use. From there on, those with a bit in alloc are. freeCache holds the
	// complement of the alloc bits from freeIndex&^63 on, shifted so that bit 0 stands for freeIndex.
	freeIndex uintptr
	freeCache uint64
	Allocated uintptr // objects in use
	cached    uintptr // Allocated when a cache took the span

	next, prev *Span
	list       *spanList

	specials     *Special // ordered by Offset, then Kind
	specialHint  *Special // one of them, found last
	specialNext  *Span    // in the list of all spans that have specials
	specialPrev  *Span
	specialsLock task.Mutex
}

const recordSize = (unsafe.Sizeof(Span{}) + 63) &^ 63

// spans maps page numbers from page.Base on to spans; nil for free pages and
// those of large stacks.
var spans *[1 << 36]*Span

// SpanOf returns the span at p, or nil.
//
//go:nosplit
func SpanOf(p uintptr) *Span {
	off := p - page.Base
	if off >= page.Reserved {
		return nil
	}
	return spans[off>>pageShift]
}

// Index returns the number of the object that p points into.
//
//go:nosplit
func (s *Span) Index(p uintptr) uintptr {
	if s.magic == 0 {
		return 0 // one large object
	}
	return uintptr(uint64(p-s.Base) * uint64(s.magic) >> 32)
}

// Object returns the address of object i.
//
//go:nosplit
func (s *Span) Object(i uintptr) uintptr { return s.Base + i*s.ElemSize }

// FindObject returns the object that p points into, its span and number; 0
// when p does not point to an object in use.
//
//go:nosplit
func FindObject(p uintptr) (obj uintptr, s *Span, i uintptr) {
	s = SpanOf(p)
	if s == nil || p < s.Base || p >= s.Limit {
		return 0, nil, 0
	}
	i = s.Index(p)
	if s.IsFree(i) {
		return 0, nil, 0
	}
	return s.Base + i*s.ElemSize, s, i
}

// IsFree reports whether object i is not in use.
//
//go:nosplit
func (s *Span) IsFree(i uintptr) bool {
	if i < s.freeIndex {
		return false
	}
	return *word(s.alloc, i)>>(i%64)&1 == 0
}

// SpanAt is SpanOf for addresses that are known to be the heap's.
//
//go:nosplit
func SpanAt(p uintptr) *Span { return spans[(p-page.Base)>>pageShift] }

// PrefetchMark gets the mark of the object at p on its way into the processor's cache.
//
//go:nosplit
func PrefetchMark(p uintptr) {
	s := uintptr(unsafe.Pointer(SpanAt(p)))
	sys.Prefetch(s)
	sys.Prefetch(s + recordSize) // the bits, or the first of them
}

// Complete reports whether marking beside the program may look at object i. While an object is being allocated, its
// memory and the record of its pointers may still be what they were before.
//
//go:nosplit
func (s *Span) Complete(i uintptr) bool {
	return i < s.scanIndex || *word(s.alloc, i)>>(i%64)&1 != 0
}

// publish makes the object taken last visible to marking. Stores become visible
// in order on this architecture, and the compiler keeps them in order.
//
//go:nosplit
func (s *Span) publish() { s.scanIndex = s.freeIndex }

// word returns the word with bit i of a bitmap.
//
//go:nosplit
func word(b *[1]uint64, i uintptr) *uint64 {
	return (*uint64)(unsafe.Add(unsafe.Pointer(b), i/64*8))
}

// Marked reports whether object i is marked.
//
//go:nosplit
func (s *Span) Marked(i uintptr) bool { return *word(s.mark, i)>>(i%64)&1 != 0 }

// MarkWord returns the word with the mark bit of object i.
//
//go:nosplit
func (s *Span) MarkWord(i uintptr) *uint64 { return word(s.mark, i) }

// typeSlot is where the type of object i is kept.
//
//go:nosplit
func (s *Span) typeSlot(i uintptr) **abi.Type {
	return (**abi.Type)(unsafe.Add(unsafe.Pointer(s.types), i*8))
}

// hasBitmap reports whether the objects' pointers are told by a bitmap.
//
//go:nosplit
func (s *Span) hasBitmap() bool { return s.ElemSize <= maxBitmapSize }

// nextFree returns the number of the next free object, or NElems. It does not
// take the object.
//
//go:nosplit
func (s *Span) nextFree() uintptr {
	i := s.freeIndex
	for i < s.NElems {
		if n := uintptr(bits.TrailingZeros64(s.freeCache)); n < 64 {
			i += n
			if i >= s.NElems {
				break
			}
			s.freeCache >>= n
			s.freeIndex = i
			return i
		}
		i = i&^63 + 64
		if i >= s.NElems {
			break
		}
		s.freeCache = ^*word(s.alloc, i)
	}
	s.freeIndex = s.NElems
	return s.NElems
}

// take takes object i, which nextFree returned.
//
//go:nosplit
func (s *Span) take(i uintptr) {
	s.freeIndex = i + 1
	s.Allocated++
	s.freeCache >>= 1
	if s.freeIndex%64 == 0 && s.freeIndex < s.NElems {
		s.freeCache = ^*word(s.alloc, s.freeIndex)
	}
}

// Span records with their bitmaps come in a few sizes, each with a free list.
const (
	auxStep    = 8 // words
	auxClasses = 7
)

var records [auxClasses]page.Fixed

func (s *Span) auxWords() uintptr {
	n := (s.NElems + 63) / 64 * 2
	if s.hasTypes() {
		n += s.NElems
	}
	if s.hasScanned() {
		n += (s.NElems + 63) / 64
	}
	return n
}

func initRecords() {
	for i := range records {
		records[i].Size = recordSize + uintptr(i)*auxStep*8
	}
}

// hasTypes reports whether a span of the class keeps the types of its objects.
func (s *Span) hasTypes() bool { return !s.Class.NoScan() && s.ElemSize > maxBitmapSize }

// newSpan makes the record of a span and enters it in the page table. The
// heap's lock is held.
func newSpan(base, npages uintptr, class SpanClass, clean bool) *Span {
	elem := uintptr(ClassSize[class>>1])
	n := uintptr(1)
	if elem == 0 {
		elem = npages << pageShift
	} else {
		usable := npages << pageShift
		if !class.NoScan() && elem <= maxBitmapSize {
			usable -= bitmapBytes
		}
		n = usable / elem
	}
	aux := (&Span{ElemSize: elem, NElems: n, Class: class}).auxWords()
	s := (*Span)(records[(aux+auxStep-1)/auxStep].Alloc())
	s.Base, s.NPages, s.Class, s.NeedZero = base, npages, class, !clean
	s.ElemSize, s.NElems = elem, n
	s.Limit = base + n*elem
	if class>>1 != 0 {
		s.magic = ^uint32(0)/uint32(elem) + 1
	}
	nbits := (n + 63) / 64 * 8
	p := unsafe.Add(unsafe.Pointer(s), recordSize)
	s.alloc = (*[1]uint64)(p)
	s.mark = (*[1]uint64)(unsafe.Add(p, nbits))
	s.types = (*[1]*abi.Type)(unsafe.Add(p, 2*nbits))
	s.freeCache = ^uint64(0)
	s.SweepGen = SweepGen
	s.InUse = true
	if s.hasBitmap() && !class.NoScan() && !clean {
		task.MemclrNoHeapPointers(unsafe.Pointer(base+npages<<pageShift-bitmapBytes), bitmapBytes)
	}
	s.enter()
	return s
}

// enter puts the span into the page table.
func (s *Span) enter() {
	first := (s.Base - page.Base) >> pageShift
	for i := uintptr(0); i < s.NPages; i++ {
		spans[first+i] = s
	}
}

// leave takes it out.
func (s *Span) leave() {
	first := (s.Base - page.Base) >> pageShift
	for i := uintptr(0); i < s.NPages; i++ {
		spans[first+i] = nil
	}
}

// freeRecord takes the span out of the page table. The heap's lock is held.
func (s *Span) freeRecord() {
	s.InUse = false
	s.leave()
	aux := s.auxWords()
	records[(aux+auxStep-1)/auxStep].Free(unsafe.Pointer(s))
}
