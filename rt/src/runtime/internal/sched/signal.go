//go:build strata

package sched

import (
	"internal/runtime/atomic"
	"runtime/internal/design"
	"runtime/internal/kernel"
	"runtime/internal/stack"
	"runtime/internal/task"
	"unsafe"
)

// Signals. Every thread has a signal stack; handlers for all signals are
// installed at start, on that stack, with SA_RESTART. The handler runs on the
// gsignal of the M. It must not allocate, block, or use a P.

// What a signal does.
const (
	sigNotify  = 1 << iota // os/signal may have it
	sigKill                // else: die by it
	sigThrow               // else: die with a traceback
	sigPanics              // if synchronous: turn it into a panic
	sigDefault             // no handler unless os/signal asks
	sigIgnored             // else: ignored
	sigNoStack             // reserved by libc: keep off, but add SA_ONSTACK
)

type sigInfo struct {
	flags uint8
	name  string
}

var sigTable = [kernel.NSIG]sigInfo{
	1:  {sigNotify | sigKill, "SIGHUP: terminal line hangup"},
	2:  {sigNotify | sigKill, "SIGINT: interrupt"},
	3:  {sigNotify | sigThrow, "SIGQUIT: quit"},
	4:  {sigThrow, "SIGILL: illegal instruction"},
	5:  {sigThrow, "SIGTRAP: trace trap"},
	6:  {sigNotify | sigThrow, "SIGABRT: abort"},
	7:  {sigPanics, "SIGBUS: bus error"},
	8:  {sigPanics, "SIGFPE: floating-point exception"},
	9:  {0, "SIGKILL: kill"},
	10: {sigNotify, "SIGUSR1: user-defined signal 1"},
	11: {sigPanics, "SIGSEGV: segmentation violation"},
	12: {sigNotify, "SIGUSR2: user-defined signal 2"},
	13: {sigNotify, "SIGPIPE: write to broken pipe"},
	14: {sigNotify, "SIGALRM: alarm clock"},
	15: {sigNotify | sigKill, "SIGTERM: termination"},
	16: {sigThrow, "SIGSTKFLT: stack fault"},
	17: {sigNotify | sigIgnored, "SIGCHLD: child status has changed"},
	18: {sigNotify | sigDefault, "SIGCONT: continue"},
	19: {0, "SIGSTOP: stop, unblockable"},
	20: {sigNotify | sigDefault, "SIGTSTP: keyboard stop"},
	21: {sigNotify | sigDefault, "SIGTTIN: background read from tty"},
	22: {sigNotify | sigDefault, "SIGTTOU: background write to tty"},
	23: {sigNotify | sigIgnored, "SIGURG: urgent condition on socket"},
	24: {sigNotify, "SIGXCPU: cpu limit exceeded"},
	25: {sigNotify, "SIGXFSZ: file size limit exceeded"},
	26: {sigNotify, "SIGVTALRM: virtual alarm clock"},
	27: {sigNotify, "SIGPROF: profiling alarm clock"},
	28: {sigNotify | sigIgnored, "SIGWINCH: window size change"},
	29: {sigNotify, "SIGIO: i/o now possible"},
	30: {sigNotify, "SIGPWR: power failure restart"},
	31: {sigThrow, "SIGSYS: bad system call"},
	32: {sigNoStack, "signal 32"},
	33: {sigNoStack, "signal 33"},
	34: {sigNoStack, "signal 34"},
	35: {sigNotify, "signal 35"}, 36: {sigNotify, "signal 36"}, 37: {sigNotify, "signal 37"}, 38: {sigNotify, "signal 38"},
	39: {sigNotify, "signal 39"}, 40: {sigNotify, "signal 40"}, 41: {sigNotify, "signal 41"}, 42: {sigNotify, "signal 42"},
	43: {sigNotify, "signal 43"}, 44: {sigNotify, "signal 44"}, 45: {sigNotify, "signal 45"}, 46: {sigNotify, "signal 46"},
	47: {sigNotify, "signal 47"}, 48: {sigNotify, "signal 48"}, 49: {sigNotify, "signal 49"}, 50: {sigNotify, "signal 50"},
	51: {sigNotify, "signal 51"}, 52: {sigNotify, "signal 52"}, 53: {sigNotify, "signal 53"}, 54: {sigNotify, "signal 54"},
	55: {sigNotify, "signal 55"}, 56: {sigNotify, "signal 56"}, 57: {sigNotify, "signal 57"}, 58: {sigNotify, "signal 58"},
	59: {sigNotify, "signal 59"}, 60: {sigNotify, "signal 60"}, 61: {sigNotify, "signal 61"}, 62: {sigNotify, "signal 62"},
	63: {sigNotify, "signal 63"}, 64: {sigNotify, "signal 64"},
}

