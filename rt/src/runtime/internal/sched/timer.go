//go:build strata

package sched

import (
	"internal/abi"
	"internal/runtime/atomic"
	"runtime/internal/race"
	"runtime/internal/task"
	"unsafe"
)

// A Timer calls f(arg, seq, delta) at time when, and every period after that if
// period is not 0. f runs on g0 or holding locks: it must not block.
//
// An armed timer stands in the heap of some P, with its position in idx. A
// channel timer (since Go 1.23) is there only while a goroutine blocks on its
// channel; else whoever looks at the channel runs it if it is due. So a channel
// timer that nobody refers to is garbage although armed.
//
// Locks, in order: sendLock, the channel's, lock, the heap's. The fields from
// heap to seq change only with lock held and, while in a heap, with the heap's
// lock held too; the heap's owner takes a fired timer out with its lock alone.
type Timer struct {
	lock task.Mutex
	// sendLock is held while a channel timer sends, so that Stop and Reset,
	// which take it, can promise that no stale value is seen.
	sendLock  task.Mutex
	isSending atomic.Int32

	heap    *timerHeap
	idx     int32
	isChan  bool
	isFake  bool // of a synctest bubble
	stopped bool // although in a heap
	// blocked counts the goroutines that wait on the channel.
	blocked uint32
	when    int64 // 0: not armed
	period  int64
	f       func(arg any, seq uintptr, delta int64)
	arg     any
	seq     uintptr
	owner   *timerHeap // of the bubble, for fake timers
	drain   unsafe.Pointer
}

type timerEntry struct {
	when int64
	t    *Timer
	// tie orders timers for the same time: random for those of bubbles, whose
	// programs must not rely on an order.
	tie uint32
}

func (e timerEntry) before(d timerEntry) bool {
	return e.when < d.when || e.when == d.when && e.tie < d.tie
}

// timerHeap is a 4-ary heap ordered by the entries' when. An entry may be too early, for a timer that was put off, and its timer may
// be stopped: it is looked at again when it is the first and its time has come. So to put off or to stop a timer, which is what
// programs do with nearly all, takes no change of the heap. Heaps of bubbles and timers of channels have no such entries.
//
// Whoever schedules and finds the first timer stopped takes it out, and all of them if they are more than a quarter: a process with
// stopped timers alone waits for none.
type timerHeap struct {
	lock    task.Mutex
	entries []timerEntry
	len     atomic.Uint32
	stopped uint32        // timers among them
	first   atomic.Int64  // when of the first entry, 0 if empty
	idle    atomic.Uint32 // not 0: the first timer is stopped
	_       [4]byte
}

// manyStopped tells whether to take all stopped timers out pays.
func (h *timerHeap) manyStopped() bool { return h.stopped > uint32(len(h.entries))/4 }

// timersOf is the heap that pp's goroutines put timers into. Without Ps there is one for all.
func timersOf(pp *P) *timerHeap {
	if !localQueues {
		pp = allp[0]
	}
	return (*timerHeap)(pp.Timers)
}

func initTimers(pp *P) { pp.Timers = persistent(unsafe.Sizeof(timerHeap{})) }

// TimerHeapType is the type of what a P's Timers points to, for the collector.
func TimerHeapType() *abi.Type { return abi.TypeOf((*timerHeap)(nil)).Elem() }

// DrainChan, when set, empties the buffer of a timer's channel and reports
// whether there was a value. The layer of channels sets it.
var DrainChan func(c unsafe.Pointer) bool

// Init sets what t does. It must not be armed.
func (t *Timer) Init(f func(any, uintptr, int64), arg any) {
	t.f = f
	t.arg = arg
}

// Stop disarms t and reports whether that kept it from firing.
func (t *Timer) Stop() bool {
	if t.isChan {
		task.Lock(&t.sendLock)
	}
	task.Lock(&t.lock)
	var pending bool
	if t.isChan || t.isFake {
		pending = t.disarm()
	} else {
		pending = t.leaveEntry()
	}
	if t.isChan {
		t.seq++
		if t.period == 0 && t.isSending.Load() > 0 {
			// It fired, but the send is still to come and will find that seq
			// has changed.
			pending = true
		}
	}
	task.Unlock(&t.lock)
	if t.isChan {
		if DrainChan(t.drain) {
			pending = true
		}
		task.Unlock(&t.sendLock)
	}
	return pending
}

