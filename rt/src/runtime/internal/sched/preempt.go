//go:build strata

package sched

import (
	"internal/runtime/atomic"
	"runtime/internal/design"
	"runtime/internal/kernel"
	"runtime/internal/stack"
	"runtime/internal/task"
	"runtime/internal/trace"
)

// Preemption. A request poisons the goroutine's stack guard; the next function
// prologue enters newstack, which calls OnPreempt. Where the design has
// asynchronous preemption, the thread is also sent SIGURG, and the handler
// makes the goroutine call asyncPreempt if it is at a safe point.

// AsyncOff is GODEBUG=asyncpreemptoff=1.
var AsyncOff bool

// preemptAll asks every running P; it reports whether there was any.
func preemptAll() bool {
	any := false
	for i := int32(0); i < nProcs; i++ {
		if allp[i].Status == task.Prunning && preemptOne(allp[i]) {
			any = true
		}
	}
	return any
}

// preemptOne asks the goroutine on pp to stop. It may come too late or hit the
// wrong one: callers repeat or do not care.
func preemptOne(pp *P) bool {
	mp := pp.M
	if mp == nil || mp == task.Getg().M {
		return false
	}
	gp := mp.CurG
	if gp == nil || gp == mp.G0 {
		return false
	}
	if !design.PollsAtPrologue && !design.AsyncPreempt {
		return true
	}
	gp.Preempt = true
	gp.StackGuard0 = task.StackPreempt
	if design.AsyncPreempt && !AsyncOff {
		pp.Preempt = true
		preemptM(mp)
	}
	return true
}

// preemptM sends mp's thread the signal that makes its goroutine stop.
func preemptM(mp *M) {
	if atomic.Cas(&mp.SignalPend, 0, 1) {
		kernel.Tgkill(pid, int32(mp.ProcID), sigPreempt)
	}
}

const sigPreempt = kernel.SIGURG

// CanPreempt reports whether the goroutine on mp may stop here.
//
//go:nosplit
func CanPreempt(mp *M) bool {
	return mp.Locks == 0 && mp.Mallocing == 0 && mp.PreemptOff == "" && mp.P != nil && mp.P.Status == task.Prunning
}

// OnPreempt is called on g0 by newstack for a goroutine that was asked to stop
// and can. It does not return.
func OnPreempt(gp *G) {
	if gp.PreemptStop {
		preemptPark(gp)
	}
	yieldGlobal(gp)
}

// preemptPark stops gp for whoever suspends it.
func preemptPark(gp *G) {
	if s := ReadStatus(gp); s&^task.Gscan != task.Grunning {
		throw("bad g status")
	}
	gp.WaitReason = uint8(WaitPreempted)
	if trace.On != 0 {
		traceBlock(gp, gp.WaitReason)
	}
	// With Gscan set the suspender cannot take gp before it is off its M.
	casToPreemptScan(gp)
	dropG()
	dropScan(gp, task.Gpreempted|task.Gscan)
	schedule()
}

func casToPreemptScan(gp *G) {
	for !atomic.Cas(&gp.Status, task.Grunning, task.Gpreempted|task.Gscan) {
		kernel.SchedYield()
	}
}

// asyncPreempt2 runs on the goroutine's stack under asyncPreempt, which saved
// all registers.
//
//go:linkname asyncPreempt2 runtime.asyncPreempt2
//go:nosplit
func asyncPreempt2() {
	gp := task.Getg()
	gp.AsyncSafePoint = true
	if gp.PreemptStop {
		task.Mcall(preemptPark)
	} else {
		task.Mcall(goschedOnG0)
	}
	gp.AsyncSafePoint = false
}

// WantAsyncPreempt reports whether somebody asked gp to stop.
func WantAsyncPreempt(gp *G) bool {
	mp := gp.M
	return (gp.Preempt || mp.P != nil && mp.P.Preempt) && ReadStatus(gp)&^task.Gscan == task.Grunning
}

// Suspended is what SuspendG returns for ResumeG.
type Suspended struct {
	G    *G
	Dead bool
	// Stopped: SuspendG itself stopped it; ResumeG makes it runnable again.
	Stopped bool
}

// SuspendG stops gp at a safe point and claims its stack. It waits for that.
// The caller must not be preemptible itself while it holds gp.
func SuspendG(gp *G) Suspended {
	stopped := false
	nextSignal := int64(0)
	for i := 0; ; i++ {
		switch s := ReadStatus(gp); s {
		case task.Gdead:
			return Suspended{Dead: true}
		case task.Gcopystack:
			// Its stack is being copied: wait.
		case task.Gpreempted:
			// We asked, or someone else did: take it over as waiting.
			if !atomic.Cas(&gp.Status, task.Gpreempted, task.Gwaiting) {
				break
			}
			stopped = true
			fallthrough
		case task.Grunnable, task.Gsyscall, task.Gwaiting:
			if stopped {
				s = task.Gwaiting
			}
			if !casStatusScan(gp, s) {
				break
			}
			gp.PreemptStop = false
			gp.Preempt = false
			task.ResetGuard(gp)
			return Suspended{G: gp, Stopped: stopped}
		case task.Grunning:
			if gp.PreemptStop && gp.Preempt && gp.StackGuard0 == task.StackPreempt && !design.AsyncPreempt {
				break
			}
			// Claim it for a moment so that it does not end meanwhile.
			if !casStatusScan(gp, task.Grunning) {
				break
			}
			gp.PreemptStop = true
			gp.Preempt = true
			gp.StackGuard0 = task.StackPreempt
			mp := gp.M
			dropScan(gp, task.Grunning|task.Gscan)
			if design.AsyncPreempt && !AsyncOff {
				if now := task.Nanotime(); now >= nextSignal {
					nextSignal = now + 100*1000
					preemptM(mp)
				}
			}
		default:
			if s&task.Gscan == 0 {
				throw("suspendG: invalid g status")
			}
		}
		if i < 64 {
			task.ProcYield(10)
		} else {
			kernel.SchedYield()
		}
	}
}

// ResumeG undoes SuspendG.
func ResumeG(s Suspended) {
	if s.Dead {
		return
	}
	gp := s.G
	dropScan(gp, ReadStatus(gp))
	if s.Stopped {
		ready(gp, true)
	}
}

var _ = stack.StartingSize
