//go:build strata

package gc

import (
	"internal/runtime/atomic"
	"runtime/internal/sched"
	"runtime/internal/task"
)

// Stats are the figures of all cycles so far.
type Stats struct {
	N, Forced  uint32
	PauseTotal uint64
	PauseNs    [256]uint64 // the most recent is at (N+255)%256
	PauseEnd   [256]uint64 // when it ended, nanoseconds since 1970
	LastEnd    uint64
	NextGoal   uint64
	CPUTime    int64 // nanoseconds of processor time
	LastLive   uint64
}

// recordPause adds a cycle that stopped the world for pause nanoseconds to the
// statistics.
func recordPause(c *Cycle, pause uint64) {
	sec, nsec := task.Walltime()
	now := uint64(sec)*1e9 + uint64(nsec)
	i := (c.N + 255) % 256
	stats.PauseNs[i], stats.PauseEnd[i] = pause, now
	stats.PauseTotal += pause
	stats.LastEnd = now
	stats.CPUTime += (c.End - c.Start) * int64(sched.GoMaxProcs())
}

// ReadStats fills st. Exact while the world is stopped.
func ReadStats(st *Stats) {
	*st = stats
	st.N, st.Forced = cycles, forced
	st.NextGoal, st.LastLive = goal, lastLive
}

// LastCycle returns the last cycle's record.
func LastCycle() Cycle { return done }

// traceOn is GODEBUG=gctrace=1.
var traceOn bool

// SetTrace turns the line for each cycle on.
func SetTrace(on bool) { traceOn = on }

// startTime is when the program started.
var startTime = int64(0)

// SetStartTime tells the trace when the program started.
func SetStartTime(t int64) { startTime = t }

// traceCycle prints the last cycle in the form that tools for gc's traces read:
// seconds since the start, wall-clock and processor milliseconds of the stop, the mark phase and its end.
func traceCycle() {
	c := &done
	util := int64(0)
	if t := c.End - startTime; t > 0 {
		util = stats.CPUTime * 100 / (t * int64(c.Procs))
	}
	print("gc ", c.N, " @")
	printFixed((c.Start - startTime) / 1e6)
	print("s ", util, "%: ")
	printPhases(c)
	print(" ms clock, ")
	printPhases(c)
	print(" ms cpu, ", c.Before>>20, "->", c.After>>20, "->", c.Live>>20, " MB, ", c.Goal>>20, " MB goal, ")
	print(c.StackSize>>20, " MB stacks, ", c.Globals>>20, " MB globals, ", c.Procs, " P")
	if c.Forced {
		print(" (forced)")
	}
	print("\n")
}

func printPhases(c *Cycle) {
	printFixed((c.Stopped - c.Start) / 1e3)
	print("+")
	printFixed((c.Marked - c.Stopped) / 1e3)
	print("+")
	printFixed((c.End - c.Marked) / 1e3)
}

// printFixed prints n thousandths.
func printFixed(n int64) {
	print(n/1000, ".", n/100%10, n/10%10, n%10)
}

// Queues counts finalizers and cleanups.
type Queues struct {
	FinalizersQueued, FinalizersRun uint64
	CleanupsQueued, CleanupsRun     uint64
}

// ReadQueues returns the figures so far.
func ReadQueues() Queues {
	return Queues{
		atomic.Load64(&finalizers.queued), atomic.Load64(&finalizers.done),
		atomic.Load64(&cleanups.queued), atomic.Load64(&cleanups.done),
	}
}

// Cycles is the number of completed mark phases, Swept the last one whose sweep
// is known to be complete.
func Cycles() uint32 { return atomic.Load(&cycles) }
func Swept() uint32  { return atomic.Load(&swept) }