// Modify arms t anew and reports whether it had been armed. A nil f keeps f,
// arg and seq.
func (t *Timer) Modify(when, period int64, f func(any, uintptr, int64), arg any, seq uintptr) bool {
	if when <= 0 {
		throw("timer when must be positive")
	}
	if period < 0 {
		throw("timer period must be non-negative")
	}
	if race.Enabled {
		race.Release(race.Of(task.Getg()), uintptr(unsafe.Pointer(t)))
	}
	if t.isChan {
		task.Lock(&t.sendLock)
	}
	task.Lock(&t.lock)
	if !t.isChan && !t.isFake {
		if pending, wake, moved := t.move(when, period, f, arg, seq); moved {
			task.Unlock(&t.lock)
			if wake {
				WakePoller(when)
			}
			return pending
		}
	}
	oldPeriod := t.period
	pending := t.disarm()
	t.period = period
	if f != nil {
		t.f, t.arg, t.seq = f, arg, seq
	}
	t.when = when
	if t.isChan {
		t.seq++
		if oldPeriod == 0 && t.isSending.Load() > 0 {
			pending = true
		}
	}
	wake := false
	if !t.isChan || t.blocked > 0 {
		wake = t.arm()
	}
	task.Unlock(&t.lock)
	if t.isChan {
		if DrainChan(t.drain) {
			pending = true
		}
		task.Unlock(&t.sendLock)
	}
	if wake {
		WakePoller(when)
	}
	if t.isFake {
		t.runIfDue(when)
	}
	return pending
}

// Reset is Modify with what t does kept.
func (t *Timer) Reset(when, period int64) bool { return t.Modify(when, period, nil, nil, 0) }

// disarm takes t out of its heap and reports whether it was armed. t.lock is
// held.
func (t *Timer) disarm() bool {
	t.leaveHeap()
	pending := t.when > 0
	t.when = 0
	return pending
}

// lockHeap returns the heap that t is in, locked, or nil if it is in none. t.lock is held.
func (t *Timer) lockHeap() *timerHeap {
	for {
		h := t.loadHeap()
		if h == nil {
			return nil
		}
		task.Lock(&h.lock)
		if t.heap == h {
			return h
		}
		task.Unlock(&h.lock) // it fired meanwhile
	}
}

func (t *Timer) leaveHeap() {
	if h := t.lockHeap(); h != nil {
		h.remove(t)
		task.Unlock(&h.lock)
	}
}

// leaveEntry is disarm, but leaves t's entry where it is.
func (t *Timer) leaveEntry() bool {
	h := t.lockHeap()
	pending := t.when > 0
	t.when = 0
	if h == nil {
		return pending
	}
	if !t.stopped {
		t.stopped = true
		h.stopped++
		switch {
		case len(h.entries) > 64 && h.manyStopped():
			h.sweep() // its owner may not schedule for long
		case t.idx == 0:
			h.idle.Store(1)
		}
	}
	task.Unlock(&h.lock)
	return pending
}

// move is Modify for a timer that is in a heap, with t.lock held. It tells whether t was in one, and whether it has become the
// first there, so that a sleeping poller must wake earlier.
func (t *Timer) move(when, period int64, f func(any, uintptr, int64), arg any, seq uintptr) (pending, wake, moved bool) {
	h := t.lockHeap()
	if h == nil {
		return false, false, false
	}
	pending = t.when > 0
	t.period = period
	if f != nil {
		t.f, t.arg, t.seq = f, arg, seq
	}
	wasStopped := t.stopped
	if wasStopped {
		t.stopped = false
		h.stopped--
	}
	t.when = when
	e := &h.entries[t.idx]
	earlier := when < e.when
	if earlier {
		e.when = when
		h.up(int(t.idx))
	}
	if (earlier || wasStopped) && t.idx == 0 {
		wake = earlier
		h.noteFirst()
	}
	task.Unlock(&h.lock)
	return pending, wake, true
}

// arm puts t, whose when is set, into a heap. t.lock is held. It reports
// whether t is the first there, so that a sleeping poller must wake earlier.
func (t *Timer) arm() bool {
	mp := task.Acquirem()
	h := t.owner
	if h == nil {
		h = timersOf(mp.P)
		pollInit() // idle threads wait for timers in the poller
	}
	task.Lock(&h.lock)
	h.insert(t)
	first := t.idx == 0
	task.Unlock(&h.lock)
	task.Releasem(mp)
	return first && t.owner == nil
}

func (t *Timer) loadHeap() *timerHeap {
	return (*timerHeap)(atomic.Loadp(unsafe.Pointer(&t.heap)))
}

// NextWhen is when t fires, 0 if not armed.
func (t *Timer) NextWhen() int64 { return t.when }

// The heap. Its lock is held in all of these.

func (h *timerHeap) insert(t *Timer) {
	tie := uint32(0)
	if t.isFake {
		tie = cheapRand()
	}
	h.entries = append(h.entries, timerEntry{t.when, t, tie})
	t.heap = h
	h.up(len(h.entries) - 1)
	h.noteFirst()
}

