//go:build strata

package sched

import (
	"internal/runtime/atomic"
	"internal/trace/tracev2"
	"runtime/internal/task"
	"runtime/internal/trace"
	"unsafe"
)

// acquireP associates pp with the running M.
func acquireP(pp *P) {
	mp := task.Getg().M
	wireP(mp, pp)
	if trace.On != 0 {
		traceProcStart(pp)
	}
}

// wireP is nosplit and free of write barriers since it runs without a P.
//
//go:nosplit
func wireP(mp *M, pp *P) {
	if mp.P != nil {
		throw("wirep: already in go")
	}
	if pp.M != nil || pp.Status != task.Pidle {
		throw("wirep: invalid p state")
	}
	if threadCaches {
		installCaches(mp, pp)
	}
	setP(mp, pp)
	setPM(pp, mp)
	pp.Status = task.Prunning
}

// setP and setPM store without write barriers.
//
//go:nosplit
func setP(mp *M, pp *P) {
	*(*uintptr)(unsafe.Pointer(&mp.P)) = uintptr(unsafe.Pointer(pp))
	runs := unsafe.Pointer(&task.NoRuns)
	if pp != nil {
		runs = pp.MCache // whose beginning they are
	}
	*(*uintptr)(unsafe.Pointer(&mp.Runs)) = uintptr(runs)
}

//go:nosplit
func setPM(pp *P, mp *M) {
	*(*uintptr)(unsafe.Pointer(&pp.M)) = uintptr(unsafe.Pointer(mp))
}

// unwireP undoes wireP, but for the status.
func unwireP(mp *M, pp *P) {
	if threadCaches {
		keepCaches(mp, pp)
	}
	setP(mp, nil)
	setPM(pp, nil)
}

// releaseP takes the running M's P away and returns it.
func releaseP() *P {
	mp := task.Getg().M
	pp := mp.P
	if pp == nil {
		throw("releasep: no p")
	}
	if pp.M != mp || pp.Status != task.Prunning {
		throw("releasep: invalid p state")
	}
	if trace.On != 0 {
		trace.Event(tracev2.EvProcStop)
	}
	unwireP(mp, pp)
	pp.Status = task.Pidle
	return pp
}

// putIdleP and getIdleP keep the list of idle Ps. The lock is held.
func putIdleP(pp *P) {
	if !runqEmpty(pp) {
		throw("pidleput: P has non-empty run queue")
	}
	pp.IdleSince = task.Nanotime()
	pp.Link = sched.idleP
	sched.idleP = pp
	sched.nIdleP.Add(1)
}

func getIdleP() *P {
	pp := sched.idleP
	if pp != nil {
		sched.idleP = pp.Link
		pp.Link = nil
		sched.nIdleP.Add(-1)
		sched.idleNS.Add(task.Nanotime() - pp.IdleSince)
	}
	return pp
}

// handoffP gives away a P whose M blocks: to a new M if there is work for it,
// to a stop of the world, or to the idle list.
func handoffP(pp *P) {
	if !runqEmpty(pp) || sched.runqLen != 0 {
		startM(pp, false)
		return
	}
	if GCFindIdleWorker != nil && GCWorkLeft != nil && GCWorkLeft(pp) {
		startM(pp, false)
		return
	}
	// No spinning or idle P would notice new work: keep one M looking.
	if localQueues && sched.spinning.Load()+sched.nIdleP.Load() == 0 && sched.spinning.CompareAndSwap(0, 1) {
		sched.needSpin.Store(0)
		startM(pp, true)
		return
	}
	task.Lock(&sched.lock)
	if sched.gcWaiting.Load() {
		pp.Status = task.Pgcstop
		sched.stopWait--
		if sched.stopWait == 0 {
			task.NoteWakeup(&sched.stopNote)
		}
		task.Unlock(&sched.lock)
		return
	}
	if pp.SafePoint != 0 && atomic.Cas(&pp.SafePoint, 1, 0) {
		sched.safePointFn(pp)
		sched.safePointWait--
		if sched.safePointWait == 0 {
			task.NoteWakeup(&sched.safePointNote)
		}
	}
	if sched.runqLen != 0 {
		task.Unlock(&sched.lock)
		startM(pp, false)
		return
	}
	// The last running P: somebody must wait for the network.
	if sched.nIdleP.Load() == nProcs-1 && sched.lastPoll.Load() != 0 {
		task.Unlock(&sched.lock)
		startM(pp, false)
		return
	}
	when := nextTimerOf(pp)
	putIdleP(pp)
	task.Unlock(&sched.lock)
	if when != 0 {
		WakePoller(when)
	}
}

