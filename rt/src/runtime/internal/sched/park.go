//go:build strata

package sched

import (
	"internal/runtime/atomic"
	"runtime/internal/race"
	"runtime/internal/task"
	"runtime/internal/trace"
	"unsafe"
)

// WaitReason says why a goroutine waits, as goroutine headers show it. The
// numbers are those of Go 1.26: debuggers have a table of them.
type WaitReason uint8

const (
	WaitZero WaitReason = iota
	WaitGCAssistMarking
	WaitIOWait
	WaitDumpingHeap
	WaitGarbageCollection
	WaitGarbageCollectionScan
	WaitPanicWait
	WaitGCAssistWait
	WaitGCSweepWait
	WaitGCScavengeWait
	WaitFinalizerWait
	WaitForceGCIdle
	WaitProcsUpdater
	WaitSemacquire
	WaitSleep
	WaitChanReceiveNil
	WaitChanSendNil
	WaitSelectNoCases
	WaitSelect
	WaitChanReceive
	WaitChanSend
	WaitSyncCond
	WaitSyncMutexLock
	WaitSyncRWMutexRLock
	WaitSyncRWMutexLock
	WaitSyncWaitGroup
	WaitTraceReaderBlocked
	WaitForGCCycle
	WaitGCWorkerIdle
	WaitGCWorkerActive
	WaitPreempted
	WaitDebugCall
	WaitGCMarkTermination
	WaitStoppingTheWorld
	WaitFlushProcCaches
	WaitTraceGoroutineStatus
	WaitTraceProcStatus
	WaitPageTraceFlush
	WaitCoroutine
	WaitGCWeakToStrong
	WaitSynctestRun
	WaitSynctestWait
	WaitSynctestChanReceive
	WaitSynctestChanSend
	WaitSynctestSelect
	WaitSynctestWaitGroup
	WaitCleanup
)

var waitReasons = [...]string{
	WaitGCAssistMarking:       "GC assist marking",
	WaitIOWait:                "IO wait",
	WaitChanReceiveNil:        "chan receive (nil chan)",
	WaitChanSendNil:           "chan send (nil chan)",
	WaitDumpingHeap:           "dumping heap",
	WaitGarbageCollection:     "garbage collection",
	WaitGarbageCollectionScan: "garbage collection scan",
	WaitPanicWait:             "panicwait",
	WaitSelect:                "select",
	WaitSelectNoCases:         "select (no cases)",
	WaitGCAssistWait:          "GC assist wait",
	WaitGCSweepWait:           "GC sweep wait",
	WaitGCScavengeWait:        "GC scavenge wait",
	WaitChanReceive:           "chan receive",
	WaitChanSend:              "chan send",
	WaitFinalizerWait:         "finalizer wait",
	WaitForceGCIdle:           "force gc (idle)",
	WaitSemacquire:            "semacquire",
	WaitSleep:                 "sleep",
	WaitSyncCond:              "sync.Cond.Wait",
	WaitSyncMutexLock:         "sync.Mutex.Lock",
	WaitSyncRWMutexRLock:      "sync.RWMutex.RLock",
	WaitSyncRWMutexLock:       "sync.RWMutex.Lock",
	WaitSyncWaitGroup:         "sync.WaitGroup.Wait",
	WaitTraceReaderBlocked:    "trace reader (blocked)",
	WaitForGCCycle:            "wait for GC cycle",
	WaitGCWorkerIdle:          "GC worker (idle)",
	WaitGCWorkerActive:        "GC worker (active)",
	WaitPreempted:             "preempted",
	WaitDebugCall:             "debug call",
	WaitGCMarkTermination:     "GC mark termination",
	WaitStoppingTheWorld:      "stopping the world",
	WaitFlushProcCaches:       "flushing proc caches",
	WaitTraceGoroutineStatus:  "trace goroutine status",
	WaitTraceProcStatus:       "trace proc status",
	WaitPageTraceFlush:        "page trace flush",
	WaitCoroutine:             "coroutine",
	WaitGCWeakToStrong:        "GC weak to strong wait",
	WaitSynctestRun:           "synctest.Run",
	WaitSynctestWait:          "synctest.Wait",
	WaitSynctestChanReceive:   "chan receive (durable)",
	WaitSynctestChanSend:      "chan send (durable)",
	WaitSynctestSelect:        "select (durable)",
	WaitSynctestWaitGroup:     "sync.WaitGroup.Wait (durable)",
	WaitCleanup:               "cleanup wait",
	WaitProcsUpdater:          "GOMAXPROCS updater (idle)",
}

