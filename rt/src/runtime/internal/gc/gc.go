//go:build strata

// Package gc collects garbage: it finds the objects that the program can
// still reach, and leaves the others to the sweeper (package heap).
//
// Designs differ in when they mark, and share the rest:
//
//   - stop the world (cycle.go, parallel.go): all goroutines are stopped,
//     everything reachable is marked by several threads, the world goes on. The pause grows with the
//     live heap; there are no write barriers.
//   - concurrent (concurrent.go, worker.go, assist.go, barrier.go): worker goroutines mark beside the
//     program, whose stores go through a barrier; two short stops begin and end it. With the
//     insertion barrier all stacks are scanned again in the second stop, with
//     the hybrid one they are not.
//
// Shared are: roots.go (what marking starts from), work.go and mark.go (grey
// objects), check.go (a second marking that proves the first), leak.go (one that finds goroutines which wait for ever), sweeper.go, scavenger.go, forced.go, queue.go
// (finalizers, cleanups), weak.go, stats.go. When a cycle is due is arithmetic: package pace.
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

// settings and state of the collector. Changes need the world stopped, or
// sched.GCSema.
var (
	pacer    = pace.Pacer{Percent: 100, Limit: pace.NoLimit}
	enabled  bool // collections may start
	goal     uint64
	lastGoal uint64 // of the cycle before
)

// Init prepares the collector. Called once, before anything but the first
// thread runs.
func Init() {
	initRoots()
	mainWork = newWork()
	heap.Collect = collectIfDue
	heap.QueueFinalizer = queueFinalizer
	heap.QueueCleanup = queueCleanup
	if design.ConcurrentMark {
		heap.SpecialAdded = specialAdded
		sched.NewGHook = newG
		sched.EndGHook = endG
		sched.GCFindWorker = findWorker
		sched.GCFindIdleWorker = findIdleWorker
		sched.GCWorkLeft = idleWorkLeft
	}
	pacer.Globals = globalBytes()
	setGoal(atomic.Load64(&heap.Live))
}

// Enable starts the collector's goroutines; from now on collections may start.
func Enable() {
	sched.Go(sweeper)
	sched.Go(scavenger)
	sched.Go(forcer)
	enabled = true
}

// SetPercent sets GOGC, negative for off, and returns the old value.
func SetPercent(p int32) int32 {
	sched.StopTheWorldGC(sched.StopOther)
	old := pacer.Percent
	pacer.Percent = max(p, -1)
	setGoal(atomic.Load64(&heap.Live))
	sched.StartTheWorldGC()
	return old
}

// SetLimit sets GOMEMLIMIT in bytes and returns the old value; a negative
// argument only asks. Without the design's limit there is never one.
func SetLimit(n int64) int64 {
	old := int64(pacer.Limit)
	if n < 0 || !design.MemoryLimit {
		return old
	}
	sched.StopTheWorldGC(sched.StopOther)
	pacer.Limit = uint64(n)
	setGoal(atomic.Load64(&heap.Live))
	sched.StartTheWorldGC()
	return old
}

// InitSettings sets GOGC and GOMEMLIMIT from the environment, before Enable.
func InitSettings(p int32, lim int64) {
	pacer.Percent, pacer.Limit = max(p, -1), uint64(lim)
	setGoal(atomic.Load64(&heap.Live))
}

// setGoal computes when the next collection is due. objects is how much memory
// objects take, those included that are dead but not swept yet.
func setGoal(objects uint64) {
	goal = pacer.Goal(memory(objects))
	heap.Trigger = goal
	if design.ConcurrentMark {
		heap.Trigger = pacer.Trigger(goal)
	}
	setRetained(objects)
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
	return pacer.Percent, int64(pacer.Limit), goal
}

// mayCollect reports whether the running goroutine is in a state in which it
// can stop the world.
func mayCollect(gp *task.G) bool {
	mp := gp.M
	return enabled && !gp.InGC && gp != mp.G0 && gp != mp.GSignal && mp.Locks == 0 && mp.PreemptOff == "" && mp.P != nil
}
