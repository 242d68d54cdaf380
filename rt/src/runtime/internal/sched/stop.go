//go:build strata

package sched

import (
	"internal/runtime/atomic"
	"internal/trace/tracev2"
	"runtime/internal/task"
	"runtime/internal/trace"
	"unsafe"
)

// Stopping the world: all Ps reach status Pgcstop, so no goroutine runs Go
// code. Ps of Ms in system calls are taken; the calls go on.

// freezeStop as stopWait makes every P stop for ever: the process is dying.
const freezeStop = 0x7fffffff

// StopReason says why the world stops, for statistics.
type StopReason uint8

const (
	StopOther StopReason = iota
	StopGC
	StopGCEnd
	StopGOMAXPROCS
	StopReadMemStats
	StopAllGoroutines
	StopTrace
)

// worldSema is held while the world is stopped or about to; gcSema keeps a
// collection from starting.
var (
	worldSema uint32 = 1
	gcSema    uint32 = 1
)

// SemAcquire and SemRelease are the scheduler's semaphores for other layers.
func SemAcquire(s *uint32) { semacquire(s, false, noProfile, WaitSemacquire) }
func SemRelease(s *uint32) { semrelease(s, false) }

// WorldSema and GCSema are exported for the collector.
func WorldSema() *uint32 { return &worldSema }
func GCSema() *uint32    { return &gcSema }

// StopTheWorld stops all other goroutines until StartTheWorld. The caller must
// not hold locks and keeps its P. It must not park.
func StopTheWorld(why StopReason) {
	semacquire(&worldSema, false, noProfile, WaitStoppingTheWorld)
	mp := task.Acquirem()
	mp.PreemptOff = "stop the world"
	mp.Arg[5] = uintptr(why)
	task.Systemstack(stopOnG0)
	task.Releasem(mp)
}

// StartTheWorld undoes StopTheWorld.
func StartTheWorld() {
	task.Systemstack(startOnG0)
	// Give the semaphore away before anything can preempt us.
	mp := task.Acquirem()
	mp.PreemptOff = ""
	semrelease(&worldSema, true)
	task.Releasem(mp)
}

// StopTheWorldGC and StartTheWorldGC also keep the collector from starting a
// cycle meanwhile.
func StopTheWorldGC(why StopReason) {
	semacquire(&gcSema, false, noProfile, WaitSemacquire)
	StopTheWorld(why)
}

func StartTheWorldGC() {
	StartTheWorld()
	semrelease(&gcSema, false)
}

// stopOnG0 counts the goroutine as waiting meanwhile, so that a scanner of its
// stack does not wait for it while it waits for the scanner to stop. Only here, on the system stack, does its
// Sched say where it stands.
func stopOnG0() {
	mp := task.Getg().M
	mp.CurG.WaitReason = uint8(WaitStoppingTheWorld)
	casStatus(mp.CurG, task.Grunning, task.Gwaiting)
	StopOnG0(StopReason(mp.Arg[5]))
	casStatus(mp.CurG, task.Gwaiting, task.Grunning)
}

func startOnG0() { StartOnG0(0) }

// StopTimes, when set, is told how long a stop took to come about and, at its
// end, how long the world stood still.
var (
	StopTimes     func(why StopReason, stopping, total int64)
	stopStarted   int64
	stopComplete  int64
	stopReasonNow StopReason
)

// StoppedAt is when the world came to stand still.
func StoppedAt() int64 { return stopComplete }

// StopOnG0 stops the world; the caller is on the system stack and holds worldSema.
func StopOnG0(why StopReason) {
	mp := task.Getg().M
	if mp.Locks > 1 && mp.PreemptOff == "" {
		throw("stopTheWorld: holding locks")
	}
	start := task.Nanotime()
	if trace.On != 0 {
		traceStop(why)
	}
	task.Lock(&sched.lock)
	sched.stopWait = nProcs
	sched.gcWaiting.Store(true)
	preemptAll()
	mp.P.Status = task.Pgcstop
	sched.stopWait--
	for i := int32(0); i < nProcs; i++ {
		pp := allp[i]
		if pp.Status == task.Psyscall && atomic.Cas(&pp.Status, task.Psyscall, task.Pgcstop) {
			pp.SyscallTick++
			if trace.On != 0 {
				traceSteal(pp)
			}
			sched.stopWait--
		}
	}
	for pp := getIdleP(); pp != nil; pp = getIdleP() {
		pp.Status = task.Pgcstop
		sched.stopWait--
	}
	wait := sched.stopWait > 0
	task.Unlock(&sched.lock)
	if wait {
		// Requests can be missed by goroutines that were just starting: repeat.
		for !task.NoteTSleep(&sched.stopNote, 100*1000) {
			preemptAll()
		}
		task.NoteClear(&sched.stopNote)
	}
	if sched.stopWait != 0 {
		throw("stopTheWorld: not stopped (stopwait != 0)")
	}
	for i := int32(0); i < nProcs; i++ {
		if allp[i].Status != task.Pgcstop {
			throw("stopTheWorld: not stopped (status != _Pgcstop)")
		}
	}
	if panicking.Load() != 0 {
		// Another thread panics: let it print and exit.
		task.Lock(&deadlock)
		task.Lock(&deadlock)
	}
	stopStarted, stopReasonNow = start, why
	stopComplete = task.Nanotime()
}

// deadlock is for threads that shall never go on.
var deadlock task.Mutex

