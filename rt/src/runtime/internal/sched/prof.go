//go:build strata

package sched

import (
	"runtime/internal/kernel"
	"runtime/internal/stack"
	"runtime/internal/task"
	"unsafe"
)

// Profiling signals: every thread has a timer on its own processor time, so
// that a thread gets its share of samples however many there are.

// SetProfileRate makes all threads that run goroutines take hz samples per second
// of processor time; 0 stops that.
func SetProfileRate(hz int32) {
	mp := task.Acquirem()
	setThreadProfiler(0)
	task.Lock(&sched.lock)
	sched.profileHz = hz
	task.Unlock(&sched.lock)
	if hz != 0 {
		setThreadProfiler(hz)
	}
	task.Releasem(mp)
}

// ProfileRate is the current rate.
func ProfileRate() int32 { return sched.profileHz }

// A ProfileState is what the handler of a profiling signal works with; each M
// that has a timer has one, in M.Profiling.
type ProfileState struct {
	U   stack.Unwinder
	PCs [64]uintptr
}

// The timer of an M is a persistent block at Extra[1].
type profTimer struct {
	event kernel.Sigevent
	spec  kernel.Itimerspec
	id    int32
	armed bool
}

func setThreadProfiler(hz int32) {
	mp := task.Getg().M
	t := (*profTimer)(mp.Extra[1])
	if t == nil {
		if hz == 0 {
			mp.ProfileHz = 0
			return
		}
		t = (*profTimer)(persistent(unsafe.Sizeof(profTimer{})))
		mp.Extra[1] = unsafe.Pointer(t)
		mp.Profiling = persistent(unsafe.Sizeof(ProfileState{}))
	}
	mp.ProfileHz = hz
	if t.armed {
		t.armed = false
		kernel.TimerDelete(t.id)
	}
	if hz == 0 {
		return
	}
	t.event.Signo = kernel.SIGPROF
	t.event.Notify = kernel.SigevThreadID
	t.event.TID = int32(mp.ProcID)
	if kernel.TimerCreate(kernel.ClockThreadCPU, &t.event, &t.id) != 0 {
		return
	}
	period := int64(1000000000 / hz)
	t.spec.Interval.Sec, t.spec.Interval.Nsec = period/1000000000, period%1000000000
	// A random first delay, so that threads which start together are not
	// sampled together.
	first := 1 + int64(CheapRandN(uint32(min(period, 1<<31))))
	t.spec.Value.Sec, t.spec.Value.Nsec = first/1000000000, first%1000000000
	if kernel.TimerSettime(t.id, 0, &t.spec, nil) != 0 {
		kernel.TimerDelete(t.id)
		return
	}
	t.armed = true
}
