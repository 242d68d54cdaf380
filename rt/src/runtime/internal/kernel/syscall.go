//go:build strata && !wasm

package kernel

import (
	"internal/runtime/syscall/linux"
	"unsafe"
)

// syscall6 gives the result, or minus the error number.
//
//go:nosplit
func syscall6(num, a, b, c, d, e, f uintptr) int64 {
	r, _, errno := linux.Syscall6(num, a, b, c, d, e, f)
	if errno != 0 {
		return -int64(errno)
	}
	return int64(r)
}

// Exit ends the process.
//
//go:nosplit
func Exit(code int32) {
	for {
		syscall6(sysExitGroup, uintptr(code), 0, 0, 0, 0, 0)
	}
}

// Read returns the number of bytes read, or minus the error number; Write
// likewise.
//
//go:nosplit
func Read(fd int32, p unsafe.Pointer, n int32) int32 {
	return int32(syscall6(sysRead, uintptr(fd), uintptr(p), uintptr(n), 0, 0, 0))
}

//go:nosplit
func Write(fd uintptr, p unsafe.Pointer, n int32) int32 {
	return int32(syscall6(sysWrite, fd, uintptr(p), uintptr(n), 0, 0, 0))
}

//go:nosplit
func Close(fd int32) int32 {
	return int32(syscall6(sysClose, uintptr(fd), 0, 0, 0, 0, 0))
}

// Fcntl returns minus the error number on failure.
//
//go:nosplit
func Fcntl(fd, cmd, arg int32) int32 {
	return int32(syscall6(sysFcntl, uintptr(fd), uintptr(cmd), uintptr(arg), 0, 0, 0))
}

// Pipe2 fills fds[0] (read end) and fds[1].
//
//go:nosplit
func Pipe2(fds *[2]int32, flags int32) int32 {
	return int32(syscall6(sysPipe2, uintptr(unsafe.Pointer(fds)), uintptr(flags), 0, 0, 0, 0))
}

//go:nosplit
func Getpid() int32 { return int32(syscall6(sysGetpid, 0, 0, 0, 0, 0, 0)) }

//go:nosplit
func Gettid() int32 { return int32(syscall6(sysGettid, 0, 0, 0, 0, 0, 0)) }

// SchedYield lets other threads run. It needs no stack: the end of the chain of
// functions without stack check that every system call enters by.
func SchedYield()

// SchedGetaffinity fills mask with the processors that the process may use
// and returns the number of bytes written, or minus the error number.
//
//go:nosplit
func SchedGetaffinity(mask unsafe.Pointer, size uintptr) int32 {
	return int32(syscall6(sysSchedGetaff, 0, size, uintptr(mask), 0, 0, 0))
}

//go:nosplit
func Prctl(op, a, b, c, d uintptr) int32 {
	return int32(syscall6(sysPrctl, op, a, b, c, d, 0))
}