func (w WaitReason) String() string {
	if int(w) < len(waitReasons) {
		return waitReasons[w]
	}
	return "unknown wait reason"
}

// Park suspends the running goroutine. When it is off its stack, unlock is
// called on g0; if that says false, the goroutine resumes at once. A nil unlock
// stands for true.
//
//go:linkname Park runtime.gopark
func Park(unlock func(*G, unsafe.Pointer) bool, lock unsafe.Pointer, why WaitReason) {
	mp := task.Acquirem()
	gp := mp.CurG
	if s := ReadStatus(gp); s != task.Grunning && s != task.Grunning|task.Gscan {
		throw("gopark: bad g status")
	}
	mp.WaitLock = lock
	mp.WaitUnlock = unlock
	gp.WaitReason = uint8(why)
	task.Releasem(mp)
	task.Mcall(parkOnG0)
}

func parkOnG0(gp *G) {
	mp := task.Getg().M
	// Others own gp as soon as it is unlocked: what a bubble counts is read before.
	b := gp.Bubble
	if !isDurable(b, gp.WaitReason) {
		b = nil
	}
	if race.Enabled && b != nil { // what it has done comes before a Wait
		race.ReleaseMerge(race.Of(gp), uintptr(b))
	}
	if trace.On != 0 {
		traceBlock(gp, gp.WaitReason)
	}
	casStatus(gp, task.Grunning, task.Gwaiting)
	dropG()
	if fn := mp.WaitUnlock; fn != nil {
		ok := fn(gp, mp.WaitLock)
		mp.WaitUnlock = nil
		mp.WaitLock = nil
		if !ok {
			wake(gp)
			execute(gp, true)
		}
	}
	if b != nil {
		blockedInBubble((*Bubble)(b))
	}
	schedule()
}

// ParkUnlock parks and releases l, a *task.Mutex.
//
//go:linkname ParkUnlock runtime.goparkunlock
func ParkUnlock(l *task.Mutex, why WaitReason) { Park(unlockMutex, unsafe.Pointer(l), why) }

func unlockMutex(gp *G, l unsafe.Pointer) bool {
	task.Unlock((*task.Mutex)(l))
	return true
}

// Ready makes a parked goroutine runnable, next on this P.
func Ready(gp *G) {
	mp := task.Acquirem()
	if mp.G0 == task.Getg() || mp.GSignal == task.Getg() {
		ready(gp, true)
	} else {
		mp.Arg[6] = uintptr(unsafe.Pointer(gp))
		task.Systemstack(readyOnG0)
	}
	task.Releasem(mp)
}

func readyOnG0() {
	ready((*G)(unsafe.Pointer(task.Getg().M.Arg[6])), true)
}

func ready(gp *G, next bool) {
	mp := task.Acquirem()
	if s := ReadStatus(gp); s&^task.Gscan != task.Gwaiting {
		print("runtime: goroutine ", gp.GoID, " has status ", s, "\n")
		throw("bad g->status in ready")
	}
	if isDurable(gp.Bubble, gp.WaitReason) {
		readyInBubble(gp)
	}
	if gp.TrackSeq++; gp.TrackSeq%8 == 0 {
		gp.RunnableAt = task.Nanotime() // a sample of the latencies
	}
	wake(gp)
	runqPut(mp.P, gp, next)
	wakep()
	task.Releasem(mp)
}

