//go:build strata

package heap

import (
	"internal/runtime/atomic"
	"math/bits"
	"runtime/internal/race"
	"runtime/internal/task"
	"unsafe"
)

// Small objects are taken from runs (task.FreeRun): neighbours that were free in the class's span. All of a run counts
// as taken in the span's record; what was not allocated goes back when the run is cut. That happens before
// anybody looks at the record with the world stopped: when marking begins and when it ends.

const (
	maxRunSize  = maxBitmapSize // larger objects are taken one by one
	maxRunBytes = 2048          // is cleared at once: not much more than is soon used

	_ = uint(task.NumRuns-numSpanClasses) + uint(numSpanClasses-task.NumRuns) // they are the same

	tinySize  = 16
	tinyClass = SpanClass(2<<1 | 1)
)

// newScan returns an object of a class with pointers: size is the class's. Compiled code calls it where it knows the type.
//
//go:linkname newScan runtime.newscan
//go:nosplit
//go:noinline
func newScan(size, class uintptr, mask uint64) unsafe.Pointer {
	runs := task.Getg().M.Runs
	r := (*task.FreeRun)(unsafe.Add(unsafe.Pointer(runs), class*unsafe.Sizeof(task.FreeRun{})))
	p := r.Next
	if p+size > r.End || runs.Rate != memProfileRate {
		return newSlow(class, mask, 0)
	}
	r.Next = p + size
	w, off := maskWords(p), p>>3&63 // setMask, without a call
	w[0] |= mask << off
	if high := mask >> 1 >> (63 - off); high != 0 {
		w[1] |= high
	}
	return unsafe.Pointer(p)
}

// newPlain is newScan for a class without pointers.
//
//go:linkname newPlain runtime.newplain
//go:nosplit
//go:noinline
func newPlain(size, class uintptr) unsafe.Pointer {
	runs := task.Getg().M.Runs
	r := (*task.FreeRun)(unsafe.Add(unsafe.Pointer(runs), class*unsafe.Sizeof(task.FreeRun{})))
	p := r.Next
	if p+size > r.End || runs.Rate != memProfileRate {
		return newSlow(class, 0, 0)
	}
	r.Next = p + size
	return unsafe.Pointer(p)
}

// newTiny returns a pointer-free object of less than 16 bytes: such objects share
// blocks. align is a power of two.
//
//go:linkname newTiny runtime.newtiny
//go:nosplit
//go:noinline
func newTiny(size, align uintptr) unsafe.Pointer {
	runs := task.Getg().M.Runs
	off := (runs.TinyOffset + align - 1) &^ (align - 1)
	if off+size <= tinySize {
		runs.TinyAllocs++ // the first object is counted with the block
		runs.TinyOffset = off + size
		return unsafe.Pointer(runs.Tiny + off)
	}
	r := &runs.Of[tinyClass]
	p := r.Next
	if p+tinySize > r.End || runs.Rate != memProfileRate {
		return newSlow(uintptr(tinyClass), 0, size)
	}
	r.Next = p + tinySize
	keepTiny(runs, p, size)
	return unsafe.Pointer(p)
}

// keepTiny keeps that of two blocks with more room left.
//
//go:nosplit
func keepTiny(runs *task.Runs, block, used uintptr) {
	if used < runs.TinyOffset {
		runs.Tiny, runs.TinyOffset = block, used
	}
}

// tinyAlign returns how a tiny object is aligned.
//
//go:nosplit
func tinyAlign(size uintptr) uintptr { return 1 << bits.TrailingZeros64(uint64(size)|8) }

// newSlow is what the functions above do when the class's run is used up. tiny is the size of a tiny object.
func newSlow(class uintptr, mask uint64, tiny uintptr) unsafe.Pointer {
	mp := begin()
	c := cacheOf(mp)
	p, refilled := c.fromRun(mp, SpanClass(class))
	if mask != 0 {
		setMask(p, mask)
	}
	if tiny != 0 {
		keepTiny(&c.runs, p, tiny)
	}
	obj := unsafe.Pointer(p) // from here on this keeps it alive
	end(mp, c, obj, SpanClass(class), uintptr(ClassSize[class/2]), refilled)
	return obj
}

