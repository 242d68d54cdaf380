//go:build strata

// Package gc collects garbage: it finds the objects that the program can
// still reach, and leaves the others to the sweeper (package heap).
//
// Designs differ in when they mark, and share the rest:
//
//   - stop the world (cycle.go, parallel.go): all goroutines are stopped,
//     everything reachable is marked by several threads, the world goes on. The pause grows with the
//     live heap; there are no write barriers.
//   - concurrent (concurrent.go, barrier.go): worker goroutines mark beside the
//     program, whose stores go through a barrier; two short stops begin and end it. With the
//     insertion barrier all stacks are scanned again in the second stop, with
//     the hybrid one they are not.
//
// Shared are: roots.go (what marking starts from), work.go and mark.go (grey
// objects), pacer.go (when a cycle is due), sweeper.go, queue.go (finalizers, cleanups), weak.go, stats.go.
package gc

import (
	"runtime/internal/design"
	"runtime/internal/heap"
	"runtime/internal/sched"
	"runtime/internal/stack"
	"runtime/internal/task"
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
	percent  int32  = 100
	limit    uint64 = noLimit
	enabled  bool   // collections may start
	goal     uint64
	lastLive uint64 // bytes marked by the last cycle
	lastScan uint64 // bytes of stacks scanned by it
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
		sched.NewGHook = newG
		sched.GCFindWorker = findWorker
		sched.GCFindIdleWorker = findIdleWorker
		sched.GCWorkLeft = workLeft
	}
	setGoal()
}

// Enable starts the collector's goroutine; from now on collections may start.
func Enable() {
	sched.Go(sweeper)
	enabled = true
}

// SetPercent sets GOGC, negative for off, and returns the old value.
func SetPercent(p int32) int32 {
	sched.StopTheWorldGC(sched.StopOther)
	old := percent
	percent = max(p, -1)
	setGoal()
	sched.StartTheWorldGC()
	return old
}

// SetLimit sets GOMEMLIMIT in bytes and returns the old value; a negative
// argument only asks.
func SetLimit(n int64) int64 {
	old := int64(limit)
	if n < 0 {
		return old
	}
	sched.StopTheWorldGC(sched.StopOther)
	limit = uint64(n)
	setGoal()
	sched.StartTheWorldGC()
	return old
}

// InitSettings sets GOGC and GOMEMLIMIT from the environment, before Enable.
func InitSettings(p int32, lim int64) {
	percent, limit = p, uint64(lim)
	setGoal()
}

// setGoal computes when the next collection is due. A concurrent one starts
// early enough to end before the heap has grown to its goal.
func setGoal() {
	m := &stack.Module
	globals := uint64(m.EData - m.Data + m.EBSS - m.BSS)
	goal = heapGoal(lastLive, lastScan, globals, percent, limit, otherMemory())
	heap.Trigger = goal
	if design.ConcurrentMark && goal > lastLive {
		heap.Trigger = lastLive + (goal-lastLive)/10*7
	}
}

// Settings returns GOGC, GOMEMLIMIT, and the present heap goal.
func Settings() (p int32, lim int64, heapGoal uint64) { return percent, int64(limit), goal }

// mayCollect reports whether the running goroutine is in a state in which it
// can stop the world.
func mayCollect(gp *task.G) bool {
	mp := gp.M
	return enabled && !gp.InGC && gp != mp.G0 && gp != mp.GSignal && mp.Locks == 0 && mp.PreemptOff == "" && mp.P != nil
}
