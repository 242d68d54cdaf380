//go:build strata && !arm64

package stack

import (
	"runtime/internal/task"
	"unsafe"
)

// Frames of machines whose calls push: a call pushes the return address, and the callee the frame pointer below it.

// linkRegister is nothing here: return addresses are always in memory.
type linkRegister struct{}

func (u *Unwinder) suspended(gp *task.G) {}
func (u *Unwinder) interrupted()         {}

func (u *Unwinder) returnAddress() uintptr { return *(*uintptr)(unsafe.Pointer(u.FP - 8)) }
func (u *Unwinder) callerSP() uintptr      { return u.FP }

// VarP is the address of the saved BP.
func (u *Unwinder) VarP() uintptr { return u.FP - 16 }

// belowSP is what a suspended goroutine uses below its SP.
const belowSP = 0

// CallerOf gives return address and SP of the caller of f's frame at sp, which stands at the return address pc.
func CallerOf(gp *task.G, f Func, pc, sp uintptr) (callerPC, callerSP uintptr) {
	sp += uintptr(f.SPDelta(pc - 1))
	return Caller(gp, *(*uintptr)(unsafe.Pointer(sp)), sp+8)
}

// BodyBP is the frame pointer in the body of f, whose frame at sp stands at the return address pc.
func BodyBP(f Func, pc, sp uintptr) uintptr { return sp + uintptr(f.SPDelta(pc-1)) - 8 }

// Offsets in the frames of reflect.makeFuncStub and methodValueCall.
const (
	stubCtxt      = 24
	stubRetValid  = 32
	stubRegs      = 40
	stubClosureAt = 0
)
