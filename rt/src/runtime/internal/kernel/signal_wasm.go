//go:build strata

package kernel

import "unsafe"

// Signals have numbers, which package syscall and messages use, and never arrive.
const (
	SIGHUP = 1 + iota
	SIGINT
	SIGQUIT
	SIGILL
	SIGTRAP
	SIGABRT
	SIGBUS
	SIGFPE
	SIGKILL
	SIGUSR1
	SIGSEGV
	SIGUSR2
	SIGPIPE
	SIGALRM
	SIGTERM
	SIGURG    = 23
	SIGPROF   = 27
	SIGSYS    = 31
	SIGSETXID = 33
	NSIG      = 65
)

const (
	FPEIntDiv  = 1
	SegvMapErr = 1
	SIUser     = 0
	SITkill    = -6

	SADfl, SAIgn = 0, 1

	SARestart  = 0x10000000
	SAOnStack  = 0x08000000
	SASiginfo  = 0x4
	SARestorer = 0x04000000

	SigBlock   = 0
	SigUnblock = 1
	SigSetmask = 2
	SSDisable  = 2

	CloneThread    = 0
	ClockThreadCPU = 3
	SigevThreadID  = 4
)

// Error numbers, as the kernel of other machines gives them.
const (
	EPERM     = 1
	ENOENT    = 2
	EINTR     = 4
	EAGAIN    = 11
	ENOMEM    = 12
	EACCES    = 13
	EINVAL    = 22
	ENOSYS    = 38
	ETIMEDOUT = 110
)

type Sigaction struct {
	Handler  uintptr
	Flags    uint64
	Restorer uintptr
	Mask     uint64
}

type SigStack struct {
	SP    uintptr
	Flags int32
	Size  uintptr
}

type Siginfo struct {
	Signo int32
	Errno int32
	Code  int32
	Addr  uintptr
}

type Ucontext struct {
	R8, R9, R10, R11, R12, R13, R14, R15 uint64
	DI, SI, BP, BX, DX, AX, CX, SP, PC   uint64
	EFlags                               uint64
	Segs                                 [4]uint16
	Mask                                 uint64
}

type Timespec struct{ Sec, Nsec int64 }

type Itimerspec struct{ Interval, Value Timespec }

type Sigevent struct {
	Value  uintptr
	Signo  int32
	Notify int32
	TID    int32
}

//go:nosplit
func SetSigaction(sig uint32, new, old *Sigaction) int32 { return -ENOSYS }

//go:nosplit
func Sigprocmask(how int32, new, old *uint64) {}

//go:nosplit
func Sigaltstack(new, old *SigStack) {}

//go:nosplit
func Tgkill(pid, tid, sig int32) {}

//go:nosplit
func RaiseProc(sig uint32) {}

// Raise ends the program, as the signals do that the runtime raises.
//
//go:nosplit
func Raise(sig uint32) { Exit(2) }

//go:nosplit
func TimerCreate(clock int32, ev *Sigevent, id *int32) int32 { return -ENOSYS }

//go:nosplit
func TimerSettime(id int32, flags int32, new, old *Itimerspec) int32 { return -ENOSYS }

//go:nosplit
func TimerDelete(id int32) int32 { return -ENOSYS }

var _ unsafe.Pointer
