//go:build strata

package sched

import (
	"internal/runtime/atomic"
	"internal/runtime/sys"
	"runtime/internal/race"
	"runtime/internal/task"
	"unsafe"
)

// A Bubble is a set of goroutines with a clock of its own, for package
// testing/synctest: those that are started from a goroutine of the bubble. The
// clock stands still while one of them can run, or waits for something outside the
// bubble; when all are durably blocked, it jumps to when the next timer is due.
//
// The goroutine that called RunBubble is the bubble's root: it fires the timers. It
// sleeps while others run. Whoever blocks last wakes the goroutine in
// WaitBubble, or else the root.
type Bubble struct {
	ID     uint64
	timers timerHeap
	now    int64 // read by the bubble's goroutines; changes only while all are blocked

	lock    task.Mutex
	root    *G
	main    *G // runs the function; the first that root starts
	waiter  *G // in WaitBubble
	waiting bool
	done    bool // main has ended
	total   int  // goroutines, with root
	running int  // of those, not durably blocked
	active  int  // other reasons to count as running; a wakeup under way is one
}

// BubbleStart is where a bubble's clock starts: 2000-01-01 UTC.
const BubbleStart = 946684800000000000

var bubbleIDs atomic.Uint64

// durable are the wait reasons from which only another goroutine of the bubble,
// or its clock, can wake.
const durable uint64 = 1<<WaitChanReceiveNil | 1<<WaitChanSendNil | 1<<WaitSelectNoCases | 1<<WaitSleep |
	1<<WaitSyncCond | 1<<WaitCoroutine | 1<<WaitSynctestRun | 1<<WaitSynctestWait | 1<<WaitSynctestChanReceive |
	1<<WaitSynctestChanSend | 1<<WaitSynctestSelect | 1<<WaitSynctestWaitGroup

// ConnectBubbles sets the hooks for bubbles.
func ConnectBubbles() {
	JoinBubble = joinBubble
	LeaveBubble = leaveBubble
	BubbleNow = bubbleNow
	BubbleTimers = bubbleTimers
}

func bubbleNow(b unsafe.Pointer) int64           { return (*Bubble)(b).now }
func bubbleTimers(b unsafe.Pointer) *timerHeap   { return &(*Bubble)(b).timers }
func bubbleOf(gp *G) *Bubble                     { return (*Bubble)(gp.Bubble) }
func (b *Bubble) idle() bool                     { return b.running == 0 && b.active == 0 }
func isDurable(b unsafe.Pointer, why uint8) bool { return b != nil && durable>>why&1 != 0 }

// CurrentBubble returns the running goroutine's bubble, or nil.
func CurrentBubble() *Bubble { return bubbleOf(task.Getg()) }

// SetBubble puts the running goroutine into b, or out of its bubble if that is nil,
// without counting it.
func SetBubble(b *Bubble) { task.Getg().Bubble = unsafe.Pointer(b) }

func joinBubble(gp, parent *G) {
	b := bubbleOf(parent)
	gp.Bubble = parent.Bubble
	task.Lock(&b.lock)
	b.total++
	b.running++
	if b.main == nil && parent == b.root {
		b.main = gp
	}
	task.Unlock(&b.lock)
}

func leaveBubble(gp *G) {
	b := bubbleOf(gp)
	if race.Enabled {
		race.ReleaseMerge(race.Of(gp), uintptr(unsafe.Pointer(b)))
	}
	task.Lock(&b.lock)
	b.total--
	if gp == b.main {
		b.done = true
	}
	b.change(-1, 0)
}

// blockedInBubble and readyInBubble count a goroutine that blocks durably, and that is
// about to be woken from there.
func blockedInBubble(b *Bubble) {
	task.Lock(&b.lock)
	b.change(-1, 0)
}

func readyInBubble(gp *G) {
	b := bubbleOf(gp)
	task.Lock(&b.lock)
	b.running++
	task.Unlock(&b.lock)
}

