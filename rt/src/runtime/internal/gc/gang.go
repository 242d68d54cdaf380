//go:build strata

package gc

import (
	"internal/runtime/atomic"
	"runtime/internal/design"
	"runtime/internal/kernel"
	"runtime/internal/sched"
	"runtime/internal/task"
)

// A gang marks by several threads while the world is stopped. The thread that
// stopped it wakes helpers: threads without a P that do
// nothing else. Marking is over when all workers have run out of work at the same time.

const (
	maxHelpers = 31
	gangFrom   = 4 << 20 // live bytes from which helpers pay
	shareEvery = 64      // objects between two looks at whether others are idle
)

// A helper is one such thread.
type helper struct {
	start task.Note
	work  *Work
}

var gang struct {
	helpers    [maxHelpers]helper
	started    int32
	next       uint32
	markers    uint32 // workers in this mark phase
	idle       uint32 // of them without work
	unfinished uint32 // helpers that have not returned from this phase
	done       task.Note
}

// helpersWanted is how many helpers shall mark beside the main worker.
func helpersWanted() int32 {
	if Pacing.Live < gangFrom {
		return 0
	}
	return min(sched.GoMaxProcs(), task.NCPU, maxHelpers+1) - 1
}

// helperMain is what a helper's thread runs.
func helperMain() {
	h := &gang.helpers[atomic.Xadd(&gang.next, 1)-1]
	for {
		task.NoteSleep(&h.start)
		task.NoteClear(&h.start)
		h.work.drainAll()
		if atomic.Xadd(&gang.unfinished, -1) == 0 {
			task.NoteWakeup(&gang.done)
		}
	}
}

// startHelpers starts threads until there are n. On the system stack.
func startHelpers(n int32) {
	for gang.started < n {
		gang.helpers[gang.started].work = NewWork()
		gang.started++
		sched.StartThread(helperMain)
	}
}

// DrainGang finishes marking, with helpers if that pays. Jobs that are left are done first.
func (w *Work) DrainGang() {
	n := helpersWanted()
	if n <= 0 {
		for w.RootJob() {
		}
		w.Drain()
		return
	}
	startHelpers(n)
	marksShared = true
	atomic.Store(&gang.idle, 0)
	atomic.Store(&gang.markers, uint32(n)+1)
	atomic.Store(&gang.unfinished, uint32(n))
	w.Share()
	for i := range gang.helpers[:n] {
		h := &gang.helpers[i]
		h.work.Counts = Counts{}
		task.NoteWakeup(&h.start)
	}
	w.drainAll()
	task.NoteSleep(&gang.done)
	task.NoteClear(&gang.done)
	marksShared = false
	for i := range gang.helpers[:n] {
		w.Add(&gang.helpers[i].work.Counts)
	}
}

// drainAll marks until no worker has work.
func (w *Work) drainAll() {
	for {
		for w.RootJob() {
			w.offer()
		}
		w.Drain()
		if !w.waitForWork() {
			return
		}
	}
}

// waitForWork returns true when there is work to steal, false when every worker
// waits here.
func (w *Work) waitForWork() bool {
	all := atomic.Load(&gang.markers)
	atomic.Xadd(&gang.idle, 1)
	for i := 0; ; i++ {
		if atomic.Load(&lists.nfull) != 0 {
			atomic.Xadd(&gang.idle, -1)
			return true
		}
		if atomic.Load(&gang.idle) == all && atomic.Load(&lists.nfull) == 0 {
			return false // nobody works, so nobody can have added anything
		}
		if i < 100 {
			task.ProcYield(20)
		} else {
			kernel.SchedYield()
		}
	}
}

// offer gives half of the worker's block away if others have nothing to do.
func (w *Work) offer() {
	if atomic.Load(&gang.idle) != 0 && atomic.Load(&lists.nfull) == 0 {
		w.Share()
	}
}

// Share moves half of what the worker has to the common list.
func (w *Work) Share() {
	old := w.cur.get()
	if old == nil || old.n < 2 {
		if design.MarksSpans {
			w.shareSpans()
		}
		return
	}
	b := freshBlock()
	half := old.n / 2
	old.n -= half
	copy(b.objs[:half], old.objs[old.n:old.n+half])
	b.n = half
	publish(b)
}
