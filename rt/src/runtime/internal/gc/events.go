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
	if atomic.Load(&marking) != 0 {
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
		trace.Event(tracev2.EvHeapGoal, goal)
	}
}

func eventAssistBegin() {
	if trace.On != 0 {
		gp := task.Getg().M.CurG
		gp.Assisting = true
		trace.Event(tracev2.EvGCMarkAssistBegin, trace.Stack(gp))
	}
}

func eventAssistEnd() {
	task.Getg().M.CurG.Assisting = false
	if trace.On != 0 {
		trace.Event(tracev2.EvGCMarkAssistEnd)
	}
}

var modeNames = [...]string{dedicated: "GC (dedicated)", fractional: "GC (fractional)", idleTime: "GC (idle)"}

// eventLabel says how the running worker has come to its processor.
func eventLabel() {
	if trace.On != 0 {
		trace.Event(tracev2.EvGoLabel, trace.String(modeNames[workerState(task.Getg().M.CurG).mode]))
	}
}
