//go:build strata

package sched

import (
	"internal/runtime/atomic"
	"runtime/internal/task"
	"unsafe"
)

// What package time needs.

// timeTimer is a time.Timer or time.Ticker with what the runtime keeps behind
// it.
type timeTimer struct {
	c    unsafe.Pointer // <-chan time.Time
	init bool
	Timer
}

// SetChanTimer, when set, tells a channel that t is its timer. The layer of
// channels sets it.
var SetChanTimer func(c unsafe.Pointer, t *Timer)

// AsyncTimers is GODEBUG=asynctimerchan: channels of timers made while it is set
// are ordinary ones, with the semantics from before Go 1.23.
var AsyncTimers *atomic.Int32

//go:linkname time_newTimer time.newTimer
func time_newTimer(when, period int64, f func(any, uintptr, int64), arg any, c unsafe.Pointer) *timeTimer {
	t := new(timeTimer)
	t.Timer.f = f
	t.Timer.arg = arg
	if c != nil && AsyncTimers.Load() == 0 {
		t.isChan = true
		t.drain = c
		SetChanTimer(c, &t.Timer)
	}
	if b := task.Getg().Bubble; b != nil {
		t.isFake = true
		t.owner = BubbleTimers(b)
	}
	t.Modify(when, period, nil, nil, 0)
	t.init = true
	return t
}

//go:linkname time_stopTimer time.stopTimer
func time_stopTimer(t *timeTimer) bool {
	if t.isFake && task.Getg().Bubble == nil {
		Fatal("stop of synctest timer from outside bubble")
	}
	return t.Stop()
}

//go:linkname time_resetTimer time.resetTimer
func time_resetTimer(t *timeTimer, when, period int64) bool {
	if t.isFake && task.Getg().Bubble == nil {
		Fatal("reset of synctest timer from outside bubble")
	}
	return t.Reset(when, period)
}

// Sleep is time.Sleep for the runtime's own goroutines.
func Sleep(ns int64) { time_Sleep(ns) }

//go:linkname time_Sleep time.Sleep
func time_Sleep(ns int64) {
	if ns < 0 {
		return
	}
	gp := task.Getg()
	t := (*Timer)(gp.Timer)
	if t == nil {
		t = new(Timer)
		t.Init(wakeSleeper, gp)
		gp.Timer = unsafe.Pointer(t)
	}
	var now int64
	if gp.Bubble != nil {
		now = BubbleNow(gp.Bubble)
		t.isFake = true
		t.owner = BubbleTimers(gp.Bubble)
	} else {
		now = task.Nanotime()
		t.isFake = false
		t.owner = nil
	}
	when := now + ns
	if when < 0 {
		when = 1<<63 - 1
	}
	gp.SleepWhen = when
	if ns == 0 && gp.Bubble == nil {
		return
	}
	// Armed only once parked: else it could fire before.
	Park(armSleeper, unsafe.Pointer(t), WaitSleep)
}

func armSleeper(gp *G, t unsafe.Pointer) bool {
	(*Timer)(t).Reset(gp.SleepWhen, 0)
	return true
}

func wakeSleeper(arg any, seq uintptr, delta int64) { Ready(arg.(*G)) }

// Fake clocks of synctest bubbles; the layer that owns bubbles sets these.
var (
	BubbleNow    func(b unsafe.Pointer) int64
	BubbleTimers func(b unsafe.Pointer) *timerHeap
)

// now is the time by the clock that t follows.
func (t *Timer) now() int64 {
	if t.isFake {
		if b := task.Getg().Bubble; b != nil {
			return BubbleNow(b)
		}
	}
	return task.Nanotime()
}

//go:linkname time_now time.now
func time_now() (sec int64, nsec int32, mono int64) {
	if b := task.Getg().Bubble; b != nil {
		t := BubbleNow(b)
		return t / 1e9, int32(t % 1e9), t
	}
	sec, nsec = task.Walltime()
	return sec, nsec, task.Nanotime()
}

//go:linkname time_runtimeNow time.runtimeNow
func time_runtimeNow() (sec int64, nsec int32, mono int64) {
	if b := task.Getg().Bubble; b != nil {
		// Times of different clocks must not be compared: there is no monotonic reading.
		t := BubbleNow(b)
		return t / 1e9, int32(t % 1e9), 0
	}
	return time_now()
}

//go:linkname time_runtimeNano time.runtimeNano
func time_runtimeNano() int64 {
	if b := task.Getg().Bubble; b != nil {
		return BubbleNow(b)
	}
	return task.Nanotime()
}

//go:linkname time_runtimeIsBubbled time.runtimeIsBubbled
func time_runtimeIsBubbled() bool { return task.Getg().Bubble != nil }

//go:linkname nanotime runtime.nanotime
//go:nosplit
func nanotime() int64 { return task.Nanotime() }

//go:linkname sync_nanotime internal/sync.runtime_nanotime
func sync_nanotime() int64 { return task.Nanotime() }
