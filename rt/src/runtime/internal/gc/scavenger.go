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

var scavenging struct {
	background
	time        atomic.Int64 // processor time in the background
	askedTime   atomic.Int64 // and while allocating or at the program's request
	given       uint64       // bytes given back in the background
	asked       uint64       // and at the program's request
	traced      uint64       // what the last line of GODEBUG=scavtrace has told of these
	tracedEager uint64
}

// setRetained computes what to keep after the goal has changed.
func (p *Pacer) setRetained(objects uint64) {
	st := page.ReadStats()
	p.retained = pace.Retain(uint64(st.InUse), p.Goal, p.lastGoal)
	pageLimit := ^uintptr(0)
	if design.MemoryLimit && p.Limit < pace.NoLimit {
		m := memory(objects)
		other := m.Mapped - min(m.Mapped, uint64(st.Mapped-st.Released))
		room := p.Limit - min(p.Limit, other)
		// Stop short of the limit: other memory grows too.
		p.retained = min(p.retained, room-room/20)
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
	s := &scavenging
	s.begin()
	for {
		for held() > atomic.Load64(&Pacing.retained) {
			mp := task.Acquirem()
			start := task.Nanotime()
			got := uint64(0)
			task.Systemstack(func() { got = uint64(page.Release(scavengeStep)) })
			took := task.Nanotime() - start
			s.given += got
			task.Releasem(mp)
			s.time.Add(took)
			if got == 0 {
				break
			}
			sched.Sleep(min(max(took*scavengeShare, scavengeNap), scavengeLimit))
		}
		s.rest(sched.WaitGCScavengeWait, nil)
	}
}

// traceScavenger prints how much memory was given back since the last line, how much is given back now, and which part of
// the rest is in use.
func traceScavenger(asked bool) {
	eager := scavenging.asked + page.ReleasedEagerly()
	background := atomic.Load64(&scavenging.given)
	st := page.ReadStats()
	printlock()
	print("scav ", (background-scavenging.traced)>>10, " KiB work (bg), ", (eager-scavenging.tracedEager)>>10, " KiB work (eager), ",
		st.Released>>10, " KiB now, ", uint64(st.InUse)*100/max(held(), 1), "% util")
	if asked {
		print(" (forced)")
	}
	print("\n")
	printunlock()
	scavenging.traced, scavenging.tracedEager = background, eager
}

// wakeScavenger is called when the sweep of a cycle is over.
func wakeScavenger() {
	if held() > atomic.Load64(&Pacing.retained) {
		scavenging.wake()
	}
}

// ReleaseAll collects and gives all free pages back: debug.FreeOSMemory.
func ReleaseAll() {
	Collect()
	start := task.Nanotime()
	task.Systemstack(func() { scavenging.asked += uint64(page.Release(^uintptr(0) >> 1)) })
	if tracing.scavenger {
		traceScavenger(true)
	}
	scavenging.askedTime.Add(task.Nanotime() - start)
}
