//go:build strata

package sched

import (
	"internal/runtime/sys"
	"runtime/internal/kernel"
	"runtime/internal/task"
	"unsafe"
)

var pid int32

var cpuMask [8192 / 8]byte

// CountCPUs reads the number of processors this process may use.
func CountCPUs() int32 {
	n := kernel.SchedGetaffinity(unsafe.Pointer(&cpuMask), unsafe.Sizeof(cpuMask))
	if n <= 0 {
		return 1
	}
	count := 0
	for _, b := range cpuMask[:n] {
		count += sys.OnesCount64(uint64(b))
	}
	return int32(max(count, 1))
}

// Init prepares scheduling on the first thread, with procs Ps. Memory is
// usable, though without a P only by page.Persistent.
func Init(procs int32) {
	pid = kernel.Getpid()
	sched.maxM = 10000
	sched.lastPoll.Store(task.Nanotime())
	sched.startTime = task.Nanotime()
	mp := mainM
	mp.GSignal = newSystemG(gsignalStackSize)
	mp.GSignal.M = mp
	mp.ProcID = uint64(pid)
	initM(mp, -1)
	if threadCaches {
		InitCaches(mp)
	}
	task.Lock(&sched.lock)
	if resizeProcs(procs) != nil {
		throw("unknown runnable goroutine during bootstrap")
	}
	task.Unlock(&sched.lock)
}

// SetProcsAtBoot changes the number of Ps before anything runs on them.
func SetProcsAtBoot(n int32) {
	task.Lock(&sched.lock)
	resizeProcs(n)
	task.Unlock(&sched.lock)
}

// Inject makes a parked goroutine runnable from a thread without a P.
func Inject(gp *G) {
	gp.SchedLink = nil
	injectList(gp)
}

// Start makes a goroutine of main and runs the scheduler for ever, on the
// first thread's g0.
func Start(main func()) {
	mp := mainM
	*(*func())(unsafe.Pointer(&mp.ArgP[0])) = main
	gp := newG(mp.ArgP[0], nil, 0, task.Grunnable, false)
	mp.ArgP[0] = nil
	runqPut(mp.P, gp, true)
	kernel.Sigprocmask(kernel.SigSetmask, nil, &mp.SigMask)
	mstart()
}

// MainStarted tells that the main goroutine runs: from here on new work wakes
// threads, and there is a monitor. It runs on the main goroutine.
func MainStarted() {
	mainStarted = true
	if kernel.HasThreads {
		task.Systemstack(startSysmon)
	}
}

func startSysmon() { newM(sysmon, nil, false, -1) }
