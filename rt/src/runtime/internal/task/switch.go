//go:build strata

package task

import (
	"runtime/internal/kernel"
	"unsafe"
)

// Getg returns the running goroutine; the compiler turns it into a register.
func Getg() *G

// Gogo resumes gp where gp.Sched says; it does not return. Only on g0.
//
//go:noescape
func Gogo(gp *G)

// Mcall saves the running goroutine in its Sched and calls fn with it on g0.
// fn never returns; to resume the goroutine it calls Gogo.
//
//go:linkname Mcall runtime.mcall
//go:noescape
func Mcall(fn func(*G))

// Systemstack calls fn on g0's stack, or directly when already on g0 or the
// signal stack. While fn runs, the goroutine's Sched describes its caller as
// suspended at the call, so its stack can be unwound and moved.
//
// fn should be a plain function: a closure would have to be allocated.
// Arguments go through fields of the M (Arg, ArgP, Ret, RetP).
//
//go:linkname Systemstack runtime.systemstack
//go:noescape
func Systemstack(fn func())

// Setg makes gp the running g without touching SP: its goroutine is
// the one whose stack this code already runs on.
func Setg(gp *G)

// StartG points gp.Sched at the entry of fn, as if goexit had called it.
//
//go:nosplit
func StartG(gp *G, fn func()) {
	closure := *(*unsafe.Pointer)(unsafe.Pointer(&fn))
	StartGAt(gp, *(*uintptr)(closure), closure)
}

// GoexitPC is the entry of goexit, at the bottom of every goroutine.
func GoexitPC() uintptr

// LessstackPC is where a function returns that has a segment of its own.
func LessstackPC() uintptr

// MstartPC is where new threads begin: it calls runtime.mstart on g0.
func MstartPC() uintptr

// SigtrampPC is the handler for sigaction: it switches g to the M's GSignal
// and calls runtime.sighandler(sig, info, ctx, gp) with the interrupted g.
func SigtrampPC() uintptr

// SigreturnPC is the restorer for sigaction.
func SigreturnPC() uintptr

// AsyncPreemptPC is where a signal handler sends a goroutine that shall stop:
// it saves all registers, calls runtime.asyncPreempt2 and goes on.
func AsyncPreemptPC() uintptr

// SigpanicPC is where a signal handler sends a goroutine that faulted. It
// stands for a call of runtime.sigpanic from the faulting instruction.
func SigpanicPC() uintptr

// SigpanicEntry and GopanicEntry are the entries of runtime.sigpanic and
// runtime.gopanic.
func SigpanicEntry() uintptr
func GopanicEntry() uintptr

// Clone starts a thread that calls runtime.mstart, which never returns, on gp
// = mp.G0 with stack top stk. It returns the thread id, or a negative errno.
// Signals should be blocked around it.
//
//go:noescape
func Clone(flags uintptr, stk uintptr, mp *M, gp *G) int32

// ExitThread stores 0 to *wait and ends the thread; its stack may be reused
// from then on.
func ExitThread(wait *uint32)

// SystemstackPC and MorestackPC are the entries of the functions whose frames on g0 stand under
// what they call there for a goroutine.
func SystemstackPC() uintptr
func MorestackPC() uintptr

func badMcall() { kernel.Throw("mcall called on the system stack") }

// badMorestack reports the overflow of a system stack, on what is left of it.
//
//go:nosplit
func badMorestack() {
	gp := Getg()
	if gp.StackGuard0 == 0 {
		kernel.WriteString(2, "fatal error: system stack overflow while reporting that\n")
		kernel.Exit(2)
	}
	gp.StackGuard0 = 0
	kernel.Throw("system stack overflow")
}

// SetTLS makes mp's thread-local block that of the running thread.
func SetTLS(mp *M)

// CPUTicks is the time stamp counter.
func CPUTicks() int64

// ProcYield spins for n PAUSE instructions.
func ProcYield(n uint32)

// PublicationBarrier keeps stores before it from being seen after stores
// behind it.
func PublicationBarrier()

// VDSOGetrandom fills n bytes at buf with the vDSO's getrandom, which must be there, and gives their number or the
// negative of an error. state is size bytes that no other thread uses at the same time.
//
//go:noescape
func VDSOGetrandom(buf unsafe.Pointer, n uintptr, flags uint32, state unsafe.Pointer, size uintptr) int

// Nanotime is the monotonic clock in nanoseconds.
func Nanotime() int64

// Walltime is the time since 1970.
func Walltime() (sec int64, nsec int32)

// SP is the stack pointer of the caller after its call returns.
func SP() uintptr

// WideVectors has memmove and memclr use vectors of 32 bytes; the processor must have them.
var WideVectors bool

// memmove and memclr are called by compiled code under their runtime names.

//go:linkname Memmove runtime.memmove
//go:noescape
func Memmove(to, from unsafe.Pointer, n uintptr)

//go:linkname MemclrNoHeapPointers runtime.memclrNoHeapPointers
//go:noescape
func MemclrNoHeapPointers(p unsafe.Pointer, n uintptr)

// MoveStacks is the stress mode that moves stacks all the time: at the next
// prologue after each critical section, and at each deeper call from then on.
var MoveStacks bool

// ResetGuard sets gp's stack guard to the end of its stack.
//
//go:nosplit
func ResetGuard(gp *G) { gp.StackGuard0 = gp.Stack.Lo + StackGuard }

// Acquirem forbids preemption of the running goroutine until Releasem.
//
//go:nosplit
func Acquirem() *M {
	mp := Getg().M
	mp.Locks++
	return mp
}

// Releasem undoes Acquirem and lets a pending preemption happen.
//
//go:nosplit
func Releasem(mp *M) {
	mp.Locks--
	if mp.Locks == 0 {
		poll(mp)
	}
}

// poll makes the next prologue of the running goroutine enter newstack if
// somebody wants it to stop, or in the stress mode.
//
//go:nosplit
func poll(mp *M) {
	gp := Getg()
	if gp.Preempt {
		gp.StackGuard0 = StackPreempt
	} else if MoveStacks && gp == mp.CurG {
		gp.StackGuard0 = StackPoison
	}
}

func badReflectcall() { kernel.Throw("reflect.call: frame too large") }
