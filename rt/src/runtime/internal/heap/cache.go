//go:build strata

package heap

import (
	"internal/runtime/atomic"
	"runtime/internal/design"
	"runtime/internal/kernel"
	"runtime/internal/page"
	"runtime/internal/task"
	"unsafe"
)

// A Cache is a P's store of spans to allocate from, and its counters. Only the
// P's owner touches it, or anybody while the world is stopped. Where the design
// has no Ps with caches it is a thread's, and only lent to the P.
type Cache struct {
	runs  task.Runs // Rate is the rate for which nextSample was chosen
	spans [numSpanClasses]*Span

	taken uintptr // bytes of free objects that came into the cache, until somebody asks (TakeTaken)

	// Bytes of each class until its next profiled allocation, those in runs not counted. One count for all classes would
	// favour objects that are taken one by one: a run is counted at once when it is made.
	nextSample [numSpanClasses]int64

	// Allocations that left the cache, by size class; class 0: large objects. Objects in the present spans, see count.
	allocs     [NumClasses]uint64
	largeBytes uint64

	next *Cache // made before this one
}

// caches are all that there are, the last first.
var caches *Cache

func firstCache() *Cache { return (*Cache)(atomic.Loadp(unsafe.Pointer(&caches))) }

// EachCache calls f for every cache. The world is stopped.
func EachCache(f func(c *Cache)) {
	for c := firstCache(); c != nil; c = c.next {
		f(c)
	}
}

// emptySpans stand in caches for missing spans: they have no objects.
var emptySpans [numSpanClasses]Span

// BootCache serves allocations before there is a P; the first P takes it over (InitP).
var BootCache *Cache

// NewCache returns an empty cache.
func NewCache() *Cache {
	c := (*Cache)(page.Persistent(unsafe.Sizeof(Cache{}), 64))
	for i := range c.spans {
		c.spans[i] = &emptySpans[i]
	}
	c.runs.TinyOffset = tinySize
	for {
		c.next = firstCache()
		if atomic.Casp1((*unsafe.Pointer)(unsafe.Pointer(&caches)), unsafe.Pointer(c.next), unsafe.Pointer(c)) {
			return c
		}
	}
}

// cacheOf returns the cache to allocate from.
//
//go:nosplit
func cacheOf(mp *task.M) *Cache {
	if pp := mp.P; pp != nil && pp.MCache != nil {
		return (*Cache)(pp.MCache)
	}
	if BootCache == nil || havePs {
		kernel.Throw("malloc without a P")
	}
	return BootCache
}

var havePs bool // all allocations need a P

// refill puts a span with free objects in place of the full one. On the system stack only: it takes
// locks. The class stands in the M's Arg[0]; Ret[0] is 0 when there is no memory.
func refill() {
	mp := task.Getg().M
	class := SpanClass(mp.Arg[0])
	c := cacheOf(mp)
	old := c.spans[class]
	if old != &emptySpans[class] {
		c.release(old)
		c.spans[class] = &emptySpans[class]
	}
	paySweep(uintptr(classPages[class>>1]) << pageShift)
	s := centrals[class].get(class)
	if s == nil {
		mp.Ret[0] = 0
		return
	}
	s.cached = s.Allocated
	c.spans[class] = s
	// All free objects of the span count as live from now on: counting each allocation would be slow.
	free := (s.NElems - s.Allocated) * s.ElemSize
	addLive(class, free)
	c.taken += free
	mp.Ret[0] = 1
}

// TakeTaken returns how many bytes of free objects have come into the running
// P's cache since the last call: what its goroutines have allocated, in large steps.
func TakeTaken(mp *task.M) uintptr {
	c := cacheOf(mp)
	n := c.taken
	c.taken = 0
	return n
}

// ForgetTaken makes TakeTaken count from now on. The world is stopped.
func (c *Cache) ForgetTaken() { c.taken = 0 }

// release counts what was allocated from s and gives it back.
func (c *Cache) release(s *Span) {
	c.cut(s.Class)
	c.allocs[s.Class>>1] += uint64(s.Allocated - s.cached)
	if left := (s.NElems - s.Allocated) * s.ElemSize; left != 0 {
		addLive(s.Class, -left) // wraps
	}
	s.cached = s.Allocated
	centrals[s.Class].put(s)
}

// Flush empties the cache. The world is stopped, or c is the running P's and
// this is the system stack.
func (c *Cache) Flush() {
	for i := range c.spans {
		if s := c.spans[i]; s != &emptySpans[i] {
			c.release(s)
			c.spans[i] = &emptySpans[i]
		}
	}
	c.runs.Tiny, c.runs.TinyOffset = 0, tinySize
}

// count adds the cache's allocations to the counters.
func (c *Cache) count(by *[NumClasses]uint64) {
	for i := range c.allocs {
		by[i] += c.allocs[i]
	}
	for i := range c.spans {
		if s := c.spans[i]; s != &emptySpans[i] {
			by[i/2] += uint64(s.Allocated - s.cached - c.runLen(SpanClass(i)))
		}
	}
}

// InitCaches gives a thread the cache that it keeps, in designs in which caches are not the Ps'.
func InitCaches(mp *task.M) {
	if BootCache != nil && !havePs {
		mp.MCache = unsafe.Pointer(BootCache)
		havePs = true
		return
	}
	mp.MCache = unsafe.Pointer(NewCache())
}

// InitP gives a new P its cache.
func InitP(pp *task.P) {
	if !design.HasP {
		return
	}
	if BootCache != nil && !havePs {
		pp.MCache = unsafe.Pointer(BootCache)
		havePs = true
		return
	}
	if pp.MCache == nil {
		pp.MCache = unsafe.Pointer(NewCache())
	}
}

// FreeP empties the cache of a P that goes away; it is used again if the P
// comes back. The world is stopped.
func FreeP(pp *task.P) {
	if c := (*Cache)(pp.MCache); c != nil {
		c.Flush()
	}
}
