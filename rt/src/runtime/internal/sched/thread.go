//go:build strata

package sched

import "runtime/internal/task"

// StartThread starts a thread that runs fn for ever on its system stack,
// without a P: fn may neither allocate nor run goroutines' code. The thread
// does not count for deadlock detection. On the system stack only.
func StartThread(fn func()) {
	task.Lock(&sched.lock)
	sched.nSysM++
	task.Unlock(&sched.lock)
	newM(fn, nil, false, -1)
}
