//go:build strata

package runtime

import (
	"internal/godebugs"
	"internal/runtime/atomic"
	"runtime/internal/gc"
	"runtime/internal/heap"
	"runtime/internal/sched"
	"runtime/internal/stack"
	"runtime/internal/task"
	"unsafe"
)

// What package runtime/metrics needs. Reading stops the world for a moment, so
// that all values of one Read fit together.

// metricSample and metricValue have the layout of metrics.Sample and metrics.Value.
type metricSample struct {
	name  string
	value metricValue
}

type metricValue struct {
	kind    int
	scalar  uint64
	pointer unsafe.Pointer
}

const (
	metricBad = iota
	metricUint64
	metricFloat64
	metricHistogram
)

// histogram is metrics.Float64Histogram.
type histogram struct {
	counts  []uint64
	buckets []float64
}

// metricState is what the metrics are computed from.
type metricState struct {
	mem      MemStats
	heap     heap.Stats
	gc       gc.Stats
	procs    int32
	capacity int64 // P-nanoseconds since the start
	idle     int64
	gstates  [4]uint64 // goroutines: running, runnable, waiting, not in Go
}

// A metric has one of u, f and h.
type metric struct {
	name string
	u    func(*metricState) uint64
	f    func(*metricState) float64 // seconds
	h    func(*metricState, *histogram)
}

