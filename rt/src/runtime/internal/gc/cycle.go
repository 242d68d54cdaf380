//go:build strata

package gc

import (
	"internal/runtime/atomic"
	"runtime/internal/heap"
	"runtime/internal/pace"
	"runtime/internal/sched"
	"runtime/internal/stack"
	"runtime/internal/task"
)

// Cycle is what is known of one collection, for traces and statistics. Times
// are nanoseconds of the monotonic clock.
type Cycle struct {
	N       uint32
	Why     Reason
	Start   int64 // the world is being stopped
	Mark    int64 // it goes on, marking is on
	MarkEnd int64 // it is being stopped again
	End     int64 // it goes on

	Before, BeforeScan uint64 // bytes of heap when it started, and of that in objects with pointers
	After              uint64 // when marking was done: allocated meanwhile counts
	Live               uint64 // marked
	Goal               uint64 // that it was to meet
	Stacks, Globals    uint64 // bytes scanned
	Work               uint64
	Procs              int32

	Assist, Dedicated, Fractional, Idle int64 // processor time

	Pause       uint64 // the world stood still for
	Utilization float64
}

// Log is what is known of cycles.
var Log struct {
	Cycles uint32 // completed mark phases
	forced uint32
	swept  uint32 // cycles whose sweep is done
	Cycle  Cycle  // the one that runs, or the last
	Done   Cycle  // the last that is complete
}

// Begin makes the record of a cycle and calls what is called at the beginning of each. The world is stopped.
func Begin(why Reason, start int64) {
	Log.Cycle = Cycle{
		N: Log.Cycles + 1, Why: why, Goal: Pacing.Goal, Procs: sched.GoMaxProcs(), Start: start,
		Before: atomic.Load64(&heap.Live), BeforeScan: atomic.Load64(&heap.LiveScan),
	}
	if PoolCleanup != nil {
		PoolCleanup()
	}
	task.Systemstack(eventBegin)
}

// Verify does what is asked for when all has been marked: a second marking that proves the first, or one that finds leaked
// goroutines. It runs on the system stack with the world stopped.
func Verify() {
	if Check {
		checkMarks()
	}
	findLeaks()
}

// End starts the sweep phase after all has been marked. It runs on the system stack with the world stopped.
func End(n *Counts) {
	c := &Log.Cycle
	c.Live, c.Stacks, c.Globals = n.bytes, n.scanned, globalBytes()
	Pacing.End(pace.Cycle{
		Live: n.bytes, Scan: n.scanBytes, Stacks: n.scanned, Globals: c.Globals,
		Allocated: c.After - min(c.After, c.Before), Work: c.Work, Utilization: c.Utilization,
	}, c.Why != ByHeap)
	atomic.Store64(&heap.Live, n.bytes)
	atomic.Store64(&heap.LiveScan, n.scanBytes)
	adaptStacks(n)
	Pacing.lastGoal = c.Goal
	Pacing.renew(c.After)
	heap.StartSweep(sweepRate)
	recordCycle(c)
	force.last = task.Nanotime()
	atomic.Store(&Log.Cycles, Log.Cycles+1)
	if c.Why == ByUser {
		Log.forced++
	}
	Log.Done = *c
	eventEnd()
	if CycleDone != nil {
		CycleDone()
	}
}

func sweepRate(pages uint64) float64 {
	return pace.SweepRate(pages, atomic.Load64(&heap.Live), heap.Trigger)
}

// FlushCaches empties all caches: sweeping needs their spans, and with its
// last free stack in a cache a block of stacks could not go back.
func FlushCaches() {
	heap.EachCache((*heap.Cache).Flush)
	for i := int32(0); i < sched.ProcsMade(); i++ {
		stack.FlushCache(sched.Proc(i))
	}
}

// Over is called on a goroutine when the world runs again after a cycle's end. It gives memory back: of stacks that shrank meanwhile and of
// dead goroutines' stacks, and what held grey objects.
func Over() {
	task.Systemstack(trim)
	sweeping.wake()
	wakeFinalizers()
}

func trim() {
	sched.FreeDeadStacks()
	stack.Trim()
	lists.trim()
}
