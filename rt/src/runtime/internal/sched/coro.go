//go:build strata

package sched

import (
	"internal/runtime/sys"
	"internal/trace/tracev2"
	"runtime/internal/task"
	"runtime/internal/trace"
	"unsafe"
)

// Coroutines, for iter.Pull: a goroutine that is either running or parked in
// its coro; a switch exchanges the running goroutine with the one in the coro,
// on the same M and P, without the scheduler.
type coro struct {
	gp *G
	f  func(*coro)
	// Threads that the creator was locked to: a switch must happen there.
	mp     *M
	locked uint32
}

//go:linkname newcoro runtime.newcoro
func newcoro(f func(*coro)) *coro {
	c := new(coro)
	c.f = f
	pc := sys.GetCallerPC()
	gp := task.Getg()
	mp := task.Acquirem()
	*(*func(*coro))(unsafe.Pointer(&mp.ArgP[1])) = f
	mp.Arg[0] = pc
	task.Systemstack(newcoroOnG0)
	ng := (*G)(unsafe.Pointer(mp.Ret[0]))
	ng.CoroArg = unsafe.Pointer(c)
	c.gp = ng
	if gp.LockedM != nil {
		c.mp = mp
		c.locked = mp.LockedExt
	}
	task.Releasem(mp)
	return c
}

var coroEntry = coroStart

func newcoroOnG0() {
	mp := task.Getg().M
	mp.ArgP[1] = nil
	gp := newG(*(*unsafe.Pointer)(unsafe.Pointer(&coroEntry)), mp.CurG, mp.Arg[0], task.Gwaiting)
	gp.WaitReason = uint8(WaitCoroutine)
	if gp.Bubble != nil {
		blockedInBubble(bubbleOf(gp))
	}
	mp.Ret[0] = uintptr(unsafe.Pointer(gp))
}

// coroStart is the body of a coroutine's goroutine.
func coroStart() {
	gp := task.Getg()
	c := (*coro)(gp.CoroArg)
	gp.CoroArg = nil
	// Also when f ends by Goexit.
	defer coroExit(c)
	c.f(c)
}

// coroExit switches to the goroutine in c and ends the current one.
func coroExit(c *coro) {
	gp := task.Getg()
	gp.CoroArg = unsafe.Pointer(c)
	task.Mcall(coroExitOnG0)
}

func coroExitOnG0(gp *G) {
	c := (*coro)(gp.CoroArg)
	gp.CoroArg = nil
	next := c.gp
	c.gp = nil
	if next != nil && next.Bubble != nil {
		readyInBubble(next) // first, so that the bubble does not look idle
	}
	if trace.On != 0 {
		if next == nil {
			trace.Event(tracev2.EvGoDestroy)
		} else {
			trace.Event(tracev2.EvGoSwitchDestroy, next.GoID, nextSeq(next))
		}
	}
	destroyG(gp)
	resumeCoro(next)
}

// coroswitch runs the goroutine in c and parks the current one there.
//
//go:linkname coroswitch runtime.coroswitch
func coroswitch(c *coro) {
	gp := task.Getg()
	gp.CoroArg = unsafe.Pointer(c)
	task.Mcall(coroswitchOnG0)
}

func coroswitchOnG0(gp *G) {
	c := (*coro)(gp.CoroArg)
	gp.CoroArg = nil
	mp := task.Getg().M
	if c.mp != nil && (c.mp != mp || c.locked != mp.LockedExt) || c.mp == nil && mp.LockedExt > 0 && gp.LockedM != nil && c.locked != mp.LockedExt {
		throw("coroswitch: thread lock differs from the coroutine's creator")
	}
	next := c.gp
	if next == nil {
		throw("coroswitch on exited coro")
	}
	gp.WaitReason = uint8(WaitCoroutine)
	if trace.On != 0 {
		trace.Event(tracev2.EvGoSwitch, next.GoID, nextSeq(next))
	}
	casStatus(gp, task.Grunning, task.Gwaiting)
	dropG()
	c.gp = gp
	resumeCoro(next)
}

func resumeCoro(next *G) {
	mp := task.Getg().M
	if next == nil {
		schedule()
	}
	if mp.LockedG != nil {
		// The lock to the thread moves along.
		mp.LockedG.LockedM = nil
		next.LockedM = mp
		mp.LockedG = next
	}
	casStatus(next, task.Gwaiting, task.Grunnable)
	resume(next, true) // the switch is one event of a trace
}
