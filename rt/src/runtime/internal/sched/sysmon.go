//go:build strata

package sched

import (
	"internal/runtime/atomic"
	"runtime/internal/kernel"
	"runtime/internal/task"
	"runtime/internal/trace"
)

// forcePreemptNS is the time slice.
const forcePreemptNS = 10 * 1000 * 1000

// sysmon is the monitor: a thread without a P that retakes Ps from system
// calls, asks for preemption of goroutines that run too long, and polls the
// network when nobody else does. It naps 20 µs to 10 ms, longer the longer
// there was nothing to do, and sleeps deeply when all Ps are idle.
func sysmon() {
	task.Lock(&sched.lock)
	sched.nSysM++
	checkDead()
	task.Unlock(&sched.lock)
	idle := 0
	delay := uint32(0)
	for {
		switch {
		case idle == 0:
			delay = 20
		case idle > 50:
			delay = min(2*delay, 10*1000)
		}
		usleep(delay)
		now := task.Nanotime()
		if stressPreempt {
			idle = 0
			preemptAll()
		}
		// A trace goes on while nothing else does.
		if schedTrace <= 0 && (sched.gcWaiting.Load() || sched.nIdleP.Load() == nProcs) {
			if sysmonSleep(now) {
				idle = 0
				delay = 20
			}
		}
		task.Lock(&sched.sysmonLock)
		now = task.Nanotime()
		last := sched.lastPoll.Load()
		if pollInited() && last != 0 && last+10*1000*1000 < now {
			sched.lastPoll.CompareAndSwap(last, now)
			if list := pollNetwork(0); list != nil {
				// The injected work may start Ms: count ourselves out of the
				// deadlock check only while we do not.
				countIdleLocked(-1)
				injectList(list)
				countIdleLocked(1)
			}
		}
		if retake(now) != 0 {
			idle = 0
		} else {
			idle++
		}
		if SysmonTick != nil {
			SysmonTick(now)
		}
		if schedTrace > 0 && now-lastTrace >= int64(schedTrace)*1000*1000 {
			lastTrace = now
			Trace(schedDetail)
		}
		task.Unlock(&sched.sysmonLock)
	}
}

// sysmonSleep sleeps until something happens, at most a minute. It reports
// whether it slept.
func sysmonSleep(now int64) bool {
	slept := false
	task.Lock(&sched.lock)
	if sched.gcWaiting.Load() || sched.nIdleP.Load() == nProcs {
		next := earliestTimer(0)
		if next > now || next == 0 {
			sched.sysmonWait.Store(true)
			task.Unlock(&sched.lock)
			sleep := int64(60e9)
			if next != 0 && next-now < sleep {
				sleep = next - now
			}
			task.NoteTSleep(&sched.sysmonNote, sleep)
			task.Lock(&sched.lock)
			sched.sysmonWait.Store(false)
			task.NoteClear(&sched.sysmonNote)
			slept = true
		}
	}
	task.Unlock(&sched.lock)
	return slept
}

func countIdleLocked(delta int32) {
	task.Lock(&sched.lock)
	sched.nLockedIdle += delta
	if delta > 0 {
		checkDead()
	}
	task.Unlock(&sched.lock)
}

// retake takes Ps that sit in system calls for more than one tick of the
// monitor, and asks goroutines that run longer than a time slice to yield.
func retake(now int64) int {
	n := 0
	for i := int32(0); i < nProcs; i++ {
		pp := allp[i]
		status := atomic.Load(&pp.Status)
		if status != task.Prunning && status != task.Psyscall {
			continue
		}
		overdue := false
		if tick := pp.SchedTick; pp.MonSchedTick != tick {
			pp.MonSchedTick = tick
			pp.MonSchedWhen = now
		} else if pp.MonSchedWhen+forcePreemptNS <= now {
			preemptOne(pp)
			overdue = true
		}
		if status != task.Psyscall {
			continue
		}
		tick := pp.SyscallTick
		if !overdue && pp.MonSyscallTick != tick {
			pp.MonSyscallTick = tick
			pp.MonSyscallWhen = now
			continue
		}
		// With idle or spinning Ps and no local work nobody needs this one, but
		// it must not keep the monitor from deep sleep for ever.
		if runqEmpty(pp) && sched.spinning.Load()+sched.nIdleP.Load() > 0 && pp.MonSyscallWhen+forcePreemptNS > now {
			continue
		}
		// Less one idle locked M, so that the deadlock check does not see us
		// between the swap and the handoff.
		countIdleLocked(-1)
		if atomic.Cas(&pp.Status, task.Psyscall, task.Pidle) {
			n++
			pp.SyscallTick++
			if trace.On != 0 {
				traceSteal(pp)
			}
			handoffP(pp)
		}
		countIdleLocked(1)
	}
	return n
}

