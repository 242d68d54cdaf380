//go:build strata

package heap

import (
	"internal/runtime/atomic"
	"runtime/internal/page"
	"runtime/internal/task"
)

// MemProfileRate is the mean number of bytes between two profiled
// allocations; 0 for none, 1 for all.
var MemProfileRate int = 512 << 10

const never = 1 << 62

func firstSample() int64 { return never }

// SetNextSample tells the running P's cache to profile the allocation n bytes
// from now.
func SetNextSample(n int64) {
	mp := task.Acquirem()
	cacheOf(mp).nextSample = n
	task.Releasem(mp)
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
}

// ReadStats fills st; forCaches calls its argument for the cache of every P. The
// counters are exact while the world is stopped.
func ReadStats(st *Stats, forCaches func(st *Stats, f func(st *Stats, c *Cache))) {
	*st = Stats{}
	forCaches(st, addCache)
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

func addCache(st *Stats, c *Cache) {
	c.count(&st.Allocs)
	st.TinyAllocs += c.tinyAllocs
	st.LargeAllocBytes += c.largeBytes
}
