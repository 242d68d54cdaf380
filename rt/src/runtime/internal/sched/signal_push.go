//go:build strata && !arm64

package sched

import (
	"runtime/internal/kernel"
	"unsafe"
)

// noteLink keeps the link register of the interrupted code for the unwinder; there is none here.
func noteLink(mp *M, ctx *kernel.Ucontext) {}

// pushCall makes the interrupted instruction look as if it called what ctx.PC is set to.
func pushCall(ctx *kernel.Ucontext) {
	ctx.SP -= 8
	*(*uintptr)(unsafe.Pointer(uintptr(ctx.SP))) = uintptr(ctx.PC)
}

// pushFault is pushCall for a fault. If no code was there, the call that led there has pushed its return address.
func pushFault(ctx *kernel.Ucontext, isCode bool) {
	if isCode {
		pushCall(ctx)
	}
}
