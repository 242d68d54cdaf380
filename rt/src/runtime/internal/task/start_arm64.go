//go:build strata

package task

import "unsafe"

// StartGAt is StartG for a code address and closure context. SP is always a multiple of 16.
//
//go:nosplit
func StartGAt(gp *G, pc uintptr, ctxt unsafe.Pointer) {
	sp := gp.Stack.Hi - 4*16 // leave room for the spill area of goexit's callee
	gp.StackTopSP = sp + 8
	gp.Sched.SP = sp
	gp.Sched.PC = pc
	gp.Sched.BP = 0
	gp.Sched.Ctxt = ctxt
	gp.Sched.LR = GoexitPC() + 4 // inside goexit, past its first instruction
	started(gp)
}
