//go:build strata

package sched

import (
	"runtime/internal/design"
	"runtime/internal/task"
)

// The design sched=gm, the scheduler of Go 1.0: goroutines on threads. All
// runnable goroutines stand in one queue under one lock, and a thread that enters
// a system call keeps its goroutine but gives its place among the GOMAXPROCS
// running ones away at once. What the other design calls a P is here no more
// than such a place, with the caches that go with it: its own queue stays empty.
//
// The seams are these functions and their callers: runqPut, entersyscall,
// and findRunnable, which has nothing to steal.

// localQueues is whether Ps have queues of their own.
const localQueues = design.HasP

// sharedPut makes gp the last in the one queue.
func sharedPut(gp *G) {
	task.Lock(&sched.lock)
	globalPut(gp)
	task.Unlock(&sched.lock)
}

// sharedSteal takes a goroutine from the one queue for a spinning M.
func sharedSteal(pp *P) *G {
	if sched.runqLen == 0 {
		return nil
	}
	task.Lock(&sched.lock)
	gp := globalGet(pp, 1)
	task.Unlock(&sched.lock)
	return gp
}
