//go:build strata

package runtime

import (
	"runtime/internal/gc"
	"runtime/internal/heap"
	"runtime/internal/sched"
	"runtime/internal/stack"
	"runtime/internal/task"
)

// A MemStats records statistics about the memory allocator. All sizes are in
// bytes.
type MemStats struct {
	// Alloc is bytes of allocated heap objects, the same as HeapAlloc.
	Alloc uint64
	// TotalAlloc is cumulative bytes allocated for heap objects.
	TotalAlloc uint64
	// Sys is the total bytes of memory obtained from the OS: the sum of the
	// XSys fields.
	Sys uint64
	// Lookups is always 0.
	Lookups uint64
	// Mallocs and Frees are the cumulative counts of heap objects allocated
	// and freed; the difference is the number of live objects.
	Mallocs uint64
	Frees   uint64

	// HeapAlloc is bytes of objects that are reachable or not yet swept.
	HeapAlloc uint64
	// HeapSys is bytes of heap memory obtained from the OS: address space that
	// has been used, with memory behind it or not.
	HeapSys uint64
	// HeapIdle is bytes in unused spans, HeapInuse in spans with objects.
	HeapIdle  uint64
	HeapInuse uint64
	// HeapReleased is bytes of idle memory returned to the OS.
	HeapReleased uint64
	// HeapObjects is the number of allocated objects.
	HeapObjects uint64

	// StackInuse is bytes of goroutine stacks; StackSys adds thread stacks.
	StackInuse uint64
	StackSys   uint64

	// Memory of the runtime's own records.
	MSpanInuse  uint64
	MSpanSys    uint64
	MCacheInuse uint64
	MCacheSys   uint64
	BuckHashSys uint64
	GCSys       uint64
	OtherSys    uint64

	// NextGC is the target heap size of the next cycle.
	NextGC uint64
	// LastGC is when the last cycle finished, in nanoseconds since 1970.
	LastGC uint64
	// PauseTotalNs is the cumulative time of stop-the-world pauses; PauseNs and
	// PauseEnd are circular buffers of the recent ones, the last at
	// [(NumGC+255)%256].
	PauseTotalNs uint64
	PauseNs      [256]uint64
	PauseEnd     [256]uint64
	// NumGC is the number of completed cycles, NumForcedGC of those that the
	// program asked for.
	NumGC       uint32
	NumForcedGC uint32
	// GCCPUFraction is the fraction of the program's processor time that the
	// collector has used since the start.
	GCCPUFraction float64

	// EnableGC is always true, DebugGC always false.
	EnableGC bool
	DebugGC  bool

	// BySize has counts by size class.
	BySize [61]struct {
		// Size is the largest object of the class.
		Size uint32
		// Mallocs and Frees are cumulative counts of its objects.
		Mallocs uint64
		Frees   uint64
	}
}

// ReadMemStats populates m with memory allocator statistics.
//
// The returned memory allocator statistics are up to date as of the
// call to ReadMemStats. This is in contrast with a heap profile,
// which is a snapshot as of the most recently completed garbage
// collection cycle.
func ReadMemStats(m *MemStats) {
	sched.StopTheWorld(sched.StopReadMemStats)
	statsArg = m
	task.Systemstack(readMemStats)
	statsArg = nil
	sched.StartTheWorld()
}

// Guarded by the stopped world.
var (
	statsArg  *MemStats
	heapStats heap.Stats
	gcStats   gc.Stats
)

func readMemStats() {
	m, h, g := statsArg, &heapStats, &gcStats
	heap.ReadStats(h)
	gc.ReadStats(g)
	m.TotalAlloc = h.AllocBytes
	m.Mallocs = h.AllocObjects + h.TinyAllocs
	m.Frees = h.FreeObjects + h.TinyAllocs
	m.HeapAlloc = h.AllocBytes - h.FreeBytes
	m.Alloc = m.HeapAlloc
	m.HeapObjects = m.Mallocs - m.Frees
	stacks := uint64(stack.InUse())
	work := uint64(gc.WorkMemory())
	m.HeapInuse = uint64(h.Page.InUse) - min(stacks+work, uint64(h.Page.InUse))
	m.HeapSys = uint64(h.Page.Mapped) - min(stacks+work, uint64(h.Page.Mapped))
	m.HeapIdle = m.HeapSys - min(m.HeapInuse, m.HeapSys)
	m.HeapReleased = uint64(h.Page.Released)
	m.StackInuse = stacks
	m.StackSys = stacks
	m.MSpanInuse = uint64(h.SpanInUse)
	m.MSpanSys = m.MSpanInuse
	m.MCacheInuse = uint64(h.CachesInUse)
	m.MCacheSys = m.MCacheInuse
	meta := uint64(h.Page.Meta)
	m.GCSys = meta - min(meta, m.MSpanSys+m.MCacheSys) + work
	m.OtherSys = uint64(sched.ThreadCount()) * (96 << 10)
	m.Sys = m.HeapSys + m.StackSys + m.MSpanSys + m.MCacheSys + m.BuckHashSys + m.GCSys + m.OtherSys
	m.NextGC = g.NextGoal
	m.LastGC = g.LastEnd
	m.PauseTotalNs = g.PauseTotal
	m.PauseNs = g.PauseNs
	m.PauseEnd = g.PauseEnd
	m.NumGC = g.N
	m.NumForcedGC = g.Forced
	if total := sched.CapacityTime(task.Nanotime()); total > 0 {
		m.GCCPUFraction = float64(g.CPU.Busy()) / float64(total)
	}
	m.EnableGC = true
	for i := range m.BySize {
		if i < len(h.Allocs) {
			m.BySize[i].Size = heap.ClassSize[i]
			m.BySize[i].Mallocs = h.Allocs[i]
			m.BySize[i].Frees = h.Frees[i]
		}
	}
}
