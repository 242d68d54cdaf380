//go:build strata

package sched

import (
	"internal/trace/tracev2"
	"runtime/internal/task"
	"runtime/internal/trace"
)

// The scheduler's events of execution traces. All of these run on the system
// stack and are called only while trace.On is set, but for the sections of
// threads without a P.

// blockReasons has the names by which traces know why a goroutine waits, where
// that is not "unspecified".
var blockReasons = [...]string{
	WaitIOWait:              "network",
	WaitChanReceiveNil:      "forever",
	WaitChanSendNil:         "forever",
	WaitSelectNoCases:       "forever",
	WaitSelect:              "select",
	WaitSynctestSelect:      "select",
	WaitSyncCond:            "sync.(*Cond).Wait",
	WaitSemacquire:          "sync",
	WaitSyncMutexLock:       "sync",
	WaitSyncRWMutexRLock:    "sync",
	WaitSyncRWMutexLock:     "sync",
	WaitSyncWaitGroup:       "sync",
	WaitSynctestWaitGroup:   "sync",
	WaitChanSend:            "chan send",
	WaitSynctestChanSend:    "chan send",
	WaitChanReceive:         "chan receive",
	WaitSynctestChanReceive: "chan receive",
	WaitGCAssistMarking:     "GC mark assist wait for work",
	WaitGCAssistWait:        "GC mark assist wait for work",
	WaitGCSweepWait:         "GC background sweeper wait",
	WaitGCScavengeWait:      "system goroutine wait",
	WaitGCWorkerIdle:        "system goroutine wait",
	WaitFinalizerWait:       "system goroutine wait",
	WaitCleanup:             "system goroutine wait",
	WaitForceGCIdle:         "system goroutine wait",
	WaitTraceReaderBlocked:  "system goroutine wait",
	WaitPreempted:           "preempted",
	WaitForGCCycle:          "wait until GC ends",
	WaitSleep:               "sleep",
	WaitGCWeakToStrong:      "GC weak to strong wait",
	WaitSynctestRun:         "synctest",
	WaitSynctestWait:        "synctest",
}

func blockReason(why uint8) uint64 {
	s := ""
	if int(why) < len(blockReasons) {
		s = blockReasons[why]
	}
	if s == "" {
		s = "unspecified"
	}
	return trace.String(s)
}

func nextSeq(gp *G) uint64 {
	gp.TraceSeq++
	return gp.TraceSeq
}

func nextProcSeq(pp *P) uint64 {
	pp.TraceSeq++
	return pp.TraceSeq
}

// traceCreate: gp, which does not run yet, was made by the running goroutine, if any.
func traceCreate(gp *G, blocked bool) {
	ev := tracev2.EvGoCreate
	if blocked {
		ev = tracev2.EvGoCreateBlocked
	}
	start := [1]uintptr{gp.StartPC + 1}
	trace.Event(ev, gp.GoID, trace.PutStack(start[:]), trace.Stack(task.Getg().M.CurG))
}

func traceStart(gp *G) { trace.Event(tracev2.EvGoStart, gp.GoID, nextSeq(gp)) }

// traceBlock: the running goroutine is about to wait.
func traceBlock(gp *G, why uint8) {
	trace.Event(tracev2.EvGoBlock, blockReason(why), trace.Stack(gp))
}

// traceYield: the running goroutine stays runnable.
func traceYield(gp *G) {
	why := "runtime.Gosched"
	if gp.Preempt {
		why = "preempted"
	}
	trace.Event(tracev2.EvGoStop, trace.String(why), trace.Stack(gp))
}

// traceUnblock: gp, which waits, is about to become runnable.
func traceUnblock(gp *G) {
	trace.Event(tracev2.EvGoUnblock, gp.GoID, nextSeq(gp), trace.Stack(task.Getg().M.CurG))
}

// wake makes gp runnable, which waits and belongs to the caller. Threads without
// a P call it between trace.Enter and trace.Leave.
func wake(gp *G) {
	if trace.On != 0 {
		traceUnblock(gp)
	}
	casStatus(gp, task.Gwaiting, task.Grunnable)
}

// Wake is wake for the layers above.
func Wake(gp *G) { wake(gp) }

func traceProcStart(pp *P) {
	pp.TraceThread = 0
	trace.Event(tracev2.EvProcStart, uint64(pp.ID), nextProcSeq(pp))
}