// GCWorkLeft reports whether a collector could use pp.
var GCWorkLeft func(pp *P) bool

// resizeProcs sets the number of Ps to n. The world is stopped and the lock
// held. It returns the Ps with local work, linked; the caller runs them.
func resizeProcs(n int32) *P {
	old := nProcs
	if n <= 0 || n > MaxProcs {
		throw("procresize: invalid arg")
	}
	now := task.Nanotime()
	if sched.procsTime != 0 {
		sched.totalTime += int64(old) * (now - sched.procsTime)
	}
	sched.procsTime = now
	if n > procRoom {
		growProcs(n)
	}
	for i := nCreated; i < n; i++ {
		pp := (*P)(persistent(unsafe.Sizeof(P{})))
		pp.ID = i
		pp.Status = task.Pgcstop
		pp.WBBuf.Reset()
		allp[i] = pp
		initTimers(pp)
		if trace.On != 0 {
			traceNewProc(pp)
		}
	}
	if n > nCreated {
		nCreated = n
	}
	for i := old; i < n; i++ {
		pp := allp[i]
		pp.Status = task.Pgcstop
		if InitP != nil {
			InitP(pp)
		}
	}
	mp := task.Getg().M
	if mp.P != nil && mp.P.ID < n {
		mp.P.Status = task.Prunning
	} else {
		moves := mp.P != nil && trace.On != 0
		if moves {
			traceLeaveProc()
		}
		if mp.P != nil {
			unwireP(mp, mp.P)
		}
		pp := allp[0]
		setPM(pp, nil)
		pp.Status = task.Pidle
		acquireP(pp)
		if moves {
			traceStart(mp.CurG)
		}
	}
	for i := n; i < old; i++ {
		destroyP(allp[i])
	}
	nProcs = n
	var runnable *P
	for i := n - 1; i >= 0; i-- {
		pp := allp[i]
		if pp == mp.P {
			continue
		}
		pp.Status = task.Pidle
		if runqEmpty(pp) {
			putIdleP(pp)
			continue
		}
		pp.M = getIdleM()
		pp.Link = runnable
		runnable = pp
	}
	return runnable
}

// growProcs makes room for n Ps. Threads without a P may still read the old table, which stays.
func growProcs(n int32) {
	room := max(n, 2*procRoom, 64)
	all := (*[MaxProcs]*P)(persistent(uintptr(room) * unsafe.Sizeof(allp[0])))
	for i := int32(0); i < nCreated; i++ {
		all[i] = allp[i]
	}
	allp, procRoom = all, room
}

// destroyP moves what pp has to shared places. It may be used again later.
func destroyP(pp *P) {
	for pp.RunqHead != pp.RunqTail {
		pp.RunqTail--
		globalPutHead(pp.Runq[pp.RunqTail%task.RunqSize])
	}
	if pp.RunNext != nil {
		globalPutHead(pp.RunNext)
		pp.RunNext = nil
	}
	if localQueues {
		moveTimers(pp, task.Getg().M.P)
	}
	purgeFreeG(pp)
	if FreeP != nil {
		FreeP(pp)
	}
	pp.Status = task.Pdead
}

// ProcPin keeps the goroutine on its P until ProcUnpin and returns the P's
// index. The world cannot stop in between.
//
//go:nosplit
func ProcPin() int {
	mp := task.Getg().M
	mp.Locks++
	return int(mp.P.ID)
}

// ProcUnpin undoes ProcPin.
//
//go:nosplit
func ProcUnpin() {
	task.Getg().M.Locks--
}

//go:linkname sync_runtime_procPin sync.runtime_procPin
//go:nosplit
func sync_runtime_procPin() int { return ProcPin() }

//go:linkname sync_runtime_procUnpin sync.runtime_procUnpin
//go:nosplit
func sync_runtime_procUnpin() { ProcUnpin() }

//go:linkname sync_atomic_runtime_procPin sync/atomic.runtime_procPin
//go:nosplit
func sync_atomic_runtime_procPin() int { return ProcPin() }

//go:linkname sync_atomic_runtime_procUnpin sync/atomic.runtime_procUnpin
//go:nosplit
func sync_atomic_runtime_procUnpin() { ProcUnpin() }

// IdleTime is the total time that Ps have spent idle, and CapacityTime the
// P-nanoseconds since the start.
func IdleTime() int64 { return sched.idleNS.Load() }

func CapacityTime(now int64) int64 {
	return sched.totalTime + int64(nProcs)*(now-sched.procsTime)
}