func usleep(us uint32) { kernel.Usleep(us) }

// GODEBUG schedtrace (milliseconds) and scheddetail.
var (
	schedTrace  int32
	schedDetail bool
	lastTrace   int64
)

// SetTrace sets GODEBUG's schedtrace and scheddetail.
func SetTrace(ms int32, detail bool) { schedTrace, schedDetail = ms, detail }

// Trace prints the state of the scheduler in the format of GODEBUG=schedtrace.
func Trace(detail bool) {
	now := task.Nanotime()
	if sched.startTime == 0 {
		sched.startTime = now
	}
	task.Lock(&sched.lock)
	print("SCHED ", (now-sched.startTime)/1000000, "ms: gomaxprocs=", nProcs, " idleprocs=", sched.nIdleP.Load(),
		" threads=", sched.mCount(), " spinningthreads=", sched.spinning.Load(), " needspinning=", sched.needSpin.Load(),
		" idlethreads=", sched.nIdleM, " runqueue=", sched.runqLen)
	if detail {
		print(" gcwaiting=", sched.gcWaiting.Load(), " nmidlelocked=", sched.nLockedIdle, " stopwait=", sched.stopWait,
			" sysmonwait=", sched.sysmonWait.Load(), "\n")
	}
	for i := int32(0); localQueues && i < nProcs; i++ {
		traceP(allp[i], i, detail)
	}
	switch {
	case detail:
		traceMsAndGs()
	case !localQueues:
		print("\n") // there is the one queue
	default:
		print(" schedticks=[ ")
		for i := int32(0); i < nProcs; i++ {
			print(allp[i].SchedTick, " ")
		}
		print("]\n")
	}
	task.Unlock(&sched.lock)
}

func traceP(pp *P, i int32, detail bool) {
	n := atomic.Load(&pp.RunqTail) - atomic.Load(&pp.RunqHead)
	if !detail {
		// [len(P0) len(P1) …]
		print(" ")
		if i == 0 {
			print("[ ")
		}
		print(n)
		if i == nProcs-1 {
			print(" ]")
		}
		return
	}
	print("  P", i, ": status=", pp.Status, " schedtick=", pp.SchedTick, " syscalltick=", pp.SyscallTick, " m=")
	printM(pp.M)
	print(" runqsize=", n, " gfreecnt=", pp.GFreeN, " timerslen=", timersOf(pp).len.Load(), "\n")
}

func traceMsAndGs() {
	for mp := allm; mp != nil; mp = mp.AllLink {
		print("  M", mp.ID, ":")
		switch {
		case !localQueues:
		case mp.P != nil:
			print(" p=", mp.P.ID)
		default:
			print(" p=nil")
		}
		print(" curg=")
		printG(mp.CurG)
		print(" mallocing=", mp.Mallocing, " throwing=", mp.Throwing, " preemptoff=", mp.PreemptOff, " locks=", mp.Locks,
			" dying=", mp.Dying, " spinning=", mp.Spinning, " blocked=", mp.Blocked, " lockedg=")
		printG(mp.LockedG)
		print("\n")
	}
	for i := 0; i < NumG(); i++ {
		gp := GAt(i)
		print("  G", gp.GoID, ": status=", ReadStatus(gp), "(", WaitReason(gp.WaitReason).String(), ") m=")
		printM(gp.M)
		print(" lockedm=")
		printM(gp.LockedM)
		print("\n")
	}
}

func printM(mp *M) {
	if mp == nil {
		print("nil")
	} else {
		print(mp.ID)
	}
}

func printG(gp *G) {
	if gp == nil {
		print("nil")
	} else {
		print(gp.GoID)
	}
}
