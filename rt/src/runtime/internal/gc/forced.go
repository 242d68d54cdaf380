//go:build strata

package gc

import (
	"runtime/internal/design"
	"runtime/internal/sched"
)

// A collection that nobody asks for and no allocation causes: when there was
// none for two minutes, so that finalizers run and memory is given back.

const forceAfter = 120e9 // nanoseconds

var force struct {
	background
	last int64 // when the last collection ended, on the monotonic clock
}

//go:linkname forcer runtime.forcegchelper
func forcer() {
	force.begin()
	for {
		force.rest(sched.WaitForceGCIdle, nil)
		plan.Collect(ByTime)
	}
}

// Tick is called by the monitor every few milliseconds.
func Tick(now int64) {
	if design.NeverCollects || !Pacing.enabled || Pacing.Percent < 0 {
		return
	}
	if force.last == 0 {
		force.last = now // nothing was collected yet: count from the first look
	}
	if now-force.last >= forceAfter && force.wanted() {
		force.last = now
		sched.Inject(force.g)
	}
}
