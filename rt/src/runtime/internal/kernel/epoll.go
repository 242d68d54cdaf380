//go:build strata && !wasm

package kernel

import "unsafe"

const (
	EpollIn      = 0x1
	EpollOut     = 0x4
	EpollErr     = 0x8
	EpollHup     = 0x10
	EpollRdHup   = 0x2000
	EpollET      = 0x80000000
	EpollCtlAdd  = 1
	EpollCtlDel  = 2
	EpollCtlMod  = 3
	EpollCloexec = 0x80000
	EfdCloexec   = 0x80000
	EfdNonblock  = 0x800
)

// EpollCreate, EpollCtl and EpollWait return minus the error number on
// failure.
//
//go:nosplit
func EpollCreate(flags int32) int32 {
	return int32(syscall6(sysEpollCreate1, uintptr(flags), 0, 0, 0, 0, 0))
}

//go:nosplit
func EpollCtl(epfd, op, fd int32, ev *EpollEvent) int32 {
	return int32(syscall6(sysEpollCtl, uintptr(epfd), uintptr(op), uintptr(fd), uintptr(unsafe.Pointer(ev)), 0, 0))
}

//go:nosplit
func EpollWait(epfd int32, evs *EpollEvent, n, ms int32) int32 {
	return int32(syscall6(sysEpollPwait, uintptr(epfd), uintptr(unsafe.Pointer(evs)), uintptr(n), uintptr(ms), 0, 0))
}

//go:nosplit
func Eventfd(initial uint32, flags int32) int32 {
	return int32(syscall6(sysEventfd2, uintptr(initial), uintptr(flags), 0, 0, 0, 0))
}
