//go:build strata && !wasm

package task

// started is told that gp begins a new function.
//
//go:nosplit
func started(gp *G) {}

// Recover resumes gp at the recover block where its Sched is.
//
//go:nosplit
func Recover(gp *G) { Gogo(gp) }
