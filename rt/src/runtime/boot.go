//go:build strata

package runtime

import (
	"internal/cpu"
	"internal/runtime/atomic"
	"internal/runtime/exithook"
	"runtime/internal/chosen"
	"runtime/internal/gc"
	"runtime/internal/heap"
	"runtime/internal/kernel"
	"runtime/internal/lang"
	"runtime/internal/race"
	"runtime/internal/sched"
	"runtime/internal/stack"
	"runtime/internal/task"
)

var (
	startTime     int64 // monotonic time of start
	mainStarted   bool
	runningDefers atomic.Uint32 // goroutines that run deferred calls of a panic
)

// bootstrap is called by the entry point on the first thread's g0. It prepares
// everything, in this order: what the kernel told, memory, scheduling, the
// environment; then it runs the scheduler, whose first goroutine is main.
func bootstrap(argc int, argv **byte) {
	kernel.Init(int32(argc), argv)
	connect()
	heap.Init()
	stack.Init()
	if race.Enabled {
		initRace()
	}
	cpu.Initialize(envAtBoot("GODEBUG"))
	task.WideVectors = cpu.X86.HasAVX2
	task.NCPU = sched.CountCPUs()
	sched.InitRand()
	sched.Init(1)
	task.InitHash(sched.Rand)
	lang.InitItabs(stack.Module.ITabLinks)
	startTime = task.Nanotime()
	gc.SetStartTime(startTime)
	chosen.Init()
	initArgs()
	initSettings()
	initProcs()
	openStdFDs()
	sched.InitSignals()
	sched.Start(main)
}

//go:linkname runtimeInits go:runtime.inits
func runtimeInits()

//go:linkname mainInits go:main.inits
func mainInits()

//go:linkname main_main main.main
func main_main()

// main is the first goroutine.
func main() {
	mainStarted = true
	sched.MainStarted()
	// Initialisation happens on the first thread; init functions may lock it
	// for main.
	sched.LockThread()
	locked := true
	defer func() { // an init function may call Goexit
		if locked {
			sched.UnlockThread()
		}
	}()
	exithook.Gosched = Gosched
	exithook.Goid = func() uint64 { return getg().GoID }
	exithook.Throw = throw
	startInitTrace()
	runtimeInits()
	if debug.sbrk == 0 {
		gc.Enable()
	}
	sched.Go(updateProcs)
	mainInits()
	locked = false
	sched.UnlockThread()
	main_main()

	// Let a panic that other goroutines print finish.
	for i := 0; i < 1000 && runningDefers.Load() != 0; i++ {
		Gosched()
	}
	if sched.PanicCount().Load() != 0 {
		sched.Park(nil, nil, sched.WaitPanicWait)
	}
	exithook.Run(0)
	writeSnapshot()
	if race.Enabled {
		exit(raceEnd())
	}
	exit(0)
}

func exit(code int32) { kernel.Exit(code) }

//go:linkname os_beforeExit os.runtime_beforeExit
func os_beforeExit(code int) {
	exithook.Run(code)
	writeSnapshot()
	if race.Enabled && code == 0 {
		if status := raceEnd(); status != 0 {
			exit(status)
		}
	}
}

//go:linkname syscall_Exit syscall.Exit
//go:nosplit
func syscall_Exit(code int) { kernel.Exit(int32(code)) }

// openStdFDs opens /dev/null for those of the first three descriptors that are
// closed: a file opened later must not become standard output.
func openStdFDs() {
	for fd := int32(0); fd < 3; fd++ {
		if kernel.Fcntl(fd, 1, 0) >= 0 { // F_GETFD
			continue
		}
		if r := kernel.Open(&devNull[0], 2, 0); r < 0 { // O_RDWR
			exit(2)
		}
	}
}

var devNull = [...]byte{'/', 'd', 'e', 'v', '/', 'n', 'u', 'l', 'l', 0}

func getg() *task.G { return task.Getg() }
