//go:build strata && !wasm

package kernel

import (
	"internal/runtime/syscall/linux"
	"unsafe"
)

// System call numbers of linux/amd64.
const (
	sysRead          = 0
	sysWrite         = 1
	sysOpen          = 2
	sysClose         = 3
	sysMmap          = 9
	sysMprotect      = 10
	sysMunmap        = 11
	sysRtSigaction   = 13
	sysRtSigprocmask = 14
	sysPipe2         = 293
	sysMincore       = 27
	sysMadvise       = 28
	sysSetitimer     = 38
	sysGetpid        = 39
	sysExit          = 60
	sysKill          = 62
	sysFcntl         = 72
	sysSigaltstack   = 131
	sysPersonality   = 135
	sysPrctl         = 157
	sysGettid        = 186
	sysFutex         = 202
	sysSchedGetaff   = 204
	sysEpollCtl      = 233
	sysTimerCreate   = 222
	sysTimerSettime  = 223
	sysTimerDelete   = 226
	sysExitGroup     = 231
	sysTgkill        = 234
	sysEpollPwait    = 281
	sysEventfd2      = 290
	sysEpollCreate1  = 291
)

// Error numbers that the runtime looks at.
const (
	EPERM     = 1
	ENOENT    = 2
	EINTR     = 4
	EAGAIN    = 11
	ENOMEM    = 12
	EACCES    = 13
	EINVAL    = 22
	ETIMEDOUT = 110
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

// Open takes a NUL-terminated name. It returns a file descriptor or minus the
// error number.
//
//go:nosplit
func Open(name *byte, flags, perm int32) int32 {
	return int32(syscall6(sysOpen, uintptr(unsafe.Pointer(name)), uintptr(flags), uintptr(perm), 0, 0, 0))
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
