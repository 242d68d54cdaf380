//go:build strata

package runtime

import (
	"internal/abi"
	"runtime/internal/gc"
	"runtime/internal/heap"
	"runtime/internal/kernel"
	"runtime/internal/lang"
	"runtime/internal/race"
	"runtime/internal/sched"
	"runtime/internal/stack"
	"runtime/internal/task"
	"unsafe"
)

// connect sets the hook variables through which lower layers call higher ones.
// This is the whole list, except for what a profile or a test switches on.
func connect() {
	kernel.ThrowHook = throwHook
	sched.FatalHook = fatal

	stack.CanPreempt = sched.CanPreempt
	stack.OnPreempt = sched.OnPreempt
	stack.Overflow = stackOverflow

	sched.InitP = heap.InitP
	sched.FreeP = freeP
	sched.InitCaches = heap.InitCaches
	sched.WakeFinalizer = gc.ToWake
	sched.FatalSignal = fatalSignal
	sched.DrainChan = drainChan
	sched.SetChanTimer = setChanTimer
	stack.LockChan, stack.UnlockChan = lockChan, unlockChan

	connectProfiles()

	sched.SysmonTick = sysmonTick

	gc.Reflectcall = reflectcallForGC
	gc.Assert = lang.AssertForGC
	gc.PoolCleanup = poolCleanup

	lang.FatalPanic = fatalPanic
	lang.NilPanic = nilPanic
	lang.NewRuntimeError = newRuntimeError
	lang.NewPlainError = newPlainError
	lang.NewAssertError = newAssertError
	lang.PanicsRunning = panicsRunning
}

// freeP empties the caches of a P that goes away.
func freeP(pp *task.P) {
	heap.FreeP(pp)
	stack.FlushCache(pp)
}

// poolCleanup runs package sync's and others' clean-up at the start of a
// collection, with the world stopped.
func poolCleanup() {
	if race.Enabled { // nobody runs beside it
		gp := getg()
		saved := gp.Race
		gp.Race = 0
		defer func() { gp.Race = saved }()
	}
	if syncPoolCleanup != nil {
		syncPoolCleanup()
	}
	if uniqueCleanup != nil {
		uniqueCleanup()
	}
	for _, p := range boringCaches {
		*(*unsafe.Pointer)(p) = nil
	}
}

var (
	syncPoolCleanup func()
	uniqueCleanup   func()
	boringCaches    []unsafe.Pointer
)

//go:linkname sync_runtime_registerPoolCleanup sync.runtime_registerPoolCleanup
func sync_runtime_registerPoolCleanup(f func()) { syncPoolCleanup = f }

//go:linkname unique_runtime_registerUniqueMapCleanup unique.runtime_registerUniqueMapCleanup
func unique_runtime_registerUniqueMapCleanup(f func()) { uniqueCleanup = f }

//go:linkname boring_registerCache crypto/internal/boring/bcache.registerCache
func boring_registerCache(p unsafe.Pointer) { boringCaches = append(boringCaches, p) }

// reflectcall calls fn with a copy of n bytes of arguments at args and the registers
// in regs; results from retOffset on are copied back.
//
//go:linkname reflectcall runtime.reflectcall
func reflectcall(t *abi.Type, fn, args unsafe.Pointer, n, retOffset, frameSize uint32, regs *abi.RegArgs)

func reflectcallForGC(fn, frame unsafe.Pointer, size uint32, regs *abi.RegArgs) {
	reflectcall(nil, fn, frame, size, size, size, regs)
}