// change adds to the counts and unlocks. If the bubble becomes idle by that, somebody is woken:
// until he goes on, active keeps others from doing the same.
func (b *Bubble) change(running, active int) {
	b.running += running
	b.active += active
	if b.active < 0 {
		throw("bubble: active < 0")
	}
	var wake *G
	if b.idle() {
		wake = b.root
		if b.waiter != nil {
			wake = b.waiter
		}
		b.active++
	}
	task.Unlock(&b.lock)
	if wake != nil {
		Ready(wake)
	}
}

// Hold keeps the bubble from becoming idle until Release.
func (b *Bubble) Hold() {
	task.Lock(&b.lock)
	b.active++
	task.Unlock(&b.lock)
}

func (b *Bubble) Release() {
	task.Lock(&b.lock)
	b.change(0, -1)
}

// RunBubble calls f in a new goroutine in a new bubble and returns when all
// goroutines of the bubble have ended, or, with a reason, when none of them
// can ever go on.
func RunBubble(f func()) (deadlock string) {
	gp := task.Getg()
	b := new(Bubble)
	b.ID = bubbleIDs.Add(1)
	b.now = BubbleStart
	b.root = gp
	b.total, b.running = 1, 1
	gp.Bubble = unsafe.Pointer(b)
	// A timer of an earlier sleep belongs to the real clock.
	timer := gp.Timer
	gp.Timer = nil

	mp := task.Acquirem()
	*(*func())(unsafe.Pointer(&mp.ArgP[0])) = f
	mp.Arg[0] = sys.GetCallerPC()
	task.Systemstack(newprocOnG0)
	task.Releasem(mp)

	total, done := 0, false
	for {
		b.timers.run(b.now)
		Park(nil, nil, WaitSynctestRun)
		task.Lock(&b.lock)
		b.active--
		total, done = b.total, b.done
		task.Unlock(&b.lock)
		next := b.timers.first.Load()
		if total == 1 || next == 0 || done {
			// After main's end the clock stands still.
			break
		}
		b.now = max(b.now, next)
	}
	gp.Bubble = nil
	gp.Timer = timer
	if race.Enabled { // it comes after all that the bubble's goroutines have done
		race.Acquire(race.Of(gp), uintptr(unsafe.Pointer(b)))
	}
	switch {
	case total == 1:
		return ""
	case done:
		return "deadlock: main bubble goroutine has exited but blocked goroutines remain"
	}
	return "deadlock: all goroutines in bubble are blocked"
}

// WaitBubble returns when all other goroutines of the bubble are durably blocked. It
// returns false if another goroutine waits already.
func (b *Bubble) WaitBubble() bool {
	task.Lock(&b.lock)
	if b.waiting {
		task.Unlock(&b.lock)
		return false
	}
	b.waiting = true
	b.waiter = task.Getg()
	task.Unlock(&b.lock)
	Park(nil, nil, WaitSynctestWait)
	task.Lock(&b.lock)
	b.active--
	b.waiter = nil
	b.waiting = false
	task.Unlock(&b.lock)
	if race.Enabled {
		race.Acquire(race.Of(task.Getg()), uintptr(unsafe.Pointer(b)))
	}
	return true
}

// checkWaker ends the program if the running goroutine wakes gp from outside gp's bubble.
func checkWaker(gp *G) {
	if gp.Bubble != nil && task.Getg().Bubble != gp.Bubble {
		print("semaphore wake of synctest goroutine ", gp.GoID, " from outside bubble\n")
		Fatal("semaphore wake of synctest goroutine from outside bubble")
	}
}

// runIfDue runs a bubble's timer that was armed for now or earlier at once: the
// caller belongs to the bubble, and else the timer would wait for all its goroutines to block.
func (t *Timer) runIfDue(when int64) {
	b := CurrentBubble()
	if b == nil || when > b.now {
		return
	}
	if t.loadHeap() == nil {
		t.MaybeRun()
		return
	}
	b.timers.run(b.now)
}
