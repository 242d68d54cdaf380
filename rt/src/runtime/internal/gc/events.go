//go:build strata

package gc

import (
	"internal/runtime/atomic"
	"internal/trace/tracev2"
	"runtime/internal/heap"
	"runtime/internal/task"
	"runtime/internal/trace"
)

// The collector's events of execution traces. All run on the system stack.

// eventSeq orders the beginnings and ends of cycles. It changes while the world is
// stopped.
var eventSeq uint64

func cycleEvent(ev tracev2.EventType, args ...uint64) {
	eventSeq++
	if len(args) == 0 {
		trace.Event(ev, eventSeq)
	} else {
		trace.Event(ev, eventSeq, args[0])
	}
}

func eventBegin() {
	if trace.On != 0 {
		cycleEvent(tracev2.EvGCBegin, trace.Stack(task.Getg().M.CurG))
	}
}

func eventEnd() {
	if trace.On != 0 {
		cycleEvent(tracev2.EvGCEnd)
		eventHeapAlloc()
	}
}

// TraceStatus tells a new generation of a trace about the collector. The world is
// stopped.
func TraceStatus() {
	if atomic.Load(&Marking) != 0 {
		cycleEvent(tracev2.EvGCActive)
	}
	eventHeapAlloc()
	eventHeapGoal()
}

func eventHeapAlloc() {
	if trace.On != 0 {
		trace.Event(tracev2.EvHeapAlloc, atomic.Load64(&heap.Live))
	}
}

func eventHeapGoal() {
	if trace.On != 0 {
		trace.Event(tracev2.EvHeapGoal, Pacing.Goal)
	}
}
