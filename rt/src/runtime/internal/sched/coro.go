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
//
// Threads: where the creator of a coro is locked to its thread, every switch must happen
// there, with the creator's counts of locks, which belong to the thread and stay. The lock
// itself is handed to the goroutine that goes on. So neither side can tell that
// there are two goroutines, and the end of one is not the end of the thread.
type coro struct {
	gp *G
	f  func(*coro)
	// The thread that the creator was locked to, and how often; nil if it was not.
	mp                   *M
	lockedExt, lockedInt uint32
}

//go:linkname newcoro runtime.newcoro
func newcoro(f func(*coro)) *coro {
	c := new(coro)
	c.f = f
	pc := sys.GetCallerPC()
	mp := task.Acquirem()
	*(*func(*coro))(unsafe.Pointer(&mp.ArgP[1])) = f
	mp.Arg[0] = pc
	task.Systemstack(newcoroOnG0)
	ng := (*G)(unsafe.Pointer(mp.Ret[0]))
	ng.CoroArg = unsafe.Pointer(c)
	c.gp = ng
	if mp.LockedExt+mp.LockedInt != 0 {
		c.mp, c.lockedExt, c.lockedInt = mp, mp.LockedExt, mp.LockedInt
	}
	task.Releasem(mp)
	return c
}

var coroEntry = coroStart

func newcoroOnG0() {
	mp := task.Getg().M
	mp.ArgP[1] = nil
	gp := newG(*(*unsafe.Pointer)(unsafe.Pointer(&coroEntry)), mp.CurG, mp.Arg[0], task.Gwaiting, false)
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
	task.Getg().CoroArg = unsafe.Pointer(c)
	task.Mcall(coroExitOnG0)
}

// coroswitch runs the goroutine in c and parks the current one there.
//
//go:linkname coroswitch runtime.coroswitch
func coroswitch(c *coro) {
	task.Getg().CoroArg = unsafe.Pointer(c)
	task.Mcall(coroswitchOnG0)
}

func coroExitOnG0(gp *G) {
	c, locked := leaveForCoro(gp)
	next := c.exchange(nil)
	if next.Bubble != nil {
		readyInBubble(next) // first, so that the bubble does not look idle
	}
	if trace.On != 0 {
		trace.Event(tracev2.EvGoSwitchDestroy, next.GoID, nextSeq(next))
	}
	destroyG(gp)
	enterFromCoro(next, locked)
}

func coroswitchOnG0(gp *G) {
	c, locked := leaveForCoro(gp)
	b := gp.Bubble
	gp.WaitReason = uint8(WaitCoroutine)
	// Others may switch to gp as soon as it stands in c: by then it waits.
	casStatus(gp, task.Grunning, task.Gwaiting)
	gp.M = nil
	next := c.exchange(gp)
	if next == gp {
		throw("coroswitch of a goroutine to itself")
	}
	if trace.On != 0 {
		trace.Event(tracev2.EvGoSwitch, next.GoID, nextSeq(next))
	}
	// Within a bubble as many goroutines can run after the switch as before.
	if b != next.Bubble {
		if next.Bubble != nil {
			readyInBubble(next)
		}
		if b != nil {
			blockedInBubble((*Bubble)(b))
		}
	}
	enterFromCoro(next, locked)
}

// exchange puts gp in the place of the goroutine in c, which now belongs to the caller.
func (c *coro) exchange(gp *G) *G {
	for {
		next := c.gp
		if next == nil {
			throw("coroswitch on exited coro")
		}
		if casG(&c.gp, next, gp) {
			return next
		}
	}
}

// leaveForCoro checks that gp may switch, and takes from it the lock to its thread.
func leaveForCoro(gp *G) (c *coro, locked bool) {
	c = (*coro)(gp.CoroArg)
	gp.CoroArg = nil
	mp := task.Getg().M
	locked = gp.LockedM != nil
	if !locked && c.mp == nil {
		return c, false
	}
	if c.mp != mp || c.lockedExt != mp.LockedExt || c.lockedInt != mp.LockedInt {
		print("coro: got thread ", unsafe.Pointer(mp), ", want ", unsafe.Pointer(c.mp), "\n")
		print("coro: got lock internal ", mp.LockedInt, ", want ", c.lockedInt, "\n")
		print("coro: got lock external ", mp.LockedExt, ", want ", c.lockedExt, "\n")
		throw("coro: OS thread locking must match locking at coroutine creation")
	}
	if locked {
		gp.LockedM = nil
		mp.LockedG = nil
	}
	return c, locked
}

// enterFromCoro runs next, and gives it the lock to the thread that its predecessor had.
func enterFromCoro(next *G, locked bool) {
	if locked {
		mp := task.Getg().M
		next.LockedM = mp
		mp.LockedG = next
	}
	casStatus(next, task.Gwaiting, task.Grunnable)
	resume(next, true) // the switch is one event of a trace
}
