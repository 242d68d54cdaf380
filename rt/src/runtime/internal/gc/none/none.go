//go:build strata

// Package none is the plan that collects nothing, known as Epsilon: memory of objects is never taken again. Finalizers and cleanups never run,
// weak pointers keep what they point to, pools are never emptied. runtime.GC returns at once and no cycle is counted.
package none

import (
	"internal/runtime/atomic"
	"runtime/internal/gc"
	"runtime/internal/heap"
	"runtime/internal/pace"
	"runtime/internal/task"
)

// Init makes this the collector.
func Init() { gc.Init(gc.Plan{Allocated: allocated, Collect: func(gc.Reason) {}}) }

// allocated is called when the heap has reached the memory limit, which nothing can keep. It says so once.
func allocated(*task.G) {
	limit := atomic.Load64(&heap.Trigger)
	if limit == pace.NoLimit || !atomic.Cas64(&heap.Trigger, limit, pace.NoLimit) {
		return
	}
	task.Systemstack(func() {
		print("runtime: the heap has reached GOMEMLIMIT, ", limit, " bytes, and grows on: this program was built without a collector (-gc=none)\n")
	})
}