// StartOnG0 starts the world again, with procs Ps if that is not 0.
func StartOnG0(procs int32) {
	mp := task.Acquirem()
	if pollInited() {
		injectList(pollNetwork(0))
	}
	task.Lock(&sched.lock)
	n, old := nProcs, nProcs
	if procs != 0 {
		n = procs
	}
	runnable := resizeProcs(n)
	sched.gcWaiting.Store(false)
	if sched.sysmonWait.Load() {
		sched.sysmonWait.Store(false)
		task.NoteWakeup(&sched.sysmonNote)
	}
	task.Unlock(&sched.lock)
	if trace.On != 0 && n != old {
		trace.Event(tracev2.EvProcsChange, uint64(n), trace.Stack(mp.CurG))
	}
	if stopTraced {
		traceStopEnd()
	}
	if StopTimes != nil {
		StopTimes(stopReasonNow, stopComplete-stopStarted, task.Nanotime()-stopStarted)
	}
	for runnable != nil {
		pp := runnable
		runnable = pp.Link
		pp.Link = nil
		if pp.M == nil {
			newM(nil, pp, false, -1)
			continue
		}
		next := pp.M
		setPM(pp, nil)
		if next.NextP != nil {
			throw("startTheWorld: inconsistent mp->nextp")
		}
		next.NextP = pp
		task.NoteWakeup(&next.Park)
	}
	// A spinning M finds whatever else is runnable.
	wakep()
	if !localQueues {
		startLooking() // a collector's work, perhaps
	}
	task.Releasem(mp)
}

// stopForGC stops the running M for a stop of the world.
func stopForGC() {
	mp := task.Getg().M
	if !sched.gcWaiting.Load() {
		throw("gcstopm: not waiting for gc")
	}
	if mp.Spinning {
		mp.Spinning = false
		if sched.spinning.Add(-1) < 0 {
			throw("gcstopm: negative nmspinning")
		}
	}
	pp := releaseP()
	task.Lock(&sched.lock)
	pp.Status = task.Pgcstop
	sched.stopWait--
	if sched.stopWait == 0 {
		task.NoteWakeup(&sched.stopNote)
	}
	task.Unlock(&sched.lock)
	stopM()
}

// FreezeTheWorld stops as much as it can, for a fatal traceback. It never
// fails and is never undone.
func FreezeTheWorld() {
	for i := 0; i < 5; i++ {
		sched.stopWait = freezeStop
		sched.gcWaiting.Store(true)
		if !preemptAll() {
			break
		}
		usleep(1000)
	}
	usleep(1000)
	preemptAll()
	usleep(1000)
}

// ForEachP calls fn for every P at a safe point of it. fn must not block. The
// caller is on the system stack; worldSema is held.
func ForEachP(fn func(*P)) {
	mp := task.Acquirem()
	pp := mp.P
	task.Lock(&sched.lock)
	if sched.safePointWait != 0 {
		throw("forEachP: sched.safePointWait != 0")
	}
	sched.safePointWait = nProcs - 1
	sched.safePointFn = fn
	for i := int32(0); i < nProcs; i++ {
		if allp[i] != pp {
			atomic.Store(&allp[i].SafePoint, 1)
		}
	}
	preemptAll()
	// Idle Ps stay idle while we hold the lock.
	for p2 := sched.idleP; p2 != nil; p2 = p2.Link {
		if atomic.Cas(&p2.SafePoint, 1, 0) {
			fn(p2)
			sched.safePointWait--
		}
	}
	wait := sched.safePointWait > 0
	task.Unlock(&sched.lock)
	fn(pp)
	// Ps in system calls: take them over.
	for i := int32(0); i < nProcs; i++ {
		p2 := allp[i]
		if p2.Status == task.Psyscall && p2.SafePoint == 1 && atomic.Cas(&p2.Status, task.Psyscall, task.Pidle) {
			p2.SyscallTick++
			if trace.On != 0 {
				traceSteal(p2)
			}
			handoffP(p2)
		}
	}
	if wait {
		for !task.NoteTSleep(&sched.safePointNote, 100*1000) {
			preemptAll()
		}
		task.NoteClear(&sched.safePointNote)
	}
	if sched.safePointWait != 0 {
		throw("forEachP: not done")
	}
	task.Lock(&sched.lock)
	sched.safePointFn = nil
	task.Unlock(&sched.lock)
	task.Releasem(mp)
}

// runSafePoint runs the function of ForEachP for the current P.
func runSafePoint() {
	pp := task.Getg().M.P
	if !atomic.Cas(&pp.SafePoint, 1, 0) {
		return // handoffP or another did it
	}
	sched.safePointFn(pp)
	task.Lock(&sched.lock)
	sched.safePointWait--
	if sched.safePointWait == 0 {
		task.NoteWakeup(&sched.safePointNote)
	}
	task.Unlock(&sched.lock)
}

// SetGoMaxProcs changes the number of Ps.
func SetGoMaxProcs(n int32) { SetGoMaxProcsUnless(n, nil) }

// SetGoMaxProcsUnless changes the number of Ps, unless, with the world stopped, never is set.
func SetGoMaxProcsUnless(n int32, never *atomic.Bool) {
	StopTheWorldGC(StopGOMAXPROCS)
	if never != nil && never.Load() {
		n = nProcs
	}
	task.Getg().M.Arg[5] = uintptr(min(n, MaxProcs))
	task.Systemstack(startResizedOnG0)
	mp := task.Acquirem()
	mp.PreemptOff = ""
	semrelease(&worldSema, true)
	task.Releasem(mp)
	semrelease(&gcSema, false)
}

func startResizedOnG0() { StartOnG0(int32(task.Getg().M.Arg[5])) }

var _ unsafe.Pointer