// metricTable has all metrics but those of package internal/godebug, by name.
var metricTable = [...]metric{
	{name: "/cgo/go-to-c-calls:calls", u: func(*metricState) uint64 { return 0 }},
	{name: "/cpu/classes/gc/mark/assist:cpu-seconds", f: func(s *metricState) float64 { return seconds(s.gc.CPU.Assist) }},
	{name: "/cpu/classes/gc/mark/dedicated:cpu-seconds", f: func(s *metricState) float64 { return seconds(s.gc.CPU.Dedicated) }},
	{name: "/cpu/classes/gc/mark/idle:cpu-seconds", f: func(s *metricState) float64 { return seconds(s.gc.CPU.Idle) }},
	{name: "/cpu/classes/gc/pause:cpu-seconds", f: func(s *metricState) float64 { return seconds(s.gc.CPU.Pause) }},
	{name: "/cpu/classes/gc/total:cpu-seconds", f: func(s *metricState) float64 { return seconds(s.gc.CPU.Marking()) }},
	{name: "/cpu/classes/idle:cpu-seconds", f: func(s *metricState) float64 { return seconds(s.idle) }},
	{name: "/cpu/classes/scavenge/assist:cpu-seconds", f: func(s *metricState) float64 { return seconds(s.gc.CPU.ScavengeAllocated) }},
	{name: "/cpu/classes/scavenge/background:cpu-seconds", f: func(s *metricState) float64 { return seconds(s.gc.CPU.ScavengeBackground) }},
	{name: "/cpu/classes/scavenge/total:cpu-seconds", f: func(s *metricState) float64 { return seconds(s.gc.CPU.ScavengeAllocated + s.gc.CPU.ScavengeBackground) }},
	{name: "/cpu/classes/total:cpu-seconds", f: func(s *metricState) float64 { return seconds(s.capacity) }},
	{name: "/cpu/classes/user:cpu-seconds", f: func(s *metricState) float64 {
		return seconds(max(s.capacity-s.idle-s.gc.CPU.Marking()-s.gc.CPU.ScavengeBackground-s.gc.CPU.ScavengeAllocated, 0))
	}},
	{name: "/gc/cleanups/executed:cleanups", u: func(*metricState) uint64 { return gc.ReadQueues().CleanupsRun }},
	{name: "/gc/cleanups/queued:cleanups", u: func(*metricState) uint64 { return gc.ReadQueues().CleanupsQueued }},
	{name: "/gc/cycles/automatic:gc-cycles", u: func(s *metricState) uint64 { return uint64(s.gc.N - s.gc.Forced) }},
	{name: "/gc/cycles/forced:gc-cycles", u: func(s *metricState) uint64 { return uint64(s.gc.Forced) }},
	{name: "/gc/cycles/total:gc-cycles", u: func(s *metricState) uint64 { return uint64(s.gc.N) }},
	{name: "/gc/finalizers/executed:finalizers", u: func(*metricState) uint64 { return gc.ReadQueues().FinalizersRun }},
	{name: "/gc/finalizers/queued:finalizers", u: func(*metricState) uint64 { return gc.ReadQueues().FinalizersQueued }},
	{name: "/gc/gogc:percent", u: func(*metricState) uint64 {
		percent, _, _ := gc.Settings()
		return uint64(int64(percent)) // off is the largest number
	}},
	{name: "/gc/gomemlimit:bytes", u: func(*metricState) uint64 {
		_, limit, _ := gc.Settings()
		return uint64(limit)
	}},
	{name: "/gc/heap/allocs-by-size:bytes", h: func(s *metricState, h *histogram) {
		sizeHistogram(h, &s.heap.Allocs)
	}},
	{name: "/gc/heap/allocs:bytes", u: func(s *metricState) uint64 { return s.heap.AllocBytes }},
	{name: "/gc/heap/allocs:objects", u: func(s *metricState) uint64 { return s.heap.AllocObjects }},
	{name: "/gc/heap/frees-by-size:bytes", h: func(s *metricState, h *histogram) {
		sizeHistogram(h, &s.heap.Frees)
	}},
	{name: "/gc/heap/frees:bytes", u: func(s *metricState) uint64 { return s.heap.FreeBytes }},
	{name: "/gc/heap/frees:objects", u: func(s *metricState) uint64 { return s.heap.FreeObjects }},
	{name: "/gc/heap/goal:bytes", u: func(s *metricState) uint64 { return s.gc.NextGoal }},
	{name: "/gc/heap/live:bytes", u: func(s *metricState) uint64 { return s.gc.LastLive }},
	{name: "/gc/heap/objects:objects", u: func(s *metricState) uint64 { return s.heap.AllocObjects - s.heap.FreeObjects }},
	{name: "/gc/heap/tiny/allocs:objects", u: func(s *metricState) uint64 { return s.heap.TinyAllocs }},
	{name: "/gc/limiter/last-enabled:gc-cycle", u: func(s *metricState) uint64 { return uint64(s.gc.Limited) }},
	{name: "/gc/pauses:seconds", h: func(_ *metricState, h *histogram) { pausesTotal[0].read(h) }},
	{name: "/gc/scan/globals:bytes", u: func(*metricState) uint64 { return globalBytes() }},
	{name: "/gc/scan/heap:bytes", u: func(s *metricState) uint64 { return s.gc.LastScan }},
	{name: "/gc/scan/stack:bytes", u: func(s *metricState) uint64 { return s.gc.LastStacks }},
	{name: "/gc/scan/total:bytes", u: func(s *metricState) uint64 {
		return globalBytes() + s.gc.LastScan + s.gc.LastStacks
	}},
	{name: "/gc/stack/starting-size:bytes", u: func(*metricState) uint64 { return uint64(stack.StartingSize()) }},
	{name: "/memory/classes/heap/free:bytes", u: func(s *metricState) uint64 {
		return s.mem.HeapIdle - min(s.mem.HeapReleased, s.mem.HeapIdle)
	}},
	{name: "/memory/classes/heap/objects:bytes", u: func(s *metricState) uint64 { return s.mem.HeapAlloc }},
	{name: "/memory/classes/heap/released:bytes", u: func(s *metricState) uint64 { return s.mem.HeapReleased }},
	{name: "/memory/classes/heap/stacks:bytes", u: func(s *metricState) uint64 { return s.mem.StackInuse }},
	{name: "/memory/classes/heap/unused:bytes", u: func(s *metricState) uint64 {
		return s.mem.HeapInuse - min(s.mem.HeapAlloc, s.mem.HeapInuse)
	}},
	{name: "/memory/classes/metadata/mcache/free:bytes", u: func(s *metricState) uint64 {
		return s.mem.MCacheSys - s.mem.MCacheInuse
	}},
	{name: "/memory/classes/metadata/mcache/inuse:bytes", u: func(s *metricState) uint64 { return s.mem.MCacheInuse }},
	{name: "/memory/classes/metadata/mspan/free:bytes", u: func(s *metricState) uint64 {
		return s.mem.MSpanSys - s.mem.MSpanInuse
	}},
	{name: "/memory/classes/metadata/mspan/inuse:bytes", u: func(s *metricState) uint64 { return s.mem.MSpanInuse }},
	{name: "/memory/classes/metadata/other:bytes", u: func(s *metricState) uint64 { return s.mem.GCSys }},
	{name: "/memory/classes/os-stacks:bytes", u: func(s *metricState) uint64 { return s.mem.StackSys - s.mem.StackInuse }},
	{name: "/memory/classes/other:bytes", u: func(s *metricState) uint64 { return s.mem.OtherSys }},
	{name: "/memory/classes/profiling/buckets:bytes", u: func(s *metricState) uint64 { return s.mem.BuckHashSys }},
	{name: "/memory/classes/total:bytes", u: func(s *metricState) uint64 {
		m := &s.mem
		objects := m.HeapAlloc + m.HeapInuse - min(m.HeapAlloc, m.HeapInuse) // objects and unused
		idle := m.HeapReleased + m.HeapIdle - min(m.HeapReleased, m.HeapIdle)
		return objects + idle + m.StackSys + m.MSpanSys + m.MCacheSys + m.BuckHashSys + m.GCSys + m.OtherSys
	}},
	{name: "/sched/gomaxprocs:threads", u: func(s *metricState) uint64 { return uint64(s.procs) }},
	{name: "/sched/goroutines-created:goroutines", u: func(*metricState) uint64 { return sched.Created() }},
	{name: "/sched/goroutines/not-in-go:goroutines", u: func(s *metricState) uint64 { return s.gstates[stateSyscall] }},
	{name: "/sched/goroutines/runnable:goroutines", u: func(s *metricState) uint64 { return s.gstates[stateRunnable] }},
	{name: "/sched/goroutines/running:goroutines", u: func(s *metricState) uint64 { return s.gstates[stateRunning] }},
	{name: "/sched/goroutines/waiting:goroutines", u: func(s *metricState) uint64 { return s.gstates[stateWaiting] }},
	{name: "/sched/goroutines:goroutines", u: func(*metricState) uint64 { return uint64(sched.GoCount()) }},
	{name: "/sched/latencies:seconds", h: func(_ *metricState, h *histogram) { schedLatencies.read(h) }},
	{name: "/sched/pauses/stopping/gc:seconds", h: func(_ *metricState, h *histogram) { pausesStopping[0].read(h) }},
	{name: "/sched/pauses/stopping/other:seconds", h: func(_ *metricState, h *histogram) { pausesStopping[1].read(h) }},
	{name: "/sched/pauses/total/gc:seconds", h: func(_ *metricState, h *histogram) { pausesTotal[0].read(h) }},
	{name: "/sched/pauses/total/other:seconds", h: func(_ *metricState, h *histogram) { pausesTotal[1].read(h) }},
	{name: "/sched/threads/total:threads", u: func(*metricState) uint64 { return uint64(sched.ThreadCount()) }},
	{name: "/sync/mutex/wait/total:seconds", f: func(*metricState) float64 { return seconds(sched.MutexWaitNS.Load()) }},
}

