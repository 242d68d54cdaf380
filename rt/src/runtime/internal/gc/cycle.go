//go:build strata

package gc

import (
	"internal/runtime/atomic"
	"runtime/internal/design"
	"runtime/internal/heap"
	"runtime/internal/page"
	"runtime/internal/sched"
	"runtime/internal/stack"
	"runtime/internal/task"
)

// Cycle is what is known of one collection, for traces and statistics.
type Cycle struct {
	N         uint32
	Forced    bool
	Start     int64 // nanoseconds of the monotonic clock
	Stopped   int64 // all goroutines stand still
	Marked    int64
	End       int64
	Before    uint64 // bytes of heap when it started
	After     uint64 // when marking was done: allocated meanwhile counts
	Live      uint64 // marked
	Goal      uint64 // that it was to meet
	StackSize uint64
	Globals   uint64
	Procs     int32
}

var (
	cycles    uint32 // completed mark phases
	forced    uint32
	swept     uint32 // cycles whose sweep is done
	last      Cycle  // the one that runs, or the last
	done      Cycle  // the last that is complete
	stats     Stats
	wantForce bool // argument of the cycle about to start
)

// collectIfDue is called after an allocation.
func collectIfDue() {
	gp := task.Getg()
	if !mayCollect(gp) || percent < 0 && limit == noLimit && !heap.CollectAlways {
		return
	}
	if design.ConcurrentMark && atomic.Load(&marking) != 0 {
		assist(gp)
		return
	}
	if atomic.Load64(&heap.Live) < heap.Trigger && !heap.CollectAlways {
		return
	}
	if design.ConcurrentMark {
		startConcurrent(false)
		return
	}
	gp.InGC = true
	sched.SemAcquire(sched.GCSema())
	// Somebody else may have collected while this goroutine waited.
	if atomic.Load64(&heap.Live) >= heap.Trigger || heap.CollectAlways {
		cycle(false)
	}
	sched.SemRelease(sched.GCSema())
	gp.InGC = false
}

// Collect runs a whole collection, with its sweep: runtime.GC.
func Collect() {
	if design.ConcurrentMark {
		collectConcurrent()
		return
	}
	gp := task.Getg()
	gp.InGC = true
	sched.SemAcquire(sched.GCSema())
	cycle(true)
	n := cycles
	sched.SemRelease(sched.GCSema())
	task.Systemstack(heap.SweepAll)
	if atomic.Load(&swept) < n {
		atomic.Store(&swept, n)
	}
	gp.InGC = false
}

// cycle runs one collection up to the end of marking. The caller holds
// sched.GCSema.
func cycle(force bool) {
	task.Systemstack(heap.SweepAll) // the last cycle's sweep
	sched.StopTheWorld(sched.StopGC)
	wantForce = force
	if PoolCleanup != nil {
		PoolCleanup()
	}
	task.Systemstack(collect)
	sched.StartTheWorld()
	wakeSweeper()
	wakeFinalizers()
	if traceOn {
		traceCycle()
	}
}

// collect marks. It runs on the system stack with the world stopped.
func collect() {
	c := &last
	*c = Cycle{N: cycles + 1, Forced: wantForce, Goal: goal, Procs: sched.GoMaxProcs()}
	c.Start = task.Nanotime()
	c.Stopped = c.Start
	c.Before = atomic.Load64(&heap.Live)
	flushCaches()
	w := mainWork
	w.bytes, w.objects, w.scanned = 0, 0, 0
	w.markRoots()
	if n := wantedHelpers(); n > 0 {
		w.drainParallel(n)
	} else {
		w.drain()
	}
	c.Marked = task.Nanotime()
	lastLive, lastScan = w.bytes, w.scanned
	c.After = c.Before
	endCycle(c)
	c.End = task.Nanotime()
	recordPause(c, uint64(c.End-c.Start))
	done = *c
	if CycleDone != nil {
		CycleDone()
	}
}

// endCycle starts the sweep phase after all has been marked.
func endCycle(c *Cycle) {
	c.Live, c.StackSize = lastLive, lastScan
	m := &stack.Module
	c.Globals = uint64(m.EData - m.Data + m.EBSS - m.BSS)
	atomic.Store64(&heap.Live, lastLive)
	setGoal()
	heap.StartSweep()
	atomic.Store(&cycles, cycles+1)
	if c.Forced {
		forced++
	}
}

// flushCaches empties the caches of all Ps: sweeping needs their spans.
func flushCaches() {
	for i := int32(0); i < sched.MaxProcs; i++ {
		if pp := sched.Proc(i); pp != nil && pp.MCache != nil {
			(*heap.Cache)(pp.MCache).Flush()
		}
	}
}

// otherMemory is what the runtime holds besides the heap, for the memory
// limit.
func otherMemory() uint64 {
	return uint64(stack.InUse() + page.ReadStats().Meta)
}
