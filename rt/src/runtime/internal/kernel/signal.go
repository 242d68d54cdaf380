//go:build strata && !wasm

package kernel

import "unsafe"

// SetSigaction installs new and stores the former action to old; both may be
// nil. It returns minus the error number on failure.
//
//go:nosplit
func SetSigaction(sig uint32, new, old *Sigaction) int32 {
	return int32(syscall6(sysRtSigaction, uintptr(sig), uintptr(unsafe.Pointer(new)), uintptr(unsafe.Pointer(old)), 8, 0, 0))
}

// Sigprocmask changes the thread's signal mask; new and old may be nil.
//
//go:nosplit
func Sigprocmask(how int32, new, old *uint64) {
	syscall6(sysRtSigprocmask, uintptr(how), uintptr(unsafe.Pointer(new)), uintptr(unsafe.Pointer(old)), 8, 0, 0)
}

//go:nosplit
func Sigaltstack(new, old *SigStack) {
	syscall6(sysSigaltstack, uintptr(unsafe.Pointer(new)), uintptr(unsafe.Pointer(old)), 0, 0, 0, 0)
}
