//go:build strata && !arm64

package lang

import (
	"runtime/internal/task"
	"unsafe"
)

// pushReturn has the function at which gp is resumed return to pc, with SP sp, and gives the SP to resume it with.
func pushReturn(gp *task.G, pc, sp uintptr) uintptr {
	sp -= 8
	*(*uintptr)(unsafe.Pointer(sp)) = pc
	return sp
}
