//go:build strata

package gc

import (
	"internal/runtime/atomic"
	"runtime/internal/heap"
	"runtime/internal/task"
	"runtime/internal/trace"
)

// A Plan is a collector: what the policies of this package leave open. What compiled code has to know of it, which barrier
// pointer stores need above all, are facts of its row in the registry of designs.
type Plan struct {
	// Allocated is called on a goroutine that has just taken memory from the heap, when heap.Live has reached heap.Trigger
	// or marking is on: it begins a cycle, or has the goroutine help. The goroutine may be stopped meanwhile.
	Allocated func(gp *task.G)

	// Collect runs a whole cycle, with its sweep, on the goroutine that wants it.
	Collect func(why Reason)
}

var plan Plan

// A Reason is why a cycle starts.
type Reason uint8

const (
	ByHeap Reason = iota // the heap has reached its trigger
	ByUser               // runtime.GC
	ByTime               // there was none for long
)

// allocated is called after an allocation.
func allocated() {
	gp := task.Getg()
	if !mayCollect(gp) {
		return
	}
	if trace.On != 0 {
		task.Systemstack(eventHeapAlloc)
	}
	plan.Allocated(gp)
}

// mayCollect reports whether the running goroutine is in a state in which it
// can stop the world.
func mayCollect(gp *task.G) bool {
	mp := gp.M
	return Pacing.enabled && !gp.InGC && gp != mp.G0 && gp != mp.GSignal && mp.Locks == 0 && mp.PreemptOff == "" && mp.P != nil
}

// Due reports whether a cycle is due because of the heap's size.
func Due() bool { return atomic.Load64(&heap.Live) >= heap.Trigger || heap.CollectAlways }

// Collect runs a whole collection, with its sweep: runtime.GC.
func Collect() {
	if Pacing.enabled { // not with GODEBUG=sbrk=1
		plan.Collect(ByUser)
	}
}
