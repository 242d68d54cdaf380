//go:build strata

package kernel

import "unsafe"

// System call numbers of linux/arm64.
const (
	sysEpollCreate1  = 20
	sysEpollCtl      = 21
	sysEpollPwait    = 22
	sysEventfd2      = 19
	sysFcntl         = 25
	sysOpenat        = 56
	sysClose         = 57
	sysPipe2         = 59
	sysRead          = 63
	sysWrite         = 64
	sysPersonality   = 92
	sysExit          = 93
	sysExitGroup     = 94
	sysFutex         = 98
	sysSetitimer     = 103
	sysTimerCreate   = 107
	sysTimerSettime  = 110
	sysTimerDelete   = 111
	sysSchedGetaff   = 123
	sysKill          = 129
	sysTgkill        = 131
	sysSigaltstack   = 132
	sysRtSigaction   = 134
	sysRtSigprocmask = 135
	sysPrctl         = 167
	sysGetpid        = 172
	sysGettid        = 178
	sysMunmap        = 215
	sysMmap          = 222
	sysMprotect      = 226
	sysMincore       = 232
	sysMadvise       = 233
)

// Open takes a NUL-terminated name, relative to the working directory. It returns a file descriptor or minus the
// error number.
//
//go:nosplit
func Open(name *byte, flags, perm int32) int32 {
	const workingDirectory = -100
	dir := workingDirectory
	return int32(syscall6(sysOpenat, uintptr(dir), uintptr(unsafe.Pointer(name)), uintptr(flags), uintptr(perm), 0, 0))
}
