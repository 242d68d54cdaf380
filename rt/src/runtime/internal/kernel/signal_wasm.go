//go:build strata

package kernel

import "unsafe"

// Numbers of calls that are never made.
const (
	CloneThread    = 0
	ClockThreadCPU = 3
	SigevThreadID  = 4
)

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
