//go:build strata

// Package gc has what collectors are made of: policies that find the objects
// which the program can still reach, and leave the others to the sweeper (package heap).
//
// A collector is a plan (plan.go), a folder below this one: it says when a cycle begins, what runs beside the program,
// and what happens at the end. The designs choose one, and no other is compiled. Plans share:
//
//   - cycle.go: the record of a cycle, its beginning and its end; stats.go, events.go: what is told of it
//   - roots.go, jobs.go: what marking starts from, in one go or in jobs
//   - mark.go, work.go, gang.go: following pointers, lists of grey objects, marking by several threads of a stopped world
//   - barrier.go: buffers of write barriers
//   - limiter.go, scavenger.go, sweeper.go, forced.go
//   - queue.go (finalizers, cleanups), weak.go
//   - check.go (a second marking that proves the first), leak.go (one that finds goroutines which wait for ever)
//
// When a cycle is due is arithmetic: package pace.
package gc

import (
	"internal/runtime/atomic"
	"runtime/internal/design"
	"runtime/internal/heap"
	"runtime/internal/pace"
	"runtime/internal/page"
	"runtime/internal/sched"
	"runtime/internal/stack"
	"runtime/internal/task"
	"runtime/internal/trace"
)

// Hooks of the layers above.
var (
	// PoolCleanup is called with the world stopped at the start of a cycle.
	PoolCleanup func()
	// CycleDone is called on the system stack at the end of a cycle's stop.
	CycleDone func()
)

// A Pacer is what says when cycles begin: the settings, what is known of past cycles, and the present goal. Changes need the
// world stopped, or sched.GCSema.
type Pacer struct {
	pace.Pacer
	enabled  bool // collections may start
	Goal     uint64
	lastGoal uint64 // of the cycle before
	retained uint64 // bytes of heap memory to keep, set at the end of each cycle
}

var Pacing = Pacer{Pacer: pace.Pacer{Percent: 100, Limit: pace.NoLimit}}

// Init prepares what all collectors share, for this one. Called once, before anything but the first
// thread runs.
func Init(p Plan) {
	plan = p
	initRoots()
	Main = NewWork()
	heap.Collect = allocated
	heap.QueueFinalizer = queueFinalizer
	heap.QueueCleanup = queueCleanup
	Pacing.Globals = globalBytes()
	Pacing.renew(atomic.Load64(&heap.Live))
}

// Enable starts the collector's goroutines; from now on collections may start.
func Enable() {
	Pacing.enabled = true
	if design.NeverCollects {
		return
	}
	sched.Go(sweeper)
	sched.Go(scavenger)
	sched.Go(forcer)
}

// SetPercent sets GOGC, negative for off, and returns the old value.
func SetPercent(p int32) int32 {
	sched.StopTheWorldGC(sched.StopOther)
	old := Pacing.Percent
	Pacing.Percent = max(p, -1)
	Pacing.renew(atomic.Load64(&heap.Live))
	sched.StartTheWorldGC()
	return old
}

// SetLimit sets GOMEMLIMIT in bytes and returns the old value; a negative
// argument only asks. Without the design's limit there is never one.
func SetLimit(n int64) int64 {
	old := int64(Pacing.Limit)
	if n < 0 || !design.MemoryLimit {
		return old
	}
	sched.StopTheWorldGC(sched.StopOther)
	Pacing.Limit = uint64(n)
	Pacing.renew(atomic.Load64(&heap.Live))
	sched.StartTheWorldGC()
	return old
}

// InitSettings sets GOGC and GOMEMLIMIT from the environment, before Enable.
func InitSettings(p int32, lim int64) {
	Pacing.Percent, Pacing.Limit = max(p, -1), uint64(lim)
	Pacing.renew(atomic.Load64(&heap.Live))
}

// renew computes when the next collection is due. objects is how much memory
// objects take, those included that are dead but not swept yet.
func (p *Pacer) renew(objects uint64) {
	if design.NeverCollects {
		p.Goal, heap.Trigger = pace.NoLimit, p.Limit
		return
	}
	p.Goal = p.Pacer.Goal(memory(objects))
	heap.Trigger = p.Goal
	if design.ConcurrentMark {
		heap.Trigger = p.Trigger(p.Goal)
	}
	p.setRetained(objects)
	if trace.On != 0 {
		task.Systemstack(eventHeapGoal)
	}
}

// memory is what the process holds, for the memory limit.
func memory(objects uint64) pace.Memory {
	st := page.ReadStats()
	other := st.Meta + uintptr(sched.ThreadCount())*sched.ThreadMemory
	return pace.Memory{
		Mapped: uint64(st.Mapped - st.Released + other),
		Free:   uint64(st.Mapped - st.Released - st.InUse),
		Heap:   objects,
	}
}

func globalBytes() uint64 {
	m := &stack.Module
	return uint64(m.EData - m.Data + m.EBSS - m.BSS)
}

// Settings returns GOGC, GOMEMLIMIT, and the present heap goal.
func Settings() (p int32, lim int64, heapGoal uint64) {
	return Pacing.Percent, int64(Pacing.Limit), Pacing.Goal
}
