//go:build strata && !wasm

package kernel

import "unsafe"

// FutexSleep blocks while *addr == val, for at most ns nanoseconds if ns >= 0.
// It may return early.
//
//go:noescape
func FutexSleep(addr *uint32, val uint32, ns int64)

// FutexWake wakes up to n threads that sleep on addr.
//
//go:noescape
func FutexWake(addr *uint32, n uint32)

// Usleep sleeps for us microseconds.
func Usleep(us uint32)

// Flags for starting a thread that shares everything.
const CloneThread = 0x100 | 0x200 | 0x400 | 0x800 | 0x10000 | 0x40000 | 0x80000 // VM FS FILES SIGHAND THREAD SYSVSEM SETTLS

// Tgkill sends sig to the thread tid of this process.
//
//go:nosplit
func Tgkill(pid, tid, sig int32) {
	syscall6(sysTgkill, uintptr(pid), uintptr(tid), uintptr(sig), 0, 0, 0)
}

// RaiseProc sends sig to the whole process.
//
//go:nosplit
func RaiseProc(sig uint32) {
	syscall6(sysKill, uintptr(Getpid()), uintptr(sig), 0, 0, 0, 0)
}

// Raise sends sig to the running thread.
//
//go:nosplit
func Raise(sig uint32) { Tgkill(Getpid(), Gettid(), int32(sig)) }

// Timespec and Itimerval are the kernel's.
type Timespec struct {
	Sec  int64
	Nsec int64
}

type Itimerval struct {
	IntervalSec, IntervalUsec int64
	ValueSec, ValueUsec       int64
}

type Itimerspec struct {
	Interval, Value Timespec
}

// Sigevent tells timer_create what to do when the timer expires.
type Sigevent struct {
	Value  uintptr
	Signo  int32
	Notify int32
	TID    int32
	_      [44]byte
}

// Timer and clock ids.
const (
	ItimerProf      = 2
	ClockThreadCPU  = 3
	SigevThreadID   = 4
	ClockMonotonic  = 1
	ClockRealtimeID = 0
)

//go:nosplit
func Setitimer(which int32, new, old *Itimerval) {
	syscall6(sysSetitimer, uintptr(which), uintptr(unsafe.Pointer(new)), uintptr(unsafe.Pointer(old)), 0, 0, 0)
}

//go:nosplit
func TimerCreate(clock int32, ev *Sigevent, id *int32) int32 {
	return int32(syscall6(sysTimerCreate, uintptr(clock), uintptr(unsafe.Pointer(ev)), uintptr(unsafe.Pointer(id)), 0, 0, 0))
}

//go:nosplit
func TimerSettime(id int32, flags int32, new, old *Itimerspec) int32 {
	return int32(syscall6(sysTimerSettime, uintptr(id), uintptr(flags), uintptr(unsafe.Pointer(new)), uintptr(unsafe.Pointer(old)), 0, 0))
}

//go:nosplit
func TimerDelete(id int32) int32 {
	return int32(syscall6(sysTimerDelete, uintptr(id), 0, 0, 0, 0, 0))
}
