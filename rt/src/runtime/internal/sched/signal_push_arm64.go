//go:build strata

package sched

import (
	"runtime/internal/kernel"
	"unsafe"
)

// noteLink keeps the link register of the interrupted code for the unwinder.
func noteLink(mp *M, ctx *kernel.Ucontext) {
	mp.GSignal.Sched.LR = uintptr(ctx.Regs[kernel.LR])
}

// pushCall makes the interrupted instruction look as if it called what ctx.PC is set to. LR is pushed, since a function without frame
// may need it yet.
func pushCall(ctx *kernel.Ucontext) {
	pushFault(ctx, true)
}

// pushFault is pushCall for a fault. If no code was there, LR is the return address of the call that led there.
func pushFault(ctx *kernel.Ucontext, isCode bool) {
	ctx.SP -= 16
	*(*uintptr)(unsafe.Pointer(uintptr(ctx.SP))) = uintptr(ctx.Regs[kernel.LR])
	if isCode {
		ctx.Regs[kernel.LR] = ctx.PC
	}
}
