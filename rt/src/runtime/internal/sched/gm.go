//go:build strata

package sched

import (
	"runtime/internal/design"
	"runtime/internal/task"
	"unsafe"
)

// The design sched=gm, the scheduler of Go 1.0: goroutines on threads. All
// runnable goroutines stand in one queue under one lock. What the other design
// calls a P is here no more than a place among the GOMAXPROCS running threads:
// its own queue stays empty, and its caches are those of the thread that is in
// it. A thread that enters a system call keeps its goroutine and its caches but
// gives its place away at once. Nobody spins: whoever makes a goroutine
// runnable while a place is free wakes a thread for it, through the kernel.
//
// Invariant, outside the lock: when the queue is not empty, no place is idle,
// or somebody is about to call matchThreads.
//
// The seams are these functions and their callers: runqPut, wakep, WakeIdle,
// WakePoller, wireP and releaseP, entersyscall, and findRunnable, which neither
// spins nor steals.

// localQueues is whether Ps have queues of their own, and M's spin to find what is in them.
const localQueues = design.HasP

// threadCaches is whether the allocator's caches belong to threads, not to Ps.
const threadCaches = !design.HasP

// sharedPut makes gp the last in the one queue.
func sharedPut(gp *G) {
	task.Lock(&sched.lock)
	globalPut(gp)
	task.Unlock(&sched.lock)
}

// matchThreads gives goroutines from the queue to idle places, each with a thread, as long as there are both. A
// thread finds its goroutine as the place's next one.
func matchThreads() {
	mp := task.Acquirem()
	task.Lock(&sched.lock)
	for sched.runqLen != 0 {
		pp := getIdleP()
		if pp == nil {
			break
		}
		gp := globalGet(pp, 1)
		if next := gp.LockedM; next != nil {
			sched.nLockedIdle--
			next.NextP = pp
			task.NoteWakeup(&next.Park)
			continue
		}
		setRunNext(pp, gp)
		if next := getIdleM(); next != nil {
			next.NextP = pp
			task.NoteWakeup(&next.Park)
			continue
		}
		id := reserveMID()
		task.Unlock(&sched.lock)
		newM(nil, pp, false, id)
		task.Lock(&sched.lock)
	}
	task.Unlock(&sched.lock)
	task.Releasem(mp)
}

// setRunNext stores without a write barrier.
func setRunNext(pp *P, gp *G) {
	*(*uintptr)(unsafe.Pointer(&pp.RunNext)) = uintptr(unsafe.Pointer(gp))
}

// takeHanded returns the goroutine that came with the place pp.
func takeHanded(pp *P) *G {
	gp := pp.RunNext
	if gp != nil {
		setRunNext(pp, nil)
	}
	return gp
}

// installCaches lets pp have the caches of mp, which enters it.
//
//go:nosplit
func installCaches(mp *M, pp *P) {
	*(*uintptr)(unsafe.Pointer(&pp.MCache)) = uintptr(mp.MCache)
	*(*uintptr)(unsafe.Pointer(&pp.Stacks)) = uintptr(mp.Stacks)
}

// keepCaches takes the caches of mp, which leaves pp, with it.
//
//go:nosplit
func keepCaches(mp *M, pp *P) {
	*(*uintptr)(unsafe.Pointer(&mp.Stacks)) = uintptr(pp.Stacks)
	*(*uintptr)(unsafe.Pointer(&pp.MCache)) = 0
	*(*uintptr)(unsafe.Pointer(&pp.Stacks)) = 0
}
