//go:build strata

package runtime

import (
	"internal/runtime/sys"
	"runtime/internal/kernel"
	"runtime/internal/lang"
	"runtime/internal/sched"
	"runtime/internal/stack"
	"runtime/internal/task"
	"unsafe"
)

// The ways in which a program dies: throw (the runtime is broken), fatal (the
// program broke a rule that cannot be recovered from), a panic that nobody
// recovered, a fatal signal. All print, on the system stack, what happened and where
// goroutines stand, and exit with status 2.

// How an M is dying, in M.Throwing.
const (
	throwNone    = 0
	throwUser    = 1 // hide the runtime's frames
	throwRuntime = 2 // show them
)

var (
	panicLock   task.Mutex
	deadlock    task.Mutex
	fatalText   string // of the M that holds panicLock
	fatalPanics *task.Panic
	othersDone  bool
)

func panicsRunning() bool { return sched.PanicCount().Load() != 0 }

// throw reports a broken invariant of the runtime.
//
//go:nosplit
func throw(s string) { kernel.Throw(s) }

// throwHook is called by kernel.Throw.
func throwHook(s string) { die(s, throwRuntime) }

// fatal reports an error that is the program's fault.
func fatal(s string) { die(s, throwUser) }

func die(s string, how int32) {
	gp := getg()
	mp := gp.M
	if mp.Throwing == throwNone {
		mp.Throwing = how
	}
	// On the system stack there is always room for what follows.
	*(*string)(unsafe.Pointer(&mp.Arg[0])) = s
	mp.Arg[2], mp.Arg[3] = 0, 0
	if gp == mp.G0 {
		mp.Arg[2], mp.Arg[3] = sys.GetCallerPC(), sys.GetCallerSP()
	}
	if gp.ThrowSplit {
		gp.StackGuard0 = gp.Stack.Lo + task.StackGuard
	}
	task.Systemstack(dieOnG0)
}

func dieOnG0() {
	mp := getg().M
	s := *(*string)(unsafe.Pointer(&mp.Arg[0]))
	lang.PrintLock()
	if mp.Throwing == throwUser && mp.Arg[2] == 0 && mp.CurG.Panic != nil {
		// Deferred calls of these panics led here.
		lang.MarkRepanicked(mp.CurG.Panic)
		lang.PrintPanics(mp.CurG.Panic)
		print("\t")
	}
	print("fatal error: ")
	lang.PrintIndented(s)
	print("\n")
	lang.PrintUnlock()
	pc, sp := mp.Arg[2], mp.Arg[3]
	startDying(mp)
	finishDying(mp, pc, sp)
}

// fatalPanic reports a panic that nobody recovered.
func fatalPanic(p *task.Panic) {
	mp := getg().M
	mp.ArgP[2] = unsafe.Pointer(p)
	task.Systemstack(fatalPanicOnG0)
}

func fatalPanicOnG0() {
	mp := getg().M
	p := (*task.Panic)(mp.ArgP[2])
	if startDying(mp) {
		lang.PrintLock()
		lang.PrintPanics(p)
		lang.PrintUnlock()
	}
	finishDying(mp, 0, 0)
}

// startDying makes this the M that prints. It returns false if printing values
// is not safe since this M died while dying.
func startDying(mp *task.M) bool {
	if mp.Mallocing == 0 {
		mp.Mallocing++ // allocation is over
	}
	if mp.Locks < 0 {
		mp.Locks = 1 // a panic in Unlock
	}
	switch mp.Dying {
	case 0:
		mp.Dying = 1
		sched.PanicCount().Add(1)
		task.Lock(&panicLock)
		return true
	case 1:
		mp.Dying = 2
		print("panic during panic\n")
		return false
	case 2:
		mp.Dying = 3
		print("stack trace unavailable\n")
		exit(4)
	}
	exit(5)
	return false
}

// finishDying prints the tracebacks and ends the process. pc and sp tell where the M began to die on its system
// stack; they are 0 if the goroutine began to die, or, without one, the thread.
func finishDying(mp *task.M, pc, sp uintptr) {
	gp := mp.CurG
	onG0 := gp == nil || pc != 0
	if onG0 {
		gp = mp.G0
	}
	lang.PrintLock()
	printSignal(gp)
	level, all, crash := tracebackLevel(mp)
	if level > 0 {
		if onG0 {
			all = true
		}
		switch {
		case !onG0:
			print("\n")
			printGoroutineHeader(gp)
			traceG(gp)
		case level >= 2 || mp.Throwing >= throwRuntime:
			print("\nruntime stack:\n")
			traceSystem(gp, pc, sp)
		}
		if all && !othersDone {
			othersDone = true
			traceOthers(gp)
		}
	}
	lang.PrintUnlock()
	task.Unlock(&panicLock)
	if sched.PanicCount().Add(-1) != 0 {
		// Another M prints too: it exits.
		task.Lock(&deadlock)
		task.Lock(&deadlock)
	}
	if crash {
		sched.Crash()
	}
	exit(2)
}

