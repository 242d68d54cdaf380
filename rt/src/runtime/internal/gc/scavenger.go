//go:build strata

package gc

import (
	"internal/runtime/atomic"
	"runtime/internal/design"
	"runtime/internal/pace"
	"runtime/internal/page"
	"runtime/internal/sched"
	"runtime/internal/task"
)

// The scavenger is a goroutine that gives free pages of the heap back to the
// system, a few at a time, for at most one percent of a processor, until no more is held than the next cycle
// is expected to need. Under a memory limit, allocation does the same at once for what would go beyond it.

const (
	scavengeStep  = 64 << 10
	scavengeShare = 100           // it sleeps so many times as long as it works
	scavengeNap   = 1_000_000     // nanoseconds, at least
	scavengeLimit = 1_000_000_000 // at most
)

var (
	retained uint64 // bytes of heap memory to keep, set at the end of each cycle

	scavengeLock   task.Mutex
	scavengeG      *task.G
	scavengeParked bool
	scavengeGot    uintptr
	scavengeTime   atomic.Int64 // processor time in the background
	scavengeAsk    atomic.Int64 // and while allocating or at the program's request

	// Bytes given back, since the last line of GODEBUG=scavtrace.
	tracedBackground, tracedEager uint64
	releasedBackground            uint64
	releasedAsked                 uint64
)

// setRetained computes what to keep after the goal has changed.
func setRetained(objects uint64) {
	st := page.ReadStats()
	retained = pace.Retain(uint64(st.InUse), goal, lastGoal)
	pageLimit := ^uintptr(0)
	if design.MemoryLimit && pacer.Limit < pace.NoLimit {
		m := memory(objects)
		other := m.Mapped - min(m.Mapped, uint64(st.Mapped-st.Released))
		room := pacer.Limit - min(pacer.Limit, other)
		// Stop short of the limit: other memory grows too.
		retained = min(retained, room-room/20)
		pageLimit = uintptr(room)
	}
	page.SetLimit(pageLimit)
}

// held is the heap's memory.
func held() uint64 {
	st := page.ReadStats()
	return uint64(st.Mapped - st.Released)
}

//go:linkname scavenger runtime.bgscavenge
func scavenger() {
	gp := task.Getg()
	gp.System = true
	scavengeG = gp
	for {
		for held() > atomic.Load64(&retained) {
			mp := task.Acquirem()
			start := task.Nanotime()
			task.Systemstack(scavengeSome)
			took := task.Nanotime() - start
			got := scavengeGot
			task.Releasem(mp)
			scavengeTime.Add(took)
			if got == 0 {
				break
			}
			sched.Sleep(min(max(took*scavengeShare, scavengeNap), scavengeLimit))
		}
		task.Lock(&scavengeLock)
		scavengeParked = true
		sched.ParkUnlock(&scavengeLock, sched.WaitGCScavengeWait)
	}
}

func scavengeSome() {
	scavengeGot = page.Release(scavengeStep)
	releasedBackground += uint64(scavengeGot)
}

// traceScavenger prints how much memory was given back since the last line, how much is given back now, and which part of
// the rest is in use.
func traceScavenger(asked bool) {
	eager := releasedAsked + page.ReleasedEagerly()
	background := atomic.Load64(&releasedBackground)
	st := page.ReadStats()
	printlock()
	print("scav ", (background-tracedBackground)>>10, " KiB work (bg), ", (eager-tracedEager)>>10, " KiB work (eager), ",
		st.Released>>10, " KiB now, ", uint64(st.InUse)*100/max(held(), 1), "% util")
	if asked {
		print(" (forced)")
	}
	print("\n")
	printunlock()
	tracedBackground, tracedEager = background, eager
}

// wakeScavenger is called when the sweep of a cycle is over.
func wakeScavenger() {
	if held() <= atomic.Load64(&retained) {
		return
	}
	task.Lock(&scavengeLock)
	wake := scavengeParked
	scavengeParked = false
	task.Unlock(&scavengeLock)
	if wake {
		sched.Ready(scavengeG)
	}
}

// ReleaseAll collects and gives all free pages back: debug.FreeOSMemory.
func ReleaseAll() {
	Collect()
	start := task.Nanotime()
	task.Systemstack(releaseAll)
	if scavTraceOn {
		traceScavenger(true)
	}
	scavengeAsk.Add(task.Nanotime() - start)
}

func releaseAll() { releasedAsked += uint64(page.Release(^uintptr(0) >> 1)) }