func (h *timerHeap) remove(t *Timer) {
	i := int(t.idx)
	last := len(h.entries) - 1
	if i < 0 || i > last || h.entries[i].t != t {
		throw("timer heap is corrupt")
	}
	if i != last {
		h.entries[i] = h.entries[last]
		h.entries[i].t.idx = int32(i)
	}
	h.entries[last] = timerEntry{}
	h.entries = h.entries[:last]
	if i != last {
		h.down(i)
		h.up(i)
	}
	h.left(t)
	h.noteFirst()
}

// left notes that t has no entry any more.
func (h *timerHeap) left(t *Timer) {
	if t.stopped {
		t.stopped = false
		h.stopped--
	}
	atomic.StorepNoWB(unsafe.Pointer(&t.heap), nil)
}

// noteFirst brings what is known without the lock up to date.
func (h *timerHeap) noteFirst() {
	first, n, idle := int64(0), uint32(len(h.entries)), uint32(0)
	if len(h.entries) > 0 {
		first = h.entries[0].when
		if h.entries[0].t.stopped {
			idle = 1
		}
	}
	// A store of what is there already would cost a locked instruction.
	if h.len.Load() != n {
		h.len.Store(n)
	}
	if h.first.Load() != first {
		h.first.Store(first)
	}
	if h.idle.Load() != idle {
		h.idle.Store(idle)
	}
}

// settle takes stopped timers out and puts off what is too early, until the first entry is that of an armed timer at its time or
// comes after the time until.
func (h *timerHeap) settle(until int64) {
	for len(h.entries) > 0 && h.entries[0].when <= until {
		e := &h.entries[0]
		switch t := e.t; {
		case t.stopped:
			h.remove(t)
		case e.when != t.when:
			e.when = t.when
			h.down(0)
		default:
			h.noteFirst()
			return
		}
	}
	h.noteFirst()
}

// sweep takes all stopped timers out and brings the times of the others up to date.
func (h *timerHeap) sweep() {
	kept := h.entries[:0]
	for _, e := range h.entries {
		if e.t.stopped {
			h.left(e.t)
			continue
		}
		e.when = e.t.when
		e.t.idx = int32(len(kept))
		kept = append(kept, e)
	}
	clear(h.entries[len(kept):])
	h.entries = kept
	if len(kept) > 1 {
		for i := (len(kept) - 2) / 4; i >= 0; i-- {
			h.down(i)
		}
	}
	h.noteFirst()
}

func (h *timerHeap) up(i int) {
	a := h.entries
	e := a[i]
	for i > 0 {
		parent := (i - 1) / 4
		if !e.before(a[parent]) {
			break
		}
		a[i] = a[parent]
		a[i].t.idx = int32(i)
		i = parent
	}
	a[i] = e
	e.t.idx = int32(i)
}

func (h *timerHeap) down(i int) {
	a := h.entries
	e := a[i]
	for {
		least := i
		a[i] = e
		for c := 4*i + 1; c <= 4*i+4 && c < len(a); c++ {
			if a[c].before(a[least]) {
				least = c
			}
		}
		if least == i {
			break
		}
		a[i] = a[least]
		a[i].t.idx = int32(i)
		i = least
	}
	a[i] = e
	e.t.idx = int32(i)
}

// fire takes the due first timer out, or moves it on by its period, and calls
// its function with the lock released.
func (h *timerHeap) fire(now int64) {
	t := h.entries[0].t
	f, arg, seq := t.f, t.arg, t.seq
	delta := now - t.when
	isChan, once := t.isChan, t.period == 0
	if !once {
		t.when += t.period * (1 + delta/t.period)
		if t.when < 0 {
			t.when = 1<<63 - 1
		}
		h.entries[0].when = t.when
		h.down(0)
		h.noteFirst()
	} else {
		if isChan {
			t.isSending.Add(1)
		}
		t.when = 0
		h.remove(t)
	}
	task.Unlock(&h.lock)
	if isChan {
		t.send(f, arg, seq, delta, once)
	} else {
		t.call(f, arg, seq, delta)
	}
	task.Lock(&h.lock)
}

// call runs a timer's function.
func (t *Timer) call(f func(any, uintptr, int64), arg any, seq uintptr, delta int64) {
	if !race.Enabled {
		f(arg, seq, delta)
		return
	}
	saved := raceFire(t)
	f(arg, seq, delta)
	race.Leave(task.Getg(), saved)
}

// raceFire makes the race detector take what follows for the work of a thread of its own, that comes after whoever armed t; the one that it
// has interrupted is given back.
func raceFire(t *Timer) uintptr {
	gp := task.Getg()
	saved := race.Enter(gp, false)
	race.Acquire(race.Of(gp), uintptr(unsafe.Pointer(t)))
	return saved
}

