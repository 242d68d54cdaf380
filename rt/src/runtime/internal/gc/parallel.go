//go:build strata

package gc

import (
	"internal/runtime/atomic"
	"runtime/internal/kernel"
	"runtime/internal/sched"
	"runtime/internal/task"
)

// Marking by several threads while the world is stopped. The thread that
// stopped it marks the roots and wakes helpers: threads without a P that do
// nothing else. Marking is over when all workers have run out of work at the same time.

const (
	maxHelpers   = 31
	parallelFrom = 4 << 20 // live bytes from which helpers pay
	shareEvery   = 64      // objects between two looks at whether others are idle
)

// A helper is one such thread.
type helper struct {
	start task.Note
	work  *Work
}

var (
	helpers     [maxHelpers]helper
	nhelpers    int32 // started
	nextHelper  uint32
	markers     uint32 // workers in this mark phase
	idle        uint32 // of them without work
	unfinished  uint32 // helpers that have not returned from this phase
	helpersDone task.Note
)

// wantedHelpers is how many helpers shall mark beside the main worker.
func wantedHelpers() int32 {
	if pacer.Live < parallelFrom {
		return 0
	}
	return min(sched.GoMaxProcs(), task.NCPU, maxHelpers+1) - 1
}

// helperMain is what a helper's thread runs.
func helperMain() {
	h := &helpers[atomic.Xadd(&nextHelper, 1)-1]
	for {
		task.NoteSleep(&h.start)
		task.NoteClear(&h.start)
		h.work.drainAll()
		if atomic.Xadd(&unfinished, -1) == 0 {
			task.NoteWakeup(&helpersDone)
		}
	}
}

// startHelpers starts threads until there are n. On the system stack.
func startHelpers(n int32) {
	for nhelpers < n {
		helpers[nhelpers].work = newWork()
		nhelpers++
		sched.StartThread(helperMain)
	}
}

// drainParallel finishes marking with n helpers.
func (w *Work) drainParallel(n int32) {
	startHelpers(n)
	parallel = true
	atomic.Store(&idle, 0)
	atomic.Store(&markers, uint32(n)+1)
	atomic.Store(&unfinished, uint32(n))
	w.share()
	for i := int32(0); i < n; i++ {
		helpers[i].work.counts = counts{}
		task.NoteWakeup(&helpers[i].start)
	}
	w.drainAll()
	task.NoteSleep(&helpersDone)
	task.NoteClear(&helpersDone)
	parallel = false
	for i := int32(0); i < n; i++ {
		w.add(&helpers[i].work.counts)
	}
}

// drainAll marks until no worker has work.
func (w *Work) drainAll() {
	for {
		w.drain()
		if !w.waitForWork() {
			return
		}
	}
}

// waitForWork returns true when there is work to steal, false when every worker
// waits here.
func (w *Work) waitForWork() bool {
	all := atomic.Load(&markers)
	atomic.Xadd(&idle, 1)
	for i := 0; ; i++ {
		if atomic.Load(&nfull) != 0 {
			atomic.Xadd(&idle, -1)
			return true
		}
		if atomic.Load(&idle) == all && atomic.Load(&nfull) == 0 {
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
	if atomic.Load(&idle) != 0 && atomic.Load(&nfull) == 0 {
		w.share()
	}
}

// share moves half of the worker's block to the common list.
func (w *Work) share() {
	old := w.cur.get()
	if old == nil || old.n < 2 {
		return
	}
	b := freshBlock()
	half := old.n / 2
	old.n -= half
	copy(b.objs[:half], old.objs[old.n:old.n+half])
	b.n = half
	publish(b)
}
