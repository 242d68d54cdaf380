//go:build strata

package gc

import (
	"internal/runtime/atomic"
	"runtime/internal/design"
	"runtime/internal/page"
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
	LastLive   uint64
	LastScan   uint64
	LastStacks uint64
	Limited    uint32 // the last cycle in which the limiter was on

	CPU CPUTimes
}

// CPUTimes are nanoseconds of processor time.
type CPUTimes struct {
	Assist, Dedicated, Idle, Pause        int64
	ScavengeBackground, ScavengeAllocated int64
}

// Marking is what marking and stopping took, Busy leaves out what no other
// goroutine wanted.
func (c *CPUTimes) Marking() int64 { return c.Busy() + c.Idle }
func (c *CPUTimes) Busy() int64    { return c.Assist + c.Dedicated + c.Pause }

var stats Stats

// recordCycle adds a complete cycle to the statistics.
func recordCycle(c *Cycle) {
	sec, nsec := task.Walltime()
	now := uint64(sec)*1e9 + uint64(nsec)
	i := (c.N + 255) % 256
	stats.PauseNs[i], stats.PauseEnd[i] = c.Pause, now
	stats.PauseTotal += c.Pause
	stats.LastEnd = now
	t := &stats.CPU
	t.Assist += c.Assist
	t.Dedicated += c.Dedicated + c.Fractional
	t.Idle += c.Idle
	if design.ConcurrentMark {
		t.Pause += int64(c.Pause) * int64(c.Procs)
	}
	Limiter.past += c.Assist + c.Dedicated + c.Fractional
}

// ReadStats fills st. Exact while the world is stopped.
func ReadStats(st *Stats) {
	*st = stats
	st.N, st.Forced = Log.Cycles, Log.forced
	st.NextGoal = Pacing.Goal
	st.LastLive, st.LastScan, st.LastStacks = Pacing.Live, Pacing.Scan, Pacing.Stacks
	st.Limited = Limiter.cycle
	st.CPU.ScavengeBackground = scavenging.time.Load()
	st.CPU.ScavengeAllocated = scavenging.askedTime.Load() + page.ReleaseTime()
}

// tracing is what GODEBUG asks for: gctrace=1, scavtrace=1.
var tracing struct {
	cycles, scavenger bool
	start             int64 // when the program started
}

// SetTrace turns on lines for each cycle: of the collector, and of memory given back.
func SetTrace(cycles, scavenger bool) { tracing.cycles, tracing.scavenger = cycles, scavenger }

// SetStartTime tells the trace when the program started.
func SetStartTime(t int64) { tracing.start = t }

// Trace prints a line about the last cycle, if asked to.
func Trace() {
	if tracing.cycles {
		traceCycle()
	}
}

// traceCycle prints the last cycle in the form that tools for gc's traces read:
// seconds since the start, then wall-clock and processor milliseconds of the
// stop, of marking beside the program (assists, workers, idle workers), and of the second stop, then sizes. A collector that marks
// while the world is stopped has one stop, which is the second.
func traceCycle() {
	c := &Log.Done
	beside, workers := c.MarkEnd-c.Mark, c.Dedicated+c.Fractional
	if !design.ConcurrentMark {
		beside, workers = 0, 0
	}
	stop := c.End - c.Mark - beside
	util := int64(0)
	if t := sched.CapacityTime(task.Nanotime()); t > 0 {
		util = stats.CPU.Busy() * 100 / t
	}
	procs := int64(c.Procs)
	printlock()
	print("gc ", c.N, " @")
	printDecimal((c.Start-tracing.start)/1e6, 3)
	print("s ", util, "%: ")
	PrintMillis(c.Mark - c.Start)
	print("+")
	PrintMillis(beside)
	print("+")
	PrintMillis(stop)
	print(" ms clock, ")
	PrintMillis((c.Mark - c.Start) * procs)
	print("+")
	PrintMillis(c.Assist)
	print("/")
	PrintMillis(workers)
	print("/")
	PrintMillis(c.Idle)
	print("+")
	PrintMillis(stop * procs)
	print(" ms cpu, ", c.Before>>20, "->", c.After>>20, "->", c.Live>>20, " MB, ", c.Goal>>20, " MB goal, ")
	print(c.Stacks>>20, " MB stacks, ", c.Globals>>20, " MB globals, ", c.Procs, " P")
	if c.Why == ByUser {
		print(" (forced)")
	}
	print("\n")
	printunlock()
}

// What compiled print statements call.

//go:linkname printlock runtime.printlock
func printlock()

//go:linkname printunlock runtime.printunlock
func printunlock()

// PrintMillis prints nanoseconds as milliseconds: whole ones from 10 on, else
// two digits that count, and no more than three behind the point.
func PrintMillis(ns int64) {
	if ns >= 10e6 {
		print(ns / 1e6)
		return
	}
	x, decimals := ns/1e3, 3
	if x == 0 {
		print("0")
		return
	}
	for ; x >= 100; decimals-- {
		x /= 10
	}
	printDecimal(x, decimals)
}

// printDecimal prints n with the last digits behind the point.
func printDecimal(n int64, decimals int) {
	unit := int64(1)
	for range decimals {
		unit *= 10
	}
	print(n / unit)
	if decimals == 0 {
		return
	}
	print(".")
	for n %= unit; unit > 1; n %= unit {
		unit /= 10
		print(n / unit)
	}
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
func Cycles() uint32 { return atomic.Load(&Log.Cycles) }
func Swept() uint32  { return atomic.Load(&Log.swept) }
