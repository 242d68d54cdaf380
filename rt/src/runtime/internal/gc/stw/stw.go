//go:build strata

// Package stw is the plan of Go 1.0 to 1.4: the world stops, everything reachable is marked, the world goes on. There are no
// write barriers, and the pause grows with the live heap.
package stw

import (
	"runtime/internal/gc"
	"runtime/internal/heap"
	"runtime/internal/sched"
	"runtime/internal/task"
)

// Init makes this the collector.
func Init() { gc.Init(gc.Plan{Allocated: allocated, Collect: collect}) }

func allocated(gp *task.G) {
	if !gc.Due() || gc.Limiter.Resting() && !heap.CollectAlways {
		return
	}
	gc.Exclusively(gp, func() {
		if gc.Due() { // somebody else may have collected meanwhile
			gc.Stopped(gc.ByHeap, mark)
		}
	})
}

func collect(why gc.Reason) {
	n := uint32(0)
	gc.Exclusively(task.Getg(), func() {
		gc.Stopped(why, mark)
		n = gc.Log.Cycles
	})
	gc.SweepAll(n)
	sched.Gosched() // finalizers have their turn even if the caller collects in a loop
}

// mark takes the roots in turn; several threads follow what they lead to, if that is much.
func mark(w *gc.Work) {
	w.MarkRoots()
	w.DrainGang()
}
