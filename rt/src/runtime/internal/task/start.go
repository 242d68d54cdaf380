//go:build strata && !arm64

package task

import "unsafe"

// StartGAt is StartG for a code address and closure context.
//
//go:nosplit
func StartGAt(gp *G, pc uintptr, ctxt unsafe.Pointer) {
	sp := gp.Stack.Hi - 4*8 // leave room for the spill area of goexit's callee
	gp.StackTopSP = sp
	sp -= 8
	*(*uintptr)(unsafe.Pointer(sp)) = GoexitPC() + 1 // inside goexit, past its first instruction
	gp.Sched.SP = sp
	gp.Sched.PC = pc
	gp.Sched.BP = 0
	gp.Sched.Ctxt = ctxt
	started(gp)
}