// SignalName is what a fatal signal prints.
func SignalName(sig uint32) string {
	if sig < kernel.NSIG {
		return sigTable[sig].name
	}
	return "unknown signal"
}

var (
	allSignals    uint64               = ^uint64(0)
	firstHandler  [kernel.NSIG]uintptr // what was installed at start
	handling      [kernel.NSIG]uint32  // ours is installed
	sigactionLock task.Mutex
	sigactionBuf  kernel.Sigaction
)

// Hooks for what needs the layers above.
var (
	// FatalSignal prints and ends the process.
	FatalSignal func(sig uint32, info *kernel.Siginfo, ctx *kernel.Ucontext, gp *G)
	// ProfileSignal takes a sample.
	ProfileSignal func(pc, sp uintptr, gp *G, mp *M)
)

func initSignalStack(mp *M) {
	ss := (*kernel.SigStack)(unsafe.Pointer(&mp.Arg[0]))
	ss.SP = mp.GSignal.Stack.Lo
	ss.Flags = 0
	ss.Size = mp.GSignal.Stack.Hi - mp.GSignal.Stack.Lo
	kernel.Sigaltstack(ss, nil)
}

func dropSignalStack(mp *M) {
	ss := (*kernel.SigStack)(unsafe.Pointer(&mp.Arg[0]))
	ss.SP = 0
	ss.Flags = kernel.SSDisable
	ss.Size = 0
	kernel.Sigprocmask(kernel.SigSetmask, &allSignals, nil)
	kernel.Sigaltstack(ss, nil)
}

// setHandler installs handler for sig: 0 default, 1 ignore, 2 ours. The
// structure lies in the M, since this also runs between fork and exec.
//
//go:nosplit
func setHandler(sig uint32, handler uintptr) {
	sa := (*kernel.Sigaction)(unsafe.Pointer(&task.Getg().M.Arg[0]))
	sa.Handler = handler
	sa.Flags = kernel.SASiginfo | kernel.SAOnStack | kernel.SARestorer | kernel.SARestart
	sa.Restorer = task.SigreturnPC()
	sa.Mask = ^uint64(0)
	if handler == ourHandler {
		sa.Handler = task.SigtrampPC()
	}
	kernel.SetSigaction(sig, sa, nil)
}

const (
	defaultHandler = kernel.SADfl
	ignoreHandler  = kernel.SAIgn
	ourHandler     = 2
)

func getHandler(sig uint32) uintptr {
	sa := (*kernel.Sigaction)(unsafe.Pointer(&task.Getg().M.Arg[0]))
	sa.Handler = 0
	kernel.SetSigaction(sig, nil, sa)
	return sa.Handler
}

// InitSignals installs the handlers.
func InitSignals() {
	for sig := uint32(1); sig < kernel.NSIG; sig++ {
		t := &sigTable[sig]
		if t.flags == 0 || t.flags&sigDefault != 0 {
			continue
		}
		firstHandler[sig] = getHandler(sig)
		if !wantHandler(sig) {
			continue
		}
		handling[sig] = 1
		setHandler(sig, ourHandler)
	}
}

// wantHandler reports whether sig is handled without a request of os/signal.
// A program started with nohup keeps SIGHUP and SIGINT ignored.
func wantHandler(sig uint32) bool {
	switch sig {
	case kernel.SIGHUP, kernel.SIGINT:
		if firstHandler[sig] == ignoreHandler {
			return false
		}
	case kernel.SIGSETXID:
		return true
	}
	return sigTable[sig].flags&sigNoStack == 0
}

// sighandler is called by the trampoline on gsignal; gp is what it interrupted.
//
//go:linkname sighandler runtime.sighandler
func sighandler(sig uint32, info *kernel.Siginfo, ctx *kernel.Ucontext, gp *G) {
	mp := task.Getg().M
	noteLink(mp, ctx)
	switch sig {
	case kernel.SIGPROF:
		if ProfileSignal != nil && mp.ProfileHz > 0 {
			ProfileSignal(uintptr(ctx.PC), uintptr(ctx.SP), gp, mp)
			return
		}
	case kernel.SIGSETXID:
		if runThreadSyscall(mp) {
			return
		}
	case sigPreempt:
		// The signal may also be meant for the program: go on.
		onPreemptSignal(mp, gp, ctx)
	}
	flags := uint8(sigThrow)
	if sig < kernel.NSIG {
		flags = sigTable[sig].flags
	}
	fromUser := info.Code == kernel.SIUser || info.Code == kernel.SITkill
	if flags&sigPanics != 0 && !fromUser && canPanic(gp, mp) {
		preparePanic(sig, info, ctx, gp)
		return
	}
	if fromUser || flags&sigNotify != 0 {
		if sendSignal(sig) {
			return
		}
	}
	if fromUser && signalIgnored(sig) {
		return
	}
	if flags&sigKill != 0 {
		dieFromSignal(sig)
	}
	if flags&(sigThrow|sigPanics) == 0 {
		return
	}
	FatalSignal(sig, info, ctx, gp)
}

