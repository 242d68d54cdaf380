//go:build strata

package gc

import (
	"runtime/internal/heap"
	"runtime/internal/sched"
	"runtime/internal/task"
)

// What plans whose cycles run as a whole with the world stopped have in common.

// markStopped is how the plan marks, on the system stack.
var markStopped func(w *Work)

// Stopping is a plan that stops the world for each cycle; mark marks.
func Stopping(mark func(w *Work)) Plan {
	markStopped = mark
	return Plan{Allocated: stopIfDue, Collect: stopFor}
}

func stopIfDue(gp *task.G) {
	if !Due() || Limiter.Resting() && !heap.CollectAlways {
		return
	}
	exclusively(gp, func() {
		if Due() { // somebody else may have collected meanwhile
			stoppedCycle(ByHeap)
		}
	})
}

func stopFor(why Reason) {
	n := uint32(0)
	exclusively(task.Getg(), func() {
		stoppedCycle(why)
		n = Log.Cycles
	})
	SweepAll(n)
	sched.Gosched() // finalizers have their turn even if the caller collects in a loop
}

// exclusively runs f, a whole cycle, with no other and nobody who depends on there being none.
func exclusively(gp *task.G, f func()) {
	gp.InGC = true
	sched.SemAcquire(sched.GCSema())
	f()
	sched.SemRelease(sched.GCSema())
	gp.InGC = false
}

// stoppedCycle runs a cycle up to the end of marking. The caller holds sched.GCSema.
func stoppedCycle(why Reason) {
	SweepRest()
	start, before := task.Nanotime(), Log.Done.End
	sched.StopTheWorld(sched.StopGC)
	Begin(why, start)
	heap.Marking = true
	task.Systemstack(func() {
		c, w := &Log.Cycle, Main
		c.Mark = task.Nanotime()
		FlushCaches()
		w.Counts = Counts{}
		markStopped(w)
		Verify()
		now := task.Nanotime()
		c.MarkEnd, c.End = now, now
		c.After = c.Before
		c.Dedicated = (now - c.Mark) * int64(c.Procs)
		c.Work = uint64(w.Done)
		w.Done = 0
		c.Pause = uint64(now - sched.StoppedAt())
		End(&w.Counts)
	})
	heap.Marking = false
	sched.StartTheWorld()
	Log.Done.End = task.Nanotime()
	Limiter.Stopped(before)
	Over()
	Trace()
}