const (
	stateRunning = iota
	stateRunnable
	stateWaiting
	stateSyscall
)

func seconds(ns int64) float64 { return float64(ns) / 1e9 }

func globalBytes() uint64 {
	m := &stack.Module
	return uint64(m.EData - m.Data + m.EBSS - m.BSS)
}

// metricsSema is held while metrics are read or registered.
var metricsSema uint32 = 1

// metricsNow is guarded by it.
var metricsNow metricState

//go:linkname readMetrics runtime/metrics.runtime_readMetrics
func readMetrics(samples unsafe.Pointer, n, capacity int) {
	list := unsafe.Slice((*metricSample)(samples), capacity)[:n]
	sched.SemAcquire(&metricsSema)
	s := &metricsNow
	ReadMemStats(&s.mem)
	fillMetricState(s)
	for i := range list {
		readMetric(s, list[i].name, &list[i].value)
	}
	sched.SemRelease(&metricsSema)
}

// fillMetricState completes s, whose mem has just been read.
func fillMetricState(s *metricState) {
	s.mem.BuckHashSys = uint64(prof.bytes)
	s.heap, s.gc = heapStats, gcStats
	s.procs = sched.GoMaxProcs()
	s.capacity = sched.CapacityTime(task.Nanotime())
	s.idle = min(sched.IdleTime(), s.capacity)
	countGoroutines(s)
}

