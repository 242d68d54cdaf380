//go:build strata

package sched

import (
	"internal/runtime/atomic"
	"internal/runtime/sys"
	"internal/trace/tracev2"
	"runtime/internal/task"
	"runtime/internal/trace"
	"unsafe"
)

// A goroutine in a system call keeps its M; the M's P stays associated loosely,
// in status Psyscall: whoever swaps the status away from Psyscall (the returning
// M, the monitor, a stop of the world) owns the P.
//
// From entersyscall to exitsyscall nothing may grow the stack: it is scanned
// from SyscallSP up and the frames below are not described.

// entersyscall is called right before a system call that may block.
//
//go:linkname entersyscall runtime.entersyscall
//go:nosplit
func entersyscall() { reenterSyscall(sys.GetCallerPC(), sys.GetCallerSP()) }

//go:nosplit
func reenterSyscall(pc, sp uintptr) {
	gp := task.Getg()
	mp := gp.M
	mp.Locks++
	// Any stack check from here on runs into newstack, which refuses.
	gp.ThrowSplit = true
	gp.StackGuard0 = task.StackPreempt
	gp.Sched.PC, gp.Sched.SP = pc, sp
	gp.SyscallSP, gp.SyscallPC = sp, pc
	if trace.On != 0 {
		task.Systemstack(traceSyscall)
		gp.Sched.PC, gp.Sched.SP = pc, sp
	}
	casStatus(gp, task.Grunning, task.Gsyscall)
	if sched.sysmonWait.Load() {
		task.Systemstack(wakeSysmon)
		gp.Sched.PC, gp.Sched.SP = pc, sp
	}
	pp := mp.P
	if pp.SafePoint != 0 {
		task.Systemstack(runSafePoint)
		gp.Sched.PC, gp.Sched.SP = pc, sp
	}
	mp.SyscallTick = pp.SyscallTick
	if !localQueues {
		task.Systemstack(handoffInSyscall)
		gp.Sched.PC, gp.Sched.SP = pc, sp
		mp.Locks--
		return
	}
	setPM(pp, nil)
	setP(mp, nil)
	*(*uintptr)(unsafe.Pointer(&mp.OldP)) = uintptr(unsafe.Pointer(pp))
	atomic.Store(&pp.Status, task.Psyscall)
	if sched.gcWaiting.Load() {
		task.Systemstack(stopInSyscall)
		gp.Sched.PC, gp.Sched.SP = pc, sp
	}
	mp.Locks--
}

func wakeSysmon() {
	task.Lock(&sched.lock)
	if sched.sysmonWait.Load() {
		sched.sysmonWait.Store(false)
		task.NoteWakeup(&sched.sysmonNote)
	}
	task.Unlock(&sched.lock)
}

// stopInSyscall gives the P to a stop of the world that already waits.
func stopInSyscall() {
	pp := task.Getg().M.OldP
	task.Lock(&sched.lock)
	if sched.stopWait > 0 && atomic.Cas(&pp.Status, task.Psyscall, task.Pgcstop) {
		pp.SyscallTick++
		if trace.On != 0 {
			traceSteal(pp)
		}
		sched.stopWait--
		if sched.stopWait == 0 {
			task.NoteWakeup(&sched.stopNote)
		}
	}
	task.Unlock(&sched.lock)
}

// entersyscallblock is entersyscall for a call that surely blocks: the P is
// handed off at once.
//
//go:linkname entersyscallblock runtime.entersyscallblock
//go:nosplit
func entersyscallblock() {
	gp := task.Getg()
	mp := gp.M
	mp.Locks++
	gp.ThrowSplit = true
	gp.StackGuard0 = task.StackPreempt
	mp.SyscallTick = mp.P.SyscallTick
	mp.P.SyscallTick++
	pc, sp := sys.GetCallerPC(), sys.GetCallerSP()
	gp.Sched.PC, gp.Sched.SP = pc, sp
	gp.SyscallSP, gp.SyscallPC = sp, pc
	if trace.On != 0 {
		task.Systemstack(traceSyscall)
	}
	casStatus(gp, task.Grunning, task.Gsyscall)
	task.Systemstack(handoffInSyscall)
	gp.Sched.PC, gp.Sched.SP = pc, sp
	mp.Locks--
}

func handoffInSyscall() { handoffP(releaseP()) }

// exitsyscall is called right after the system call. On return the goroutine
// has a P again; it may have waited for one.
//
//go:linkname exitsyscall runtime.exitsyscall
//go:nosplit
func exitsyscall() {
	gp := task.Getg()
	mp := gp.M
	mp.Locks++
	gp.WaitSince = 0
	oldp := mp.OldP
	*(*uintptr)(unsafe.Pointer(&mp.OldP)) = 0
	if retakeP(mp, oldp) {
		mp.P.SyscallTick++
		if trace.On != 0 {
			task.Systemstack(traceSyscallEnd)
		}
		casStatus(gp, task.Gsyscall, task.Grunning)
		gp.SyscallSP = 0
		mp.Locks--
		if gp.Preempt {
			gp.StackGuard0 = task.StackPreempt
		} else {
			task.ResetGuard(gp)
		}
		gp.ThrowSplit = false
		return
	}
	mp.Locks--
	task.Mcall(exitsyscallSlow)
	// execute restored StackGuard0.
	gp.SyscallSP = 0
	gp.M.P.SyscallTick++
	gp.ThrowSplit = false
}

// retakeP gets the P from before the call back, or any idle one.
//
//go:nosplit
func retakeP(mp *M, oldp *P) bool {
	if sched.stopWait == freezeStop {
		return false
	}
	if oldp != nil && oldp.Status == task.Psyscall && atomic.Cas(&oldp.Status, task.Psyscall, task.Pidle) {
		wireP(mp, oldp)
		return true
	}
	if sched.idleP == nil {
		return false
	}
	task.Systemstack(takeIdleP)
	return mp.P != nil
}

func takeIdleP() {
	task.Lock(&sched.lock)
	pp := getIdleP()
	if pp != nil && sched.sysmonWait.Load() {
		sched.sysmonWait.Store(false)
		task.NoteWakeup(&sched.sysmonNote)
	}
	task.Unlock(&sched.lock)
	if pp != nil {
		acquireP(pp)
	}
}

// exitsyscallSlow runs on g0 without a P: the goroutine waits for one, the M
// stops.
func exitsyscallSlow(gp *G) {
	mp := task.Getg().M
	trace.Enter()
	if trace.On != 0 {
		trace.Event(tracev2.EvGoSyscallEndBlocked)
	}
	casStatus(gp, task.Gsyscall, task.Grunnable)
	trace.Leave()
	*(*uintptr)(unsafe.Pointer(&gp.M)) = 0
	*(*uintptr)(unsafe.Pointer(&mp.CurG)) = 0
	task.Lock(&sched.lock)
	pp := getIdleP()
	locked := false
	if pp == nil {
		globalPut(gp)
		// After Unlock gp may run elsewhere: its fields are not ours any more.
		locked = gp.LockedM != nil
	} else if sched.sysmonWait.Load() {
		sched.sysmonWait.Store(false)
		task.NoteWakeup(&sched.sysmonNote)
	}
	task.Unlock(&sched.lock)
	if pp != nil {
		acquireP(pp)
		execute(gp, false)
	}
	if locked {
		stopLockedM()
		execute(gp, false)
	}
	stopM()
	schedule()
}
