//go:build strata

package gc

import (
	"internal/runtime/atomic"
	"runtime/internal/heap"
	"runtime/internal/sched"
	"runtime/internal/task"
)

// The sweeper is a goroutine that sweeps what allocation has not swept.
var sweeping background

const sweepBatch = 16 // spans between two offers to let others run

//go:linkname sweeper runtime.bgsweep
func sweeper() {
	sweeping.begin()
	for {
		n := 0
		for !heap.SweepDone() {
			task.Systemstack(sweepSome)
			if n++; n%4 == 0 {
				sched.Gosched()
			}
		}
		sweepOver(atomic.Load(&Log.Cycles))
		sweeping.rest(sched.WaitGCSweepWait, func() bool { return !heap.SweepDone() })
	}
}

func sweepSome() {
	for i := 0; i < sweepBatch && heap.SweepOne() != 0; i++ {
	}
}

// SweepRest finishes the last cycle's sweep before the next cycle. Mostly
// nothing is left.
func SweepRest() {
	for !heap.SweepDone() {
		task.Systemstack(sweepSome)
	}
	task.Systemstack(heap.SweepAll) // waits for those under way
}

// SweepAll is SweepRest for the n-th cycle, of which it then says so.
func SweepAll(n uint32) {
	SweepRest()
	sweepOver(n)
}

// sweepOver is told that the sweep of the n-th cycle is complete.
func sweepOver(n uint32) {
	if old := atomic.Load(&Log.swept); int32(n-old) > 0 && atomic.Cas(&Log.swept, old, n) && tracing.scavenger {
		traceScavenger(false)
	}
	wakeScavenger()
}