// printSignal prints the signal that became the panic, if there was one.
func printSignal(gp *task.G) {
	if gp.Sig == 0 {
		return
	}
	print("[signal ", sched.SignalName(gp.Sig), " code=")
	printhex(uint64(gp.SigCode0))
	print(" addr=")
	printhex(uint64(gp.SigCode1))
	print(" pc=")
	printhex(uint64(gp.SigPC))
	print("]\n")
}

// stackOverflow is called on g0 when gp's stack would pass the limit.
func stackOverflow(gp *task.G) {
	lang.PrintLock()
	print("runtime: goroutine stack exceeds ", stack.MaxSize, "-byte limit\n")
	print("runtime: sp=")
	printhex(uint64(gp.Sched.SP))
	print(" stack=[")
	printhex(uint64(gp.Stack.Lo))
	print(", ")
	printhex(uint64(gp.Stack.Hi))
	print("]\n")
	lang.PrintUnlock()
	throw("stack overflow")
}

// fatalSignal is called by the handler, on gsignal, for a signal that ends the
// program. gp was interrupted.
func fatalSignal(sig uint32, info *kernel.Siginfo, ctx *kernel.Ucontext, gp *task.G) {
	mp := getg().M
	mp.Throwing = throwRuntime
	startDying(mp)
	lang.PrintLock()
	print(sched.SignalName(sig), "\n")
	if sig == kernel.SIGQUIT {
		mp.Throwing = throwUser
	}
	print("PC=")
	printhex(ctx.PC)
	print(" m=", mp.ID, " sigcode=", info.Code)
	if sig == kernel.SIGSEGV || sig == kernel.SIGBUS {
		print(" addr=")
		printhex(uint64(info.Addr))
	}
	print("\n")
	if sig == kernel.SIGILL || sig == kernel.SIGFPE {
		printInstruction(uintptr(ctx.PC))
	}
	print("\n")
	level, _, crash := tracebackLevel(mp)
	if level > 0 && gp != nil {
		traceInterrupted(mp, gp, uintptr(ctx.PC), uintptr(ctx.SP))
		traceOthers(gp)
		print("\n")
		printRegisters(ctx)
	}
	lang.PrintUnlock()
	if crash {
		sched.Crash()
	}
	exit(2)
}

// printInstruction prints the bytes at pc, as far as they surely are mapped.
func printInstruction(pc uintptr) {
	if !stack.Find(pc).Valid() {
		return
	}
	print("instruction bytes:")
	for p := pc; p < pc+16 && p>>12 == pc>>12; p++ {
		print(" ")
		printhex(uint64(*(*byte)(unsafe.Pointer(p))))
	}
	print("\n")
}

func traceInterrupted(mp *task.M, gp *task.G, pc, sp uintptr) {
	if gp == mp.CurG {
		printGoroutineHeader(gp)
	} else {
		if mp.CurG != nil {
			printGoroutineHeader(mp.CurG)
		} else {
			print("goroutine 0 [idle]:\n")
		}
	}
	tb.u.InitFault(gp, pc, sp, true)
	printFrames(gp)
	if gp != mp.G0 && gp != mp.GSignal {
		printCreator(gp)
	}
	print("\n")
}

func printRegister(name string, v uint64) {
	print(name, " ")
	printhex(v)
	print("\n")
}

// The library's ways to die.

//go:linkname sync_throw sync.throw
func sync_throw(s string) { throw(s) }

//go:linkname sync_fatal sync.fatal
func sync_fatal(s string) { fatal(s) }

//go:linkname internal_sync_throw internal/sync.throw
func internal_sync_throw(s string) { throw(s) }

//go:linkname internal_sync_fatal internal/sync.fatal
func internal_sync_fatal(s string) { fatal(s) }

//go:linkname cgroup_throw internal/runtime/cgroup.throw
func cgroup_throw(s string) { throw(s) }

//go:linkname rand_fatal crypto/rand.fatal
func rand_fatal(s string) { fatal(s) }

//go:linkname sysrand_fatal crypto/internal/sysrand.fatal
func sysrand_fatal(s string) { fatal(s) }

//go:linkname fips_fatal crypto/internal/fips140.fatal
func fips_fatal(s string) { fatal(s) }
