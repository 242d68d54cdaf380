//go:build strata

package stack

import (
	"runtime/internal/task"
	"unsafe"
)

// Frames of arm64: a call leaves the return address in LR. A function with a frame keeps it at the frame's bottom, where SP points, and the
// frame pointer of its caller in the word below. FP lies 8 bytes above the caller's SP, behind the caller's own return address.

// linkRegister is LR of the innermost frame, or of one that a signal interrupted, for a function whose frame is not set up. 0 elsewhere.
type linkRegister uintptr

// suspended is for a goroutine that may stand at the call of morestack, or has never run.
func (u *Unwinder) suspended(gp *task.G) { u.link = linkRegister(gp.Sched.LR) }

// interrupted is for code that the running signal handler interrupted: it keeps LR there.
func (u *Unwinder) interrupted() { u.link = linkRegister(task.Getg().M.GSignal.Sched.LR) }

func (u *Unwinder) returnAddress() uintptr {
	if u.HasFrame() {
		return *(*uintptr)(unsafe.Pointer(u.SP))
	}
	return uintptr(u.link)
}

// callerSP is also the link: the signal handler pushes LR where it makes an interrupted function call sigpanic or asyncPreempt.
func (u *Unwinder) callerSP() uintptr {
	u.link = 0
	if u.Callee == IDSigpanic || u.Callee == IDAsyncPreempt {
		u.link = linkRegister(*(*uintptr)(unsafe.Pointer(u.FP - 8)))
		return u.FP - 8 + 16
	}
	return u.FP - 8
}

// VarP is the address of the saved frame pointer.
func (u *Unwinder) VarP() uintptr { return u.SP - 8 }

// belowSP is what a suspended goroutine uses below its SP.
const belowSP = 16

// CallerOf gives return address and SP of the caller of f's frame at sp, which stands at the return address pc.
func CallerOf(gp *task.G, f Func, pc, sp uintptr) (callerPC, callerSP uintptr) {
	return *(*uintptr)(unsafe.Pointer(sp)), sp + uintptr(f.SPDelta(pc-1))
}

// BodyBP is the frame pointer in the body of f, whose frame at sp stands at the return address pc.
func BodyBP(f Func, pc, sp uintptr) uintptr { return sp - 8 }

// Offsets in the frames of reflect.makeFuncStub and methodValueCall.
const (
	stubCtxt      = 32
	stubRetValid  = 40
	stubRegs      = 48
	stubClosureAt = 8
)
