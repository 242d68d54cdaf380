//go:build strata && !wasm

package sched

import (
	"internal/runtime/atomic"
	"internal/runtime/syscall/linux"
	"runtime/internal/kernel"
	"runtime/internal/task"
)

// Hooks of package syscall around fork and exec. Between BeforeFork and AfterFork
// there are two processes in one address space, the child on the parent's stack:
// no growth of the stack, no allocation, no preemption, no signals.

//go:linkname syscall_runtime_BeforeFork syscall.runtime_BeforeFork
//go:nosplit
func syscall_runtime_BeforeFork() { task.Systemstack(beforeFork) }

func beforeFork() {
	mp := task.Getg().M
	mp.Locks++
	kernel.Sigprocmask(kernel.SigSetmask, &allSignals, &mp.SigMask)
	mp.CurG.StackGuard0 = task.StackFork
}

//go:linkname syscall_runtime_AfterFork syscall.runtime_AfterFork
//go:nosplit
func syscall_runtime_AfterFork() { task.Systemstack(afterFork) }

func afterFork() {
	mp := task.Getg().M
	gp := mp.CurG
	task.ResetGuard(gp)
	kernel.Sigprocmask(kernel.SigSetmask, &mp.SigMask, nil)
	mp.Locks--
}

//go:linkname syscall_runtime_AfterForkInChild syscall.runtime_AfterForkInChild
//go:nosplit
func syscall_runtime_AfterForkInChild() {
	// Handlers point to the parent's code, and its memory is shared: none may
	// run in the child.
	for sig := uint32(1); sig < kernel.NSIG; sig++ {
		if atomic.Load(&handling[sig]) != 0 {
			setHandler(sig, defaultHandler)
		}
	}
	kernel.Sigprocmask(kernel.SigSetmask, &task.Getg().M.SigMask, nil)
}

// execLock keeps threads from being created while another executes a program.
var execLock uint32 = 1

//go:linkname syscall_runtime_BeforeExec syscall.runtime_BeforeExec
func syscall_runtime_BeforeExec() { SemAcquire(&execLock) }

//go:linkname syscall_runtime_AfterExec syscall.runtime_AfterExec
func syscall_runtime_AfterExec() { SemRelease(&execLock) }

// threadSyscall is what every thread shall execute.
var threadSyscall struct {
	num, a1, a2, a3, a4, a5, a6 uintptr
	r1, r2, err                 uintptr
}

// doAllThreadsSyscall runs a system call on every thread, for credentials, which
// the kernel keeps per thread. The world is stopped; threads in system calls or
// asleep are interrupted by a signal.
//
//go:linkname syscall_runtime_doAllThreadsSyscall syscall.runtime_doAllThreadsSyscall
func syscall_runtime_doAllThreadsSyscall(num, a1, a2, a3, a4, a5, a6 uintptr) (r1, r2, err uintptr) {
	StopTheWorldGC(StopOther)
	mp := task.Acquirem()
	r1, r2, err = linux.Syscall6(num, a1, a2, a3, a4, a5, a6)
	if err == 0 {
		t := &threadSyscall
		t.num, t.a1, t.a2, t.a3, t.a4, t.a5, t.a6 = num, a1, a2, a3, a4, a5, a6
		t.r1, t.r2, t.err = r1, r2, err
		for m := AllM(); m != nil; m = m.AllLink {
			if m != mp && m.ProcID != 0 {
				atomic.Store(&m.NeedsStop, 1)
				kernel.Tgkill(pid, int32(m.ProcID), kernel.SIGSETXID)
			}
		}
		for m := AllM(); m != nil; m = m.AllLink {
			for m != mp && atomic.Load(&m.NeedsStop) != 0 {
				usleep(10)
			}
		}
	}
	task.Releasem(mp)
	StartTheWorldGC()
	return r1, r2, err
}

// runThreadSyscall runs in the handler of SIGSETXID.
func runThreadSyscall(mp *M) bool {
	if atomic.Load(&mp.NeedsStop) == 0 {
		return false
	}
	t := &threadSyscall
	r1, _, err := linux.Syscall6(t.num, t.a1, t.a2, t.a3, t.a4, t.a5, t.a6)
	if err != t.err || r1 != t.r1 && err != 0 {
		throw("AllThreadsSyscall6 results differ between threads; runtime corrupted")
	}
	atomic.Store(&mp.NeedsStop, 0)
	return true
}

//go:linkname syscall_cgocaller syscall.cgocaller
func syscall_cgocaller(fn uintptr, args ...uintptr) uintptr {
	throw("syscall: cgocaller without cgo")
	return 0
}
