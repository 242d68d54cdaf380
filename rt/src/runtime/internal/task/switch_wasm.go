//go:build strata

package task

import "unsafe"

// firstStack is the stack of the scheduler.
var firstStack [64 << 10]byte

// bottom are words of a G that are kept for what is elsewhere in Go: the first function of the goroutine, and where its frame
// is. The compiler's entry function fills them when the goroutine begins.
func bottom(gp *G) *[2]uintptr { return (*[2]uintptr)(unsafe.Add(unsafe.Pointer(gp), 88)) }

// started makes a goroutine forget what it ran before.
//
//go:nosplit
func started(gp *G) { *bottom(gp) = [2]uintptr{} }

// Recover resumes gp at the recover block of the function whose frame has its Sched.SP.
//
//go:nosplit
func Recover(gp *G) {
	gp.Sched.BP = 1
	Gogo(gp)
}
