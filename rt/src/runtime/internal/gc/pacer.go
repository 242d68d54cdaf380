//go:build strata

package gc

// The pacer's arithmetic: no state, no clock, so that it can be tried out on
// made-up cycles.

const (
	minHeap  = 4 << 20 // the goal at GOGC=100 never falls below
	noLimit  = 1<<63 - 1
	headroom = 1 << 20 // kept free below the memory limit
)

// heapGoal returns the size of the heap at which the next collection has to
// be complete. live is what the last one left, stacks and globals are the
// other roots' bytes: they are work for a collection like live objects, so they count in
// proportion. percent is GOGC, negative for off. limit is GOMEMLIMIT, and other what of it is not heap.
func heapGoal(live, stacks, globals uint64, percent int32, limit, other uint64) uint64 {
	goal := uint64(noLimit)
	if percent >= 0 {
		goal = live + (live+stacks+globals)*uint64(percent)/100
		goal = max(goal, minHeap*uint64(percent)/100)
	}
	return min(goal, limitGoal(limit, other, live))
}

// limitGoal is the goal that the memory limit sets. Near the limit collections
// would follow one another: the goal is never so low that less than an
// eighth of the live heap or a megabyte can be allocated.
func limitGoal(limit, other, live uint64) uint64 {
	if limit >= noLimit {
		return noLimit
	}
	goal := uint64(0)
	if limit > other {
		goal = limit - other
		goal -= min(max(headroom, goal*3/100), goal)
	}
	return max(goal, live+max(live/8, 1<<20))
}