func readMetric(s *metricState, name string, v *metricValue) {
	for i := range metricTable {
		m := &metricTable[i]
		if m.name != name {
			continue
		}
		switch {
		case m.u != nil:
			v.kind, v.scalar = metricUint64, m.u(s)
		case m.f != nil:
			f := m.f(s)
			v.kind, v.scalar = metricFloat64, *(*uint64)(unsafe.Pointer(&f))
		default:
			// A histogram of an earlier reading is used again.
			if v.kind != metricHistogram || v.pointer == nil {
				v.pointer = unsafe.Pointer(new(histogram))
			}
			v.kind = metricHistogram
			m.h(s, (*histogram)(v.pointer))
		}
		return
	}
	if setting, ok := godebugMetric(name); ok {
		v.kind, v.scalar = metricUint64, 0
		if read := godebugReads[setting]; read != nil {
			v.scalar = read()
		}
		return
	}
	v.kind = metricBad
}

// countGoroutines counts goroutines by state. They may change while this goes on.
func countGoroutines(s *metricState) {
	s.gstates = [4]uint64{}
	for i := range sched.NumG() {
		gp := sched.GAt(i)
		if gp.System {
			continue
		}
		switch sched.ReadStatus(gp) &^ task.Gscan {
		case task.Grunning:
			s.gstates[stateRunning]++
		case task.Grunnable, task.Gpreempted:
			s.gstates[stateRunnable]++
		case task.Gwaiting:
			s.gstates[stateWaiting]++
		case task.Gsyscall:
			s.gstates[stateSyscall]++
		}
	}
}

//go:linkname readMetricNames runtime/metrics_test.runtime_readMetricNames
func readMetricNames() []string {
	var names []string
	for i := range metricTable {
		names = append(names, metricTable[i].name)
	}
	for i := range godebugs.All {
		if info := &godebugs.All[i]; !info.Opaque {
			names = append(names, godebugMetricPrefix+info.Name+godebugMetricSuffix)
		}
	}
	return names
}

// Metrics of package internal/godebug: how often a setting made a difference.

const (
	godebugMetricPrefix = "/godebug/non-default-behavior/"
	godebugMetricSuffix = ":events"
)

// godebugReads are the counters registered so far; guarded by metricsSema.
var godebugReads map[string]func() uint64

// godebugMetric returns the setting that a metric counts.
func godebugMetric(name string) (setting string, ok bool) {
	p, s := len(godebugMetricPrefix), len(godebugMetricSuffix)
	if len(name) < p+s || name[:p] != godebugMetricPrefix || name[len(name)-s:] != godebugMetricSuffix {
		return "", false
	}
	setting = name[p : len(name)-s]
	for i := range godebugs.All {
		if info := &godebugs.All[i]; info.Name == setting {
			return setting, !info.Opaque
		}
	}
	return "", false
}

