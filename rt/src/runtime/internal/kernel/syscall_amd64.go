//go:build strata

package kernel

import "unsafe"

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

// Open takes a NUL-terminated name. It returns a file descriptor or minus the
// error number.
//
//go:nosplit
func Open(name *byte, flags, perm int32) int32 {
	return int32(syscall6(sysOpen, uintptr(unsafe.Pointer(name)), uintptr(flags), uintptr(perm), 0, 0, 0))
}
