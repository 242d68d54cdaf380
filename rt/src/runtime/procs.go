//go:build strata && !wasm

package runtime

import (
	"internal/runtime/atomic"
	"internal/runtime/cgroup"
	"runtime/internal/gc"
	"runtime/internal/sched"
	"runtime/internal/task"
	"unsafe"
)

// GOMAXPROCS. Its default is what the affinity mask and the control group's
// limit of processor time allow; it follows them while the program runs, unless
// the program or the environment has chosen a number.
var procs struct {
	custom  atomic.Bool // somebody chose a number
	limited bool        // there is a control group to ask
	group   cgroup.CPU
	updater *task.G
	parked  atomic.Bool
	next    int64 // when to look again
}

const procsPeriod = 1e9

func initProcs() {
	if n, ok := atoi(getenv("GOMAXPROCS")); ok && n > 0 && n == int64(int32(n)) {
		procs.custom.Store(true)
		sched.SetProcsAtBoot(int32(min(n, sched.MaxProcs)))
		return
	}
	if debug.containermaxprocs.Load() != 0 {
		group, err := cgroup.OpenCPU(make([]byte, cgroup.ScratchSize))
		procs.group, procs.limited = group, err == nil
	}
	if n := defaultProcs(); n != 1 {
		sched.SetProcsAtBoot(n)
	}
}

func defaultProcs() int32 {
	n := min(sched.CountCPUs(), sched.MaxProcs)
	if !procs.limited {
		return n
	}
	limit, ok, err := cgroup.ReadCPULimit(procs.group)
	if err != nil || !ok {
		return n
	}
	// A part of a processor counts as a whole one; and with less than two the
	// collector would disturb the program.
	most := int32(limit)
	if float64(most) < limit {
		most++
	}
	return min(n, max(most, 2))
}

// GOMAXPROCS sets the maximum number of CPUs that can be executing
// simultaneously and returns the previous setting. If n < 1, it does not change
// the current setting.
//
// The default is the smallest of the number of logical CPUs, the process's
// affinity mask, and the CPU throughput limit of its control group (at least 2).
// It is updated when these change, until a call of GOMAXPROCS with n >= 1
// or the environment variable of that name sets a number.
func GOMAXPROCS(n int) int {
	old := int(sched.GoMaxProcs())
	if n <= 0 || n == old && procs.custom.Load() {
		return old
	}
	procs.custom.Store(true)
	if n != old {
		sched.SetGoMaxProcs(int32(min(n, sched.MaxProcs)))
	}
	return old
}

// SetDefaultGOMAXPROCS updates the GOMAXPROCS setting to the runtime
// default, as described by [GOMAXPROCS], ignoring the GOMAXPROCS
// environment variable.
func SetDefaultGOMAXPROCS() {
	procs.custom.Store(false)
	if n := defaultProcs(); n != sched.GoMaxProcs() {
		sched.SetGoMaxProcs(n)
	}
}

// updateProcs is a goroutine that the monitor wakes about once a second.
func updateProcs() {
	procs.updater = getg()
	for {
		sched.Park(updaterParked, nil, sched.WaitProcsUpdater)
		if procs.custom.Load() || debug.updatemaxprocs.Load() == 0 {
			continue
		}
		if n := defaultProcs(); n != sched.GoMaxProcs() {
			sched.SetGoMaxProcsUnless(n, &procs.custom) // the program may have set it by now
		}
	}
}

func updaterParked(gp *task.G, _ unsafe.Pointer) bool {
	procs.parked.Store(true)
	return true
}

// sysmonTick is called by the monitor every few milliseconds, without a P.
func sysmonTick(now int64) {
	gc.Tick(now)
	if now < procs.next || procs.custom.Load() {
		return
	}
	procs.next = now + procsPeriod
	if procs.parked.Load() {
		procs.parked.Store(false)
		sched.Inject(procs.updater)
	}
}
