//go:build strata

package lang

import "runtime/internal/task"

// pushReturn has the function at which gp is resumed return to pc, with SP sp, and gives the SP to resume it with.
func pushReturn(gp *task.G, pc, sp uintptr) uintptr {
	gp.Sched.LR = pc
	return sp
}
