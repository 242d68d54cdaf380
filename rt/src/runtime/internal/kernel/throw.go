//go:build strata

// Package kernel is what the runtime knows of Linux: system calls, the vDSO,
// the layouts of signal frames, the auxiliary vector. It knows nothing of
// goroutines. Nothing here allocates or needs initialisation.
package kernel

import "unsafe"

// ThrowHook, when set, reports a broken invariant of the runtime with
// tracebacks, and ends the process.
var ThrowHook func(msg string)

// Throw ends the process because the runtime is broken.
//
//go:nosplit
func Throw(msg string) {
	if ThrowHook != nil {
		ThrowHook(msg)
	}
	WriteString(2, "fatal error: ")
	WriteString(2, msg)
	WriteString(2, "\n")
	Exit(2)
}

// WriteString writes s to fd.
//
//go:nosplit
func WriteString(fd uintptr, s string) {
	Write(fd, unsafe.Pointer(unsafe.StringData(s)), int32(len(s)))
}