// canPanic reports whether gp is an ordinary goroutine at a place where it may
// panic.
func canPanic(gp *G, mp *M) bool {
	return gp != nil && gp == mp.CurG && mp.Locks == 0 && mp.Mallocing == 0 && mp.Throwing == 0 && mp.PreemptOff == "" && mp.Dying == 0 &&
		ReadStatus(gp)&^task.Gscan == task.Grunning && gp.SyscallSP == 0
}

// preparePanic makes gp continue at sigpanic, as if the faulting instruction
// had called it.
func preparePanic(sig uint32, info *kernel.Siginfo, ctx *kernel.Ucontext, gp *G) {
	gp.Sig = sig
	gp.SigCode0 = uintptr(info.Code)
	gp.SigCode1 = info.Addr
	gp.SigPC = uintptr(ctx.PC)
	// After a call of a nil function the PC is no code; the return address is that of this call.
	pushFault(ctx, stack.Find(uintptr(ctx.PC)).Valid())
	ctx.PC = uint64(task.SigpanicPC())
}

// asyncPreemptRoom is what asyncPreempt and what it calls need of the stack.
const asyncPreemptRoom = 640

func onPreemptSignal(mp *M, gp *G, ctx *kernel.Ucontext) {
	if design.AsyncPreempt && gp != nil && gp == mp.CurG && WantAsyncPreempt(gp) && asyncSafePoint(mp, gp, uintptr(ctx.PC), uintptr(ctx.SP)) {
		pushCall(ctx)
		ctx.PC = uint64(task.AsyncPreemptPC())
	}
	atomic.Xadd(&mp.PreemptGen, 1)
	atomic.Store(&mp.SignalPend, 0)
}

// asyncSafePoint reports whether gp may be stopped at pc: in Go code outside the
// runtime, where the compiler has described every live pointer or the
// conservative scan of the frame finds it.
func asyncSafePoint(mp *M, gp *G, pc, sp uintptr) bool {
	if !CanPreempt(mp) || sp < gp.Stack.Lo+asyncPreemptRoom || sp > gp.Stack.Hi {
		return false
	}
	f := stack.Find(pc)
	if !f.Valid() || !f.AsyncSafe(pc) {
		return false
	}
	return !runtimeName(stack.LogicalAt(f, pc).Name()) && !runtimeName(f.Name())
}

func runtimeName(name string) bool {
	return hasPrefix(name, "runtime.") || hasPrefix(name, "runtime/internal/") || hasPrefix(name, "internal/runtime/") ||
		hasPrefix(name, "reflect.") || hasPrefix(name, "syscall.")
}

func hasPrefix(s, prefix string) bool { return len(s) >= len(prefix) && s[:len(prefix)] == prefix }

// dieFromSignal ends the process as the signal would have without a handler.
//
//go:nosplit
func dieFromSignal(sig uint32) {
	mp := task.Getg().M
	mp.Arg[4] = 1 << (sig - 1)
	atomic.Store(&handling[sig], 0)
	setHandler(sig, defaultHandler)
	kernel.Sigprocmask(kernel.SigUnblock, (*uint64)(unsafe.Pointer(&mp.Arg[4])), nil)
	kernel.Raise(sig)
	// The signal may be delivered with a delay.
	kernel.SchedYield()
	kernel.SchedYield()
	kernel.SchedYield()
	kernel.Usleep(1000)
	kernel.Exit(2)
}

// Crash ends the process with a core dump, for GOTRACEBACK=crash.
func Crash() { dieFromSignal(kernel.SIGABRT) }

//go:linkname os_sigpipe os.sigpipe
func os_sigpipe() { task.Systemstack(sigpipeOnG0) }

func sigpipeOnG0() {
	if signalIgnored(kernel.SIGPIPE) || sendSignal(kernel.SIGPIPE) {
		return
	}
	dieFromSignal(kernel.SIGPIPE)
}

//go:linkname os_ignoreSIGSYS os.ignoreSIGSYS
func os_ignoreSIGSYS() { atomic.Store(&sigsysIgnored, 1) }

//go:linkname os_restoreSIGSYS os.restoreSIGSYS
func os_restoreSIGSYS() { atomic.Store(&sigsysIgnored, 0) }

var sigsysIgnored uint32
