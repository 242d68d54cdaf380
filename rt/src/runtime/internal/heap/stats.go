//go:build strata

package heap

import (
	"internal/runtime/atomic"
	"runtime/internal/page"
	"runtime/internal/task"
	"unsafe"
)

// memProfileRate is the program's runtime.MemProfileRate: the mean number of
// bytes between two profiled allocations; 0 for none, 1 for all.
//
//go:linkname memProfileRate runtime.MemProfileRate
var memProfileRate int

// sampleDue reports whether the last allocation, of the class, has to be shown to
// the memory profile, or the rate has changed.
func (c *Cache) sampleDue(class SpanClass) bool {
	return (c.nextSample[class] < 0 || c.runs.Rate != memProfileRate) && Sampled != nil
}

// NextSample tells the running P's cache at what rate the profile samples. draw chooses after how many bytes to show
// it the next allocation of the class, or of each class if the rate is new. It returns the rate that the cache knew.
func NextSample(mp *task.M, rate int, class SpanClass, draw func(rate int) int64) (old int) {
	c := cacheOf(mp)
	old = c.runs.Rate
	if rate == old {
		c.nextSample[class] = draw(rate)
		return old
	}
	c.CutRuns()
	c.runs.Rate = rate
	for i := range c.nextSample {
		c.nextSample[i] = draw(rate)
	}
	return old
}

// Stats are the heap's counters. Bytes count whole size-class slots.
type Stats struct {
	AllocBytes, FreeBytes     uint64
	AllocObjects, FreeObjects uint64 // not counting tiny objects
	TinyAllocs                uint64 // objects that share a block
	LargeAllocBytes           uint64
	LargeFreeBytes            uint64
	Allocs, Frees             [NumClasses]uint64
	Page                      page.Stats
	SpanInUse                 uintptr // bytes of span records
	SpecialsInUse             uintptr
	CachesInUse               uintptr
}

// ReadStats fills st. The counters are exact while the world is stopped.
func ReadStats(st *Stats) {
	*st = Stats{}
	for c := firstCache(); c != nil; c = c.next {
		c.count(&st.Allocs)
		st.TinyAllocs += c.runs.TinyAllocs
		st.LargeAllocBytes += c.largeBytes
		st.CachesInUse += unsafe.Sizeof(Cache{})
	}
	for i := range frees {
		st.Frees[i] = atomic.Load64(&frees[i])
		st.AllocObjects += st.Allocs[i]
		st.FreeObjects += st.Frees[i]
		st.AllocBytes += st.Allocs[i] * uint64(ClassSize[i])
		st.FreeBytes += st.Frees[i] * uint64(ClassSize[i])
	}
	st.LargeFreeBytes = atomic.Load64(&largeFreed)
	st.AllocBytes += st.LargeAllocBytes
	st.FreeBytes += st.LargeFreeBytes
	st.Page = page.ReadStats()
	for i := range records {
		st.SpanInUse += records[i].InUse * records[i].Size
	}
	st.SpecialsInUse = specialAlloc.InUse * specialAlloc.Size
}
