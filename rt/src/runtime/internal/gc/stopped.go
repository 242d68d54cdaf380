//go:build strata

package gc

import (
	"runtime/internal/heap"
	"runtime/internal/sched"
	"runtime/internal/task"
)

// Stopped runs a cycle, up to the end of marking, with the world stopped: mark marks, on the system stack. The caller holds
// sched.GCSema.
func Stopped(why Reason, mark func(w *Work)) {
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
		mark(w)
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
