//go:build strata

package gc

import (
	"runtime/internal/design"
	"runtime/internal/pace"
	"runtime/internal/sched"
	"runtime/internal/task"
)

// A limiter keeps the collector from taking the program's time when a memory limit makes cycles follow one another.
// Without a memory limit there is none.
type limiter struct {
	pace.Limiter
	lock  task.Mutex
	told  int64 // when it was told last
	used  int64 // collecting time that it has been told of
	idle  int64
	cycle uint32 // in which it limited last
	past  int64  // collecting time of the cycles before
}

var Limiter limiter

const limiterEvery = 10e6 // nanoseconds

// Tell tells the limiter of the time since it was told last, of which this cycle so far has used some. The caller
// is not preempted.
func (l *limiter) Tell(used func() int64) {
	if !design.MemoryLimit {
		return
	}
	now := task.Nanotime()
	if now-l.told < limiterEvery || !task.TryLock(&l.lock) {
		return
	}
	procs := int64(sched.GoMaxProcs())
	all := l.past + used()
	idle := sched.IdleTime()
	if l.told != 0 {
		spent := max(all-l.used, 0)
		running := (now-l.told)*procs - spent - max(idle-l.idle, 0)
		l.Add(spent, max(running, 0), int(procs))
		if l.Limiting {
			l.cycle = Log.Cycle.N
		}
	}
	l.told, l.used, l.idle = now, all, idle
	task.Unlock(&l.lock)
}

// Resting tells whether the program is due to run for as long as the last cycle stopped it, for a collector
// that has no other work than such cycles.
func (l *limiter) Resting() bool {
	c := &Log.Done
	return design.MemoryLimit && l.Limiting && task.Nanotime()-c.End < c.End-c.Start
}

// Stopped tells the limiter of the time that the program had before the cycle that is now done, and of what this took.
func (l *limiter) Stopped(before int64) {
	if !design.MemoryLimit {
		return
	}
	c := &Log.Done
	procs := int64(c.Procs)
	l.Add(0, (c.Start-before)*procs, int(procs))
	l.Add((c.End-c.Start)*procs, 0, int(procs))
	if l.Limiting {
		l.cycle = c.N
	}
}
