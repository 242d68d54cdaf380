//go:build strata

package gc

import (
	"internal/runtime/atomic"
	"runtime/internal/design"
	"runtime/internal/heap"
	"runtime/internal/page"
	"runtime/internal/sched"
	"runtime/internal/task"
)

// Leaked goroutines wait for ever at channels or locks that nobody else can reach. They are searched for on
// demand, at the end of a cycle with the world stopped, by a second marking (check.go): it starts from all roots but
// the goroutines that wait so, and takes in one of these when what it waits at has been reached, until no more come.
// The cycle itself keeps what leaked goroutines refer to.

var (
	leakWanted uint32
	leaking    bool // the second marking is a search for leaks

	// LeakCount is how many goroutines the last search has found.
	LeakCount atomic.Int32
)

// FindLeaks collects garbage and sets Leaked of all goroutines.
func FindLeaks() {
	atomic.Store(&leakWanted, 1)
	if !design.NeverCollects {
		Collect()
		return
	}
	sched.StopTheWorldGC(sched.StopOther)
	task.Systemstack(func() {
		FlushCaches()
		findLeaks()
	})
	sched.StartTheWorldGC()
}

// findLeaks runs on the system stack when all is marked.
func findLeaks() {
	if atomic.Xchg(&leakWanted, 0) == 0 {
		return
	}
	leaking = true
	w := markAgain(markMaybe)
	w.markBase()
	n := sched.NumG()
	for i := 0; i < n; i++ {
		gp := sched.GAt(i)
		gp.Leaked = mayLeak(gp)
		if !gp.Leaked {
			w.MarkG(gp)
		}
	}
	w.Drain()
	for more := true; more; {
		more = false
		for i := 0; i < n; i++ {
			if gp := sched.GAt(i); gp.Leaked && wakeable(gp) {
				gp.Leaked, more = false, true
				w.MarkG(gp)
				w.Drain()
			}
		}
	}
	endAgain(w)
	leaking = false
	leaks := int32(0)
	for i := 0; i < n; i++ {
		if sched.GAt(i).Leaked {
			leaks++
		}
	}
	LeakCount.Store(leaks)
}

// mayLeak reports whether gp waits for another goroutine to wake it.
func mayLeak(gp *task.G) bool {
	if gp.System || sched.ReadStatus(gp)&^task.Gscan != task.Gwaiting || gp.Param != nil {
		return false // with Param somebody is about to wake it
	}
	switch sched.WaitReason(gp.WaitReason) {
	case sched.WaitChanReceiveNil, sched.WaitChanSendNil, sched.WaitSelectNoCases,
		sched.WaitSelect, sched.WaitChanReceive, sched.WaitChanSend:
		return true
	case sched.WaitSyncCond, sched.WaitSyncMutexLock, sched.WaitSyncRWMutexLock, sched.WaitSyncRWMutexRLock,
		sched.WaitSyncWaitGroup, sched.WaitSemacquire:
		return gp.WaitAddr != 0
	}
	return false
}

// wakeable reports whether something at which gp waits has been reached.
func wakeable(gp *task.G) bool {
	switch sched.WaitReason(gp.WaitReason) {
	case sched.WaitChanReceiveNil, sched.WaitChanSendNil, sched.WaitSelectNoCases:
		return false
	case sched.WaitSelect, sched.WaitChanReceive, sched.WaitChanSend:
		for s := gp.Waiting; s != nil; s = s.WaitLink {
			if reached(uintptr(s.C)) {
				return true
			}
		}
		return false
	}
	return reached(gp.WaitAddr)
}

// reached reports whether the second marking has come to the object with address p. What lies outside
// the heap, as global variables do, always has been reached.
func reached(p uintptr) bool {
	if p-page.Base >= page.MappedEnd()-page.Base {
		return true
	}
	s := heap.SpanAt(p)
	if s == nil || p >= s.Limit {
		return true
	}
	b, bit := checkBit(s.Object(s.Index(p)))
	return *b&bit != 0
}
