//go:build strata

package gc

import (
	"internal/runtime/atomic"
	"runtime/internal/heap"
	"runtime/internal/page"
	"runtime/internal/sched"
	"runtime/internal/task"
)

// The sweeper is a goroutine that sweeps what allocation has not swept, and
// then gives memory that the program is not going to need soon back to the
// system.

var (
	sweepLock   task.Mutex
	sweepParked bool
	sweepG      *task.G
)

const sweepBatch = 16 // spans between two offers to let others run

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
		task.Systemstack(releaseUnused)
		atomic.Store(&swept, atomic.Load(&cycles))
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

// releaseUnused keeps a tenth more than the heap's goal and gives back the
// rest of the free pages.
func releaseUnused() {
	st := page.ReadStats()
	held := uint64(st.Mapped - st.Released) // with memory behind it
	keep := max(goal, uint64(st.InUse))
	keep += keep / 10
	if percent < 0 && limit == noLimit {
		keep = uint64(st.InUse) + uint64(st.InUse)/10
	}
	if limit != noLimit {
		keep = min(keep, limit-min(limit, otherMemory()))
	}
	if held > keep {
		page.Release(uintptr(held - keep))
	}
}

// ReleaseAll gives all free pages back: debug.FreeOSMemory.
func ReleaseAll() {
	Collect()
	task.Systemstack(releaseAll)
}

func releaseAll() { page.Release(^uintptr(0) >> 1) }
