//go:build strata

package gc

import (
	"runtime/internal/sched"
	"runtime/internal/task"
)

// A collection that nobody asks for and no allocation causes: when there was
// none for two minutes, so that finalizers run and memory is given back.

const forceAfter = 120e9 // nanoseconds

var (
	forcerLock   task.Mutex
	forcerG      *task.G
	forcerParked bool
	lastEnd      int64 // of the last collection, on the monotonic clock
)

//go:linkname forcer runtime.forcegchelper
func forcer() {
	gp := task.Getg()
	gp.System = true
	forcerG = gp
	for {
		task.Lock(&forcerLock)
		forcerParked = true
		sched.ParkUnlock(&forcerLock, sched.WaitForceGCIdle)
		collectFor(byTime)
	}
}

// Tick is called by the monitor every few milliseconds.
func Tick(now int64) {
	if !enabled || pacer.Percent < 0 {
		return
	}
	if lastEnd == 0 {
		lastEnd = now // nothing was collected yet: count from the first look
	}
	if now-lastEnd < forceAfter {
		return
	}
	task.Lock(&forcerLock)
	wake := forcerParked
	forcerParked = false
	task.Unlock(&forcerLock)
	if wake {
		lastEnd = now
		sched.Inject(forcerG)
	}
}