// Gosched lets other goroutines run; the caller goes to the global queue.
//
//go:linkname Gosched runtime.Gosched
func Gosched() { task.Mcall(goschedOnG0) }

func goschedOnG0(gp *G) { yieldGlobal(gp) }

//go:linkname goschedguarded runtime.goschedguarded
func goschedguarded() {
	mp := task.Getg().M
	if mp.Locks != 0 || mp.Mallocing != 0 || mp.PreemptOff != "" || mp.P.Status != task.Prunning {
		return
	}
	task.Mcall(goschedOnG0)
}

// yieldGlobal puts gp, which ran on this M, at the end of the global queue.
func yieldGlobal(gp *G) {
	if s := ReadStatus(gp); s&^task.Gscan != task.Grunning {
		throw("bad g status")
	}
	if trace.On != 0 {
		traceYield(gp)
	}
	casStatus(gp, task.Grunning, task.Grunnable)
	dropG()
	task.Lock(&sched.lock)
	globalPut(gp)
	task.Unlock(&sched.lock)
	if localQueues && mainStarted {
		wakep()
	}
	schedule()
}

// GoschedLocal is Gosched with the caller at the tail of the local queue.
func GoschedLocal() { task.Mcall(goyieldOnG0) }

func goyieldOnG0(gp *G) {
	pp := task.Getg().M.P
	if trace.On != 0 {
		traceYield(gp)
	}
	casStatus(gp, task.Grunning, task.Grunnable)
	dropG()
	runqPut(pp, gp, false)
	schedule()
}

// AcquireSudog returns a Sudog from the P's cache.
func AcquireSudog() *Sudog {
	mp := task.Acquirem()
	pp := mp.P
	if pp.Sudogs == nil {
		refillSudogs(pp)
	}
	s := pp.Sudogs
	pp.Sudogs = s.Next
	pp.SudogN--
	s.Next = nil
	task.Releasem(mp)
	return s
}

var (
	sudogLock task.Mutex
	sudogFree *Sudog
)

// refillSudogs takes some from the shared list, or makes a batch. They lie
// outside the heap: a Sudog is reachable from its goroutine while it has
// pointers, and the collector scans those.
func refillSudogs(pp *P) {
	task.Lock(&sudogLock)
	for pp.SudogN < 32 && sudogFree != nil {
		s := sudogFree
		sudogFree = s.Next
		s.Next = pp.Sudogs
		pp.Sudogs = s
		pp.SudogN++
	}
	task.Unlock(&sudogLock)
	if pp.Sudogs != nil {
		return
	}
	const batch = 16
	p := persistent(batch * unsafe.Sizeof(Sudog{}))
	for i := uintptr(0); i < batch; i++ {
		s := (*Sudog)(unsafe.Add(p, i*unsafe.Sizeof(Sudog{})))
		s.Next = pp.Sudogs
		pp.Sudogs = s
		pp.SudogN++
	}
}

// ReleaseSudog gives s back, which must be clear of pointers.
func ReleaseSudog(s *Sudog) {
	if s.Elem != nil || s.IsSelect || s.Next != nil || s.Prev != nil || s.WaitLink != nil || s.C != nil {
		throw("runtime: sudog not cleared")
	}
	if task.Getg().Param != nil {
		throw("runtime: releaseSudog with non-nil gp.param")
	}
	mp := task.Acquirem()
	pp := mp.P
	s.G = nil
	s.Next = pp.Sudogs
	pp.Sudogs = s
	pp.SudogN++
	if pp.SudogN >= 128 {
		task.Lock(&sudogLock)
		for pp.SudogN > 64 {
			s := pp.Sudogs
			pp.Sudogs = s.Next
			pp.SudogN--
			s.Next = sudogFree
			sudogFree = s
		}
		task.Unlock(&sudogLock)
	}
	task.Releasem(mp)
}

// Block parks for ever: select {}.
//
//go:linkname Block runtime.block
func Block() { Park(nil, nil, WaitSelectNoCases) }

var _ = atomic.Load