// traceSteal: the caller took pp from a thread in a system call.
func traceSteal(pp *P) {
	thread := pp.TraceThread
	pp.TraceThread = 0
	trace.Event(tracev2.EvProcSteal, uint64(pp.ID), nextProcSeq(pp), thread)
}

// traceSyscall: the running goroutine enters a system call, with its P.
func traceSyscall() {
	mp := task.Getg().M
	mp.P.TraceThread = mp.ProcID
	trace.Event(tracev2.EvGoSyscallBegin, nextProcSeq(mp.P), trace.Stack(mp.CurG))
}

// traceSyscallEnd: a goroutine returned from a system call and has a P: its own of
// before; one that another thread had in a system call; or an idle one, for which
// there has been an event.
func traceSyscallEnd() {
	mp := task.Getg().M
	pp := mp.P
	switch pp.TraceThread {
	case mp.ProcID:
		pp.TraceThread = 0
		trace.Event(tracev2.EvGoSyscallEnd)
		return
	case 0:
	default:
		traceSteal(pp)
		traceProcStart(pp)
	}
	trace.Event(tracev2.EvGoSyscallEndBlocked)
	traceStart(mp.CurG)
}

var stopReasons = [...]string{
	StopOther:         "unknown",
	StopGC:            "GC sweep termination",
	StopGCEnd:         "GC mark termination",
	StopGOMAXPROCS:    "GOMAXPROCS",
	StopReadMemStats:  "read mem stats",
	StopAllGoroutines: "all goroutines stack trace",
	StopTrace:         "start trace",
}

// stopTraced is whether the trace has the beginning of the current stop.
var stopTraced bool

func traceStop(why StopReason) {
	stopTraced = true
	trace.Event(tracev2.EvSTWBegin, trace.String(stopReasons[why]), trace.Stack(task.Getg().M.CurG))
}

func traceStopEnd() {
	stopTraced = false
	trace.Event(tracev2.EvSTWEnd)
}

// traceNewProc introduces a P that is made while a trace is on.
func traceNewProc(pp *P) {
	pp.TraceSeq = 0
	trace.Event(tracev2.EvProcStatus, uint64(pp.ID), uint64(tracev2.ProcIdle))
}

// traceLeaveProc lets the running goroutine, which has stopped the world, leave its
// P; the start of another one and its own follow.
func traceLeaveProc() {
	trace.Event(tracev2.EvGoStop, trace.String("runtime.Gosched"), 0)
	trace.Event(tracev2.EvProcStop)
}

// BeginTraceGeneration begins a generation with the status of everything. The
// caller is on the system stack and has stopped the world and frozen the writers.
func BeginTraceGeneration() {
	mp := task.Getg().M
	trace.NextGeneration()
	for i := int32(0); i < nCreated; i++ {
		pp := allp[i]
		pp.TraceSeq, pp.TraceThread = 0, 0
		status := tracev2.ProcIdle
		if pp == mp.P {
			status = tracev2.ProcRunning // however the world stands still
		}
		trace.Event(tracev2.EvProcStatus, uint64(pp.ID), uint64(status))
	}
	traceStatus(mp.CurG)
	trace.Event(tracev2.EvProcsChange, uint64(nProcs), trace.Stack(mp.CurG))
	for i, n := 0, NumG(); i < n; i++ {
		if gp := GAt(i); gp != mp.CurG {
			traceStatus(gp)
		}
	}
}

func traceStatus(gp *G) {
	const none = ^uint64(0)
	thread := none
	status := tracev2.GoWaiting
	switch ReadStatus(gp) &^ task.Gscan {
	case task.Gdead, task.Gidle:
		return
	case task.Grunnable:
		status = tracev2.GoRunnable
	case task.Gsyscall:
		status = tracev2.GoSyscall
		thread = gp.M.ProcID
	}
	if gp == task.Getg().M.CurG {
		status = tracev2.GoRunning
		thread = gp.M.ProcID
	}
	gp.TraceSeq = 0
	trace.Event(tracev2.EvGoStatusStack, gp.GoID, thread, uint64(status), trace.Stack(gp))
	if gp.Assisting {
		trace.Event(tracev2.EvGCMarkAssistActive, gp.GoID)
	}
}

// EndTraceGeneration ends a generation, with the stop of the world that it takes.
// The caller is on the system stack and has frozen the writers.
func EndTraceGeneration() {
	if stopTraced {
		traceStopEnd()
	}
	trace.EndGeneration()
}
