//go:build strata

package gc

import (
	"internal/runtime/atomic"
	"runtime/internal/heap"
	"runtime/internal/sched"
	"runtime/internal/task"
)

// The sweeper is a goroutine that sweeps what allocation has not swept.

var (
	sweepLock   task.Mutex
	sweepParked bool
	sweepG      *task.G
)

const sweepBatch = 16 // spans between two offers to let others run

//go:linkname sweeper runtime.bgsweep
func sweeper() {
	gp := task.Getg()
	gp.System = true
	sweepG = gp
	for {
		n := 0
		for !heap.SweepDone() {
			task.Systemstack(sweepSome)
			if n++; n%4 == 0 {
				sched.Gosched()
			}
		}
		sweepOver(atomic.Load(&cycles))
		task.Lock(&sweepLock)
		if !heap.SweepDone() {
			task.Unlock(&sweepLock)
			continue
		}
		sweepParked = true
		sched.ParkUnlock(&sweepLock, sched.WaitGCSweepWait)
	}
}

func sweepSome() {
	for i := 0; i < sweepBatch && heap.SweepOne() != 0; i++ {
	}
}

func wakeSweeper() {
	task.Lock(&sweepLock)
	wake := sweepParked
	sweepParked = false
	task.Unlock(&sweepLock)
	if wake {
		sched.Ready(sweepG)
	}
}

// sweepRest finishes the last cycle's sweep before the next cycle. Mostly
// nothing is left.
func sweepRest() {
	for !heap.SweepDone() {
		task.Systemstack(sweepSome)
	}
	task.Systemstack(heap.SweepAll) // waits for those under way
}

// sweepAll is sweepRest for the n-th cycle, of which it then says so.
func sweepAll(n uint32) {
	sweepRest()
	sweepOver(n)
}

// sweepOver is told that the sweep of the n-th cycle is complete.
func sweepOver(n uint32) {
	if old := atomic.Load(&swept); int32(n-old) > 0 && atomic.Cas(&swept, old, n) && scavTraceOn {
		traceScavenger(false)
	}
	wakeScavenger()
}