// fromRun takes an object from the class's run, which it fills if it is empty.
func (c *Cache) fromRun(mp *task.M, class SpanClass) (p uintptr, refilled bool) {
	r := &c.runs.Of[class]
	if r.Next == r.End {
		refilled = c.fillRun(mp, class)
	}
	p = r.Next
	r.Next += uintptr(ClassSize[class/2])
	return p, refilled
}

// fillRun makes the next free objects of the class's span its run.
func (c *Cache) fillRun(mp *task.M, class SpanClass) (refilled bool) {
	c.spans[class].publish()
	s, i, refilled := c.ready(mp, class)
	n := c.runLimit(s, i)
	s.takeRun(i, n)
	size := n * s.ElemSize
	c.nextSample[class] -= int64(size)
	p := s.Base + i*s.ElemSize
	if race.Enabled {
		race.Clear(p, size)
	}
	if s.NeedZero {
		task.MemclrNoHeapPointers(unsafe.Pointer(p), size)
		if !class.NoScan() {
			clearMasks(p, p+size)
		}
	}
	if AllocateMarked {
		if s.hasScanned() {
			atomic.Or64(s.scanned(i), runBits(i, n))
		}
		atomic.Or64(s.MarkWord(i), runBits(i, n))
	}
	c.runs.Of[class] = task.FreeRun{Next: p, End: p + size}
	return refilled
}

// runLimit returns how many objects, from the free object i on, are to be a run.
func (c *Cache) runLimit(s *Span, i uintptr) uintptr {
	if CollectAlways {
		return 1
	}
	n := min(uintptr(bits.TrailingZeros64(^s.freeCache)), s.NElems-i)
	if n*s.ElemSize > maxRunBytes {
		n = maxRunBytes / s.ElemSize
	}
	// The object that the profile samples is taken alone.
	if left := c.nextSample[s.Class]; int64(n*s.ElemSize) > left {
		n = max(1, min(n, uintptr(max(left, 0))/s.ElemSize))
	}
	return n
}

// runBits are the bits of the n objects from i on in their word of a bitmap.
func runBits(i, n uintptr) uint64 { return ^uint64(0) >> (64 - n) << (i % 64) }

// takeRun takes the n free objects from i on. They have their bits in one word.
func (s *Span) takeRun(i, n uintptr) {
	s.freeIndex = i + n
	s.Allocated += n
	s.freeCache >>= n
	if s.freeIndex%64 == 0 && s.freeIndex < s.NElems {
		s.freeCache = ^*word(s.alloc, s.freeIndex)
	}
}

// runLen returns how many objects are left in the class's run.
func (c *Cache) runLen(class SpanClass) uintptr {
	r := &c.runs.Of[class]
	if r.Next == r.End {
		return 0
	}
	return (r.End - r.Next) / c.spans[class].ElemSize
}

// cut gives what is left of the class's run back to the span.
func (c *Cache) cut(class SpanClass) {
	s := c.spans[class]
	if n := c.runLen(class); n != 0 {
		i := s.Index(c.runs.Of[class].Next)
		s.freeIndex = i
		s.freeCache = ^*word(s.alloc, i) >> (i % 64)
		s.Allocated -= n
		c.nextSample[class] += int64(n * s.ElemSize)
		if AllocateMarked {
			atomic.And64(s.MarkWord(i), ^runBits(i, n))
		}
	}
	c.runs.Of[class] = task.FreeRun{}
	s.publish()
}

// CutRuns ends all runs, and the sharing of the present block of tiny objects. The world is stopped, or c is the running
// P's and nobody else uses it.
func (c *Cache) CutRuns() {
	for i := range c.spans {
		if c.spans[i] != &emptySpans[i] {
			c.cut(SpanClass(i))
		}
	}
	c.runs.Tiny, c.runs.TinyOffset = 0, tinySize
}
