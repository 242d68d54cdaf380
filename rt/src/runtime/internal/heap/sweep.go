//go:build strata

package heap

import (
	"internal/runtime/atomic"
	"math/bits"
	"runtime/internal/kernel"
	"runtime/internal/task"
	"unsafe"
)

// Sweeping. A collection leaves the marks of all spans set and adds 2 to
// SweepGen: the lists of swept spans become those of unswept ones. Whoever
// takes a span out of an unswept list owns it and sweeps it: the marks become
// the new alloc bits. A span whose SweepGen lags behind is not swept yet; if it
// is in no list, somebody is sweeping it. Caches hold only swept spans: a
// collection flushes them. All sweeping must be done before the next mark phase.

// SweepGen is the generation of swept spans.
var SweepGen uint32 = 2

// Poison makes sweeping overwrite dead objects.
var Poison bool

const poisonWord = 0xdeaddeaddeaddead

var (
	sweepClass uint32 // classes below have no unswept spans
	frees      [NumClasses]uint64
	largeFreed uint64
)

// Sweeping in proportion: whoever takes a span to allocate from first sweeps as
// much as keeps the number of swept pages in proportion to what has been
// allocated since the sweep phase began, so that all is swept when the next collection starts.
var (
	pagesInUse  uint64 // of spans
	pagesSwept  uint64 // in this phase
	sweepBasis  uint64 // Live when it began
	sweepFactor float64
)

// StartSweep begins a sweep phase. The world is stopped, caches are flushed,
// and the last sweep phase is over. rate gets the number of pages in use and
// returns how many to sweep per byte allocated.
func StartSweep(rate func(pages uint64) float64) {
	SweepGen += 2
	pagesSwept = 0
	sweepBasis = Live
	sweepFactor = rate(pagesInUse)
	atomic.Store(&sweepClass, 0)
}

// paySweep sweeps what is due before n bytes are allocated. On the system stack
// only.
func paySweep(n uintptr) {
	if SweepDone() {
		return
	}
	due := sweepFactor * float64(int64(atomic.Load64(&Live)-sweepBasis)+int64(n))
	for float64(atomic.Load64(&pagesSwept)) < due && SweepOne() != 0 {
	}
}

// SweepDone reports whether no unswept span is left in a list; some may still
// be being swept.
func SweepDone() bool { return atomic.Load(&sweepClass) >= numSpanClasses }

// SweepOne sweeps one span and returns the number of its pages, or 0 when
// there is none left. On the system stack only.
func SweepOne() uintptr {
	for {
		class := atomic.Load(&sweepClass)
		if class >= numSpanClasses {
			return 0
		}
		c := &centrals[class]
		unswept := 1 - sweptList()
		task.Lock(&c.lock)
		s := c.partial[unswept].pop()
		if s == nil {
			s = c.full[unswept].pop()
		}
		task.Unlock(&c.lock)
		if s == nil {
			atomic.Cas(&sweepClass, class, class+1)
			continue
		}
		n := s.NPages
		atomic.Xadd(&sweepers, 1)
		if s.sweep(false) {
			c.put(s)
		}
		atomic.Xadd(&sweepers, -1)
		return n
	}
}

var sweepers uint32 // spans being swept by SweepOne

// SweepAll sweeps what is left and waits for others that sweep. On the system
// stack only.
func SweepAll() {
	for SweepOne() != 0 {
	}
	for atomic.Load(&sweepers) != 0 {
		kernel.SchedYield()
	}
}

// ensureSwept returns when s is swept, by itself or by somebody else, or has been given back
// since no object was left: then its record may stand for other pages by now, which are swept
// as well. On the system stack only.
func ensureSwept(s *Span) {
	for s.InUse && atomic.Load(&s.SweepGen) != SweepGen {
		c := &centrals[s.Class]
		task.Lock(&c.lock)
		l := s.list
		if l != &c.partial[1-sweptList()] && l != &c.full[1-sweptList()] {
			task.Unlock(&c.lock)
			kernel.SchedYield() // somebody is at it
			continue
		}
		l.remove(s)
		task.Unlock(&c.lock)
		if s.sweep(true) {
			c.put(s)
		}
	}
}

// sweep frees the objects of s that are not marked. If none is left, it gives
// the span back, unless keep, and returns false.
func (s *Span) sweep(keep bool) bool {
	atomic.Xadd64(&pagesSwept, int64(s.NPages))
	if s.specials != nil {
		s.sweepSpecials()
	}
	live := uintptr(0)
	for i := uintptr(0); i < s.NElems; i += 64 {
		live += uintptr(bits.OnesCount64(*word(s.mark, i)))
	}
	freed := s.Allocated - live
	if freed > s.Allocated {
		kernel.Throw("sweep: more objects are marked than were allocated")
	}
	if freed != 0 {
		s.NeedZero = true
		if Poison {
			s.poison()
		}
		atomic.Xadd64(&frees[s.Class>>1], int64(freed))
		if s.magic == 0 {
			atomic.Xadd64(&largeFreed, int64(s.ElemSize))
		}
	}
	if live == 0 && (!keep || s.magic == 0) {
		freeSpan(s)
		return false
	}
	s.Allocated = live
	s.alloc, s.mark = s.mark, s.alloc
	task.MemclrNoHeapPointers(unsafe.Pointer(s.mark), (s.NElems+63)/64*8)
	if s.hasScanned() {
		task.MemclrNoHeapPointers(unsafe.Pointer(s.scanned(0)), (s.NElems+63)/64*8)
	}
	s.freeIndex, s.scanIndex = 0, 0
	s.freeCache = ^*word(s.alloc, 0)
	atomic.Store(&s.SweepGen, SweepGen)
	return true
}

// poison overwrites what this sweep frees.
func (s *Span) poison() {
	for i := uintptr(0); i < s.NElems; i++ {
		if s.IsFree(i) || s.Marked(i) {
			continue
		}
		p := s.Object(i)
		for off := uintptr(0); off < s.ElemSize; off += 8 {
			*(*uint64)(unsafe.Pointer(p + off)) = poisonWord
		}
	}
}