// send runs a channel timer's function, unless it was stopped or reset since
// seq was read.
func (t *Timer) send(f func(any, uintptr, int64), arg any, seq uintptr, delta int64, once bool) {
	task.Lock(&t.sendLock)
	if once {
		t.isSending.Add(-1)
	}
	if t.seq == seq {
		t.call(f, arg, seq, delta)
	}
	task.Unlock(&t.sendLock)
}

// runTimers runs the due timers of pp and returns the time and when the next one
// is due. Pass 0 for a now that is not known.
func runTimers(pp *P, now int64) (int64, int64) {
	now, next, _ := runTimersOf(pp, now)
	return now, next
}

func runTimersOf(pp *P, now int64) (int64, int64, bool) {
	h := timersOf(pp)
	if h.idle.Load() != 0 {
		h.dropStopped()
	}
	next := h.first.Load()
	if next == 0 {
		return now, 0, false
	}
	if now == 0 {
		now = task.Nanotime()
	}
	if now < next {
		return now, next, false
	}
	ran := h.run(now)
	return now, h.first.Load(), ran
}

func (h *timerHeap) run(now int64) bool {
	ran := false
	task.Lock(&h.lock)
	for h.settle(now); len(h.entries) > 0 && h.entries[0].when <= now; h.settle(now) {
		h.fire(now)
		ran = true
	}
	task.Unlock(&h.lock)
	return ran
}

// nextTimerOf is when pp's next timer is due, 0 if it has none.
func nextTimerOf(pp *P) int64 { return timersOf(pp).first.Load() }

// earliestTimer returns the earliest of at (0: none) and all Ps' timers.
func earliestTimer(at int64) int64 {
	for i := int32(0); i < nProcs; i++ {
		if w := timersOf(allp[i]).first.Load(); w != 0 && (at == 0 || w < at) {
			at = w
		}
	}
	return at
}

// dropStopped takes out the stopped timers that come first, or all if they are many. The caller has a P, as memory with pointers is written.
func (h *timerHeap) dropStopped() {
	task.Lock(&h.lock)
	if h.manyStopped() {
		h.sweep()
	}
	for len(h.entries) > 0 && h.entries[0].t.stopped {
		h.remove(h.entries[0].t)
	}
	task.Unlock(&h.lock)
}

// dropAllStopped does so for all Ps, before a P becomes idle.
func dropAllStopped() {
	for i := int32(0); i < nProcs; i++ {
		if h := timersOf(allp[i]); h.idle.Load() != 0 {
			h.dropStopped()
		}
	}
}

// moveTimers gives the timers of pp, which goes away, to another P. The world
// is stopped.
func moveTimers(pp, to *P) {
	from, h := timersOf(pp), timersOf(to)
	task.Lock(&h.lock)
	task.Lock(&from.lock)
	from.sweep()
	for _, e := range from.entries {
		h.insert(e.t)
	}
	from.entries = nil
	from.first.Store(0)
	task.Unlock(&from.lock)
	task.Unlock(&h.lock)
}

// WakePoller makes sure that somebody notices a timer that is due at when:
// the thread blocked in the poller, or a spinning one.
func WakePoller(when int64) {
	if sched.lastPoll.Load() == 0 {
		until := sched.pollUntil.Load()
		if until == 0 || until > when {
			pollBreak()
		}
		return
	}
	startLooking()
}

// Channel timers.

// MaybeRun runs a channel timer that is due and in no heap. Called before
// looking at the channel, without its lock.
func (t *Timer) MaybeRun() {
	if t.loadHeap() != nil {
		return
	}
	task.Lock(&t.lock)
	now := t.now()
	if t.heap != nil || t.when == 0 || t.when > now {
		task.Unlock(&t.lock)
		return
	}
	f, arg, seq := t.f, t.arg, t.seq
	delta := now - t.when
	once := t.period == 0
	if !once {
		t.when += t.period * (1 + delta/t.period)
	} else {
		t.isSending.Add(1)
		t.when = 0
	}
	task.Unlock(&t.lock)
	t.send(f, arg, seq, delta, once)
}

// BlockOn counts a goroutine that is about to block on t's channel.
func (t *Timer) BlockOn() {
	task.Lock(&t.lock)
	t.blocked++
	wake := false
	when := t.when
	if t.blocked == 1 && t.heap == nil && when > 0 {
		wake = t.arm()
	}
	task.Unlock(&t.lock)
	if wake {
		WakePoller(when)
	}
}

// UnblockFrom undoes BlockOn.
func (t *Timer) UnblockFrom() {
	task.Lock(&t.lock)
	if t.blocked == 0 {
		throw("unblockTimerChan")
	}
	t.blocked--
	if t.blocked == 0 {
		t.leaveHeap() // still armed
	}
	task.Unlock(&t.lock)
}