//go:linkname godebug_registerMetric internal/godebug.registerMetric
func godebug_registerMetric(name string, read func() uint64) {
	setting, ok := godebugMetric(name)
	if !ok {
		throw("runtime: unexpected metric registration for " + name)
	}
	sched.SemAcquire(&metricsSema)
	if godebugReads == nil {
		godebugReads = make(map[string]func() uint64)
	}
	godebugReads[setting] = read
	sched.SemRelease(&metricsSema)
}

// Histograms.

// sizeHistogram fills h with counts by size class. A class holds sizes up to
// and including its own, a bucket those below its upper bound: hence the 1.
func sizeHistogram(h *histogram, counts *[heap.NumClasses]uint64) {
	if h.buckets == nil {
		if sizeBuckets == nil {
			b := make([]float64, heap.NumClasses+1)
			b[0] = 1
			for i := 1; i < heap.NumClasses; i++ {
				b[i] = float64(heap.ClassSize[i]) + 1
			}
			b[heap.NumClasses] = inf()
			sizeBuckets = b
		}
		h.buckets = sizeBuckets
		h.counts = make([]uint64, heap.NumClasses)
	}
	for i := 1; i < heap.NumClasses; i++ {
		h.counts[i-1] = counts[i]
	}
	h.counts[heap.NumClasses-1] = counts[0]
}

var sizeBuckets, timeBuckets []float64 // guarded by metricsSema

func inf() float64 {
	bits := uint64(0x7ff) << 52
	return *(*float64)(unsafe.Pointer(&bits))
}

// A timeHistogram counts durations: by power of two of nanoseconds, each of
// which is divided into four, from 64 ns up to about 9 hours.
type timeHistogram struct {
	under, over atomic.Uint64
	counts      [timeHistOctaves * 4]atomic.Uint64
}

const (
	timeHistFirst   = 6
	timeHistOctaves = 40
)

//go:nosplit
func (t *timeHistogram) add(ns int64) {
	if ns < 0 {
		t.under.Add(1)
		return
	}
	i := 0
	if ns >= 1<<timeHistFirst {
		octave := bitLen(uint64(ns)) - 1
		i = (octave-timeHistFirst)*4 + int(ns>>(octave-2)&3) + 1
	}
	if i >= len(t.counts) {
		t.over.Add(1)
		return
	}
	t.counts[i].Add(1)
}

//go:nosplit
func bitLen(v uint64) int {
	n := 0
	for v != 0 {
		n++
		v >>= 1
	}
	return n
}

// read fills h. Its buckets are: below 0, 0 up to 64 ns, ..., the rest.
func (t *timeHistogram) read(h *histogram) {
	if h.buckets == nil {
		if timeBuckets == nil {
			b := make([]float64, 0, len(t.counts)+3)
			b = append(b, -inf(), 0)
			for i := range t.counts {
				octave, quarter := i/4+timeHistFirst, i%4
				b = append(b, float64(uint64(4+quarter)<<(octave-2))/1e9)
			}
			timeBuckets = append(b, inf())
		}
		h.buckets = timeBuckets
		h.counts = make([]uint64, len(h.buckets)-1)
	}
	h.counts[0] = t.under.Load()
	for i := range t.counts {
		h.counts[i+1] = t.counts[i].Load()
	}
	h.counts[len(h.counts)-1] = t.over.Load()
}

// Index 0 is for collections, 1 for other stops of the world.
var (
	pausesStopping, pausesTotal [2]timeHistogram
	schedLatencies              timeHistogram
)

func schedLatency(ns int64) { schedLatencies.add(ns) }

// stopTimes records a stop of the world: how long it took to stop it, and how
// long all together.
func stopTimes(why sched.StopReason, stopping, total int64) {
	i := 1
	if why == sched.StopGC || why == sched.StopGCEnd {
		i = 0
	}
	pausesStopping[i].add(stopping)
	pausesTotal[i].add(total)
}
