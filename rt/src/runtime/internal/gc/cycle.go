//go:build strata

package gc

import (
	"internal/runtime/atomic"
	"runtime/internal/design"
	"runtime/internal/heap"
	"runtime/internal/pace"
	"runtime/internal/sched"
	"runtime/internal/stack"
	"runtime/internal/task"
	"runtime/internal/trace"
)

// trigger is why a cycle starts.
type trigger uint8

const (
	byHeap trigger = iota // the heap has reached its trigger
	byUser                // runtime.GC
	byTime                // there was none for long
)

// Cycle is what is known of one collection, for traces and statistics. Times
// are nanoseconds of the monotonic clock.
type Cycle struct {
	N       uint32
	Why     trigger
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

	pause       uint64 // the world stood still for
	utilization float64
}

var (
	cycles uint32 // completed mark phases
	forced uint32
	swept  uint32 // cycles whose sweep is done
	last   Cycle  // the one that runs, or the last
	done   Cycle  // the last that is complete
)

// collectIfDue is called after an allocation.
func collectIfDue() {
	gp := task.Getg()
	if !mayCollect(gp) {
		return
	}
	if trace.On != 0 {
		task.Systemstack(eventHeapAlloc)
	}
	if design.ConcurrentMark && atomic.Load(&marking) != 0 {
		assist(gp)
		return
	}
	if atomic.Load64(&heap.Live) < heap.Trigger && !heap.CollectAlways {
		return
	}
	if design.ConcurrentMark {
		startConcurrent(byHeap)
		return
	}
	if resting() {
		return
	}
	gp.InGC = true
	sched.SemAcquire(sched.GCSema())
	// Somebody else may have collected while this goroutine waited.
	if atomic.Load64(&heap.Live) >= heap.Trigger || heap.CollectAlways {
		cycle(byHeap)
	}
	sched.SemRelease(sched.GCSema())
	gp.InGC = false
}

// resting tells whether the program is due to run for as long as the last cycle stopped it: the limiter of a collector
// that has no other work than such cycles.
func resting() bool {
	return design.MemoryLimit && limiter.Limiting && !heap.CollectAlways && task.Nanotime()-done.End < done.End-done.Start
}

// limitStops tells the limiter of the time that the program had before the cycle that is now done, and of what this took.
func limitStops(before int64) {
	if !design.MemoryLimit {
		return
	}
	procs := int64(done.Procs)
	limiter.Add(0, (done.Start-before)*procs, int(procs))
	limiter.Add((done.End-done.Start)*procs, 0, int(procs))
	if limiter.Limiting {
		lastLimited = done.N
	}
}

// Collect runs a whole collection, with its sweep: runtime.GC.
func Collect() {
	if enabled { // not with GODEBUG=sbrk=1
		collectFor(byUser)
	}
}

func collectFor(why trigger) {
	if design.ConcurrentMark {
		collectConcurrent(why)
		return
	}
	gp := task.Getg()
	gp.InGC = true
	sched.SemAcquire(sched.GCSema())
	cycle(why)
	n := cycles
	sched.SemRelease(sched.GCSema())
	sweepAll(n)
	gp.InGC = false
	sched.Gosched() // finalizers have their turn even if the caller collects in a loop
}

// cycle runs one collection up to the end of marking. The caller holds
// sched.GCSema.
func cycle(why trigger) {
	sweepRest()
	start, before := task.Nanotime(), done.End
	sched.StopTheWorld(sched.StopGC)
	begin(why, start)
	if PoolCleanup != nil {
		PoolCleanup()
	}
	heap.Marking = true
	task.Systemstack(eventBegin)
	task.Systemstack(collect)
	task.Systemstack(eventEnd)
	heap.Marking = false
	sched.StartTheWorld()
	done.End = task.Nanotime()
	limitStops(before)
	task.Systemstack(trim)
	wakeSweeper()
	wakeFinalizers()
	if traceOn {
		traceCycle()
	}
}

// begin makes the record of a cycle. The world is stopped.
func begin(why trigger, start int64) {
	last = Cycle{
		N: cycles + 1, Why: why, Goal: goal, Procs: sched.GoMaxProcs(), Start: start,
		Before: atomic.Load64(&heap.Live), BeforeScan: atomic.Load64(&heap.LiveScan),
	}
}

// collect marks. It runs on the system stack with the world stopped.
func collect() {
	c := &last
	c.Mark = task.Nanotime()
	flushCaches()
	w := mainWork
	w.counts = counts{}
	w.markRoots()
	if n := wantedHelpers(); n > 0 {
		w.drainParallel(n)
	} else {
		w.drain()
	}
	if Check {
		checkMarks()
	}
	findLeaks()
	now := task.Nanotime()
	c.MarkEnd, c.End = now, now
	c.After = c.Before
	c.Dedicated = (now - c.Mark) * int64(c.Procs)
	c.Work = uint64(w.work)
	w.work = 0
	c.pause = uint64(now - sched.StoppedAt())
	endCycle(c, &w.counts)
	done = *c
	if CycleDone != nil {
		CycleDone()
	}
}

// endCycle starts the sweep phase after all has been marked. The world is
// stopped.
func endCycle(c *Cycle, n *counts) {
	c.Live, c.Stacks, c.Globals = n.bytes, n.scanned, globalBytes()
	pacer.End(pace.Cycle{
		Live: n.bytes, Scan: n.scanBytes, Stacks: n.scanned, Globals: c.Globals,
		Allocated: c.After - min(c.After, c.Before), Work: c.Work, Utilization: c.utilization,
	}, c.Why != byHeap)
	atomic.Store64(&heap.Live, n.bytes)
	atomic.Store64(&heap.LiveScan, n.scanBytes)
	adaptStacks(n)
	lastGoal = c.Goal
	setGoal(c.After)
	heap.StartSweep(sweepRate)
	recordCycle(c)
	lastEnd = task.Nanotime()
	atomic.Store(&cycles, cycles+1)
	if c.Why == byUser {
		forced++
	}
}

func sweepRate(pages uint64) float64 {
	return pace.SweepRate(pages, atomic.Load64(&heap.Live), heap.Trigger)
}

// flushCaches empties all caches: sweeping needs their spans, and with its
// last free stack in a cache a block of stacks could not go back.
func flushCaches() {
	heap.EachCache((*heap.Cache).Flush)
	for i := int32(0); i < sched.ProcsMade(); i++ {
		stack.FlushCache(sched.Proc(i))
	}
}

// trim gives memory back after marking: of stacks that shrank meanwhile and of
// dead goroutines' stacks, and what held grey objects.
func trim() {
	sched.FreeDeadStacks()
	stack.Trim()
	freeBlocks()
}
