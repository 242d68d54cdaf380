//go:build strata

// Package race finds data races while the program runs, by the happens-before relation (Flanagan and Freund, FastTrack, PLDI 2009).
//
// Every goroutine has a vector clock: an entry per thread number, which says up to what time of that thread it has synchronised. Its own
// entry, its time, goes on at each release. An access is known by its epoch, thread number and time, and stands in a cell
// of the shadow memory of the word it touched. Two accesses of which one writes are a race if they touch the same bytes and the later
// one's goroutine has not synchronised up to the epoch of the earlier one.
//
// Laws:
//
//   - Nothing here allocates from the heap, and nothing here is a pointer to the collector.
//   - A word's shadow and its synchronisation object change under the lock of its stripe; holders are not preempted. Fresh
//     memory belongs to who allocates it: Clear takes no stripe.
//   - Memory is bounded: cells per word, words per stack, and stacks have fixed limits; what does not fit is forgotten, so a race
//     may be missed, but none is made up.
//   - Goroutines' stacks have no shadow: nobody else accesses them but the runtime.
package race

import (
	"internal/runtime/atomic"
	"runtime/internal/kernel"
	"runtime/internal/page"
	"runtime/internal/task"
	"unsafe"
)

// A word describes an access: which of the eight bytes, how, and the epoch.
const (
	maskBits  = 0xff
	writeBit  = 1 << 8
	atomicBit = 1 << 9
	tidShift  = 10
	tidBits   = 16
	tidMask   = 1<<tidBits - 1
	timeShift = tidShift + tidBits
	maxTids   = 1 << tidBits
)

func tidOf(w uint64) uint32  { return uint32(w>>tidShift) & tidMask }
func timeOf(w uint64) uint64 { return w >> timeShift }

// Kinds of access.
const (
	Read   = 0
	Write  = writeBit
	Atomic = atomicBit
)

// A Thread is a goroutine as the detector sees it, or a P while it runs timers.
type Thread struct {
	base    uint64 // the epoch, as a word without access
	time    uint64
	tid     uint32
	ignored int32  // depth of sections whose synchronisation does not count
	clock   vector // its own entry is not kept up to date
	goid    uint64
	created uint32 // stack of the go statement
	next    uintptr
	recent  [recentStacks]uint32 // stacks of accesses, by return address
}

const recentStacks = 64

func (t *Thread) setTime(time uint64) {
	t.time = time
	t.base = time<<timeShift | uint64(t.tid)<<tidShift
}

// tick ends the present epoch: what others have acquired of this thread does not reach what it does from now on.
func (t *Thread) tick() { t.setTime(t.time + 1) }

// CallerFP is the frame pointer of the function that called one with the stack pointer callerSP behind its return address: it is saved
// below that.
//
//go:nosplit
func CallerFP(callerSP uintptr) uintptr { return *(*uintptr)(unsafe.Pointer(callerSP - 16)) }

// Ignore begins (by 1) or ends (by -1) a section of t whose synchronisation does not count.
func Ignore(t *Thread, by int32) {
	if t != nil {
		t.ignored += by
	}
}

// Ignores tells whether t is in such a section.
func Ignores(t *Thread) bool { return t != nil && t.ignored > 0 }

// Of is the thread of gp, nil if the detector does not look at it.
func Of(gp *task.G) *Thread { return (*Thread)(unsafe.Pointer(gp.Race)) }

// A past thread, for reports: numbers are used again.
type life struct {
	from    uint64 // first time
	goid    uint64
	created uint32
	dead    bool
	context bool // of a timer or cleanup, not a goroutine
}

const lives = 4 // that are remembered per number

// number is what is known of a thread number.
type number struct {
	lives [lives]life // the latest first
	time  uint64      // at which the last thread ended
	owner uintptr     // the thread that has it
	next  uint32      // in the list of free numbers
}

var threads struct {
	lock    task.Mutex
	numbers *[maxTids]number
	used    uint32 // numbers given out so far
	first   uint32 // of the free ones, oldest first; 0 for none
	last    uint32
	nfree   uint32
	records page.Fixed
}

// quarantine is how many numbers must be free before the oldest is used again: who takes it over also takes over what others know of
// its former owner, which hides races with that.
const quarantine = 512

// Init prepares the detector; data and end bound the program's variables.
func Init(data, end uintptr) {
	threads.numbers = (*[maxTids]number)(page.Large(unsafe.Sizeof([maxTids]number{})))
	threads.used = 1 // 0 is none
	threads.records.Size = unsafe.Sizeof(Thread{})
	initShadow(data, end)
	initDepot()
}

// Start makes the thread of a new goroutine, which parent, or nobody, starts at the stack created.
func Start(parent *Thread, goid uint64, created uint32) *Thread {
	task.Lock(&threads.lock)
	t := (*Thread)(threads.records.Alloc())
	n := threads.first
	if n != 0 && (threads.nfree > quarantine || threads.used == maxTids) {
		threads.first = threads.numbers[n].next
		threads.nfree--
	} else {
		n = threads.used
		if n == maxTids {
			kernel.Throw("race: limit on 65535 goroutines at a time is exceeded")
		}
		threads.used++
	}
	num := &threads.numbers[n]
	t.tid, t.goid, t.created = n, goid, created
	t.setTime(num.time + 1)
	copy(num.lives[1:], num.lives[:lives-1])
	num.lives[0] = life{from: t.time, goid: goid, created: created}
	num.owner = uintptr(unsafe.Pointer(t))
	task.Unlock(&threads.lock)
	if parent != nil {
		t.clock.copyOf(&parent.clock)
		t.clock.set(parent.tid, parent.time)
		parent.tick()
	}
	return t
}

// Enter makes gp work as a thread of its own, that comes after what gp has done so far, or after nothing. It returns gp's thread, for Leave.
func Enter(gp *task.G, inherit bool) uintptr {
	saved := gp.Race
	var parent *Thread
	if inherit {
		parent = (*Thread)(unsafe.Pointer(saved))
	}
	t := Start(parent, gp.GoID, 0)
	threads.numbers[t.tid].lives[0].context = true
	gp.Race = uintptr(unsafe.Pointer(t))
	return saved
}

// Leave ends what Enter began.
func Leave(gp *task.G, saved uintptr) {
	End(Of(gp))
	gp.Race = saved
}

// End ends a thread.
func End(t *Thread) {
	t.clock.free()
	task.Lock(&threads.lock)
	num := &threads.numbers[t.tid]
	num.time = t.time
	num.owner = 0
	num.lives[0].dead = true
	num.next = 0
	if threads.first == 0 {
		threads.first = t.tid
	} else {
		threads.numbers[threads.last].next = t.tid
	}
	threads.last = t.tid
	threads.nfree++
	threads.records.Free(unsafe.Pointer(t))
	task.Unlock(&threads.lock)
}

// Running is how many threads there are.
func Running() uint32 { return threads.used - 1 - threads.nfree }

// AcquireAll synchronises t with all that all threads have done: finalizers come after everything that their objects were used for.
func AcquireAll(t *Thread) {
	task.Lock(&threads.lock)
	t.clock.grow(threads.used)
	for n := uint32(1); n < threads.used; n++ {
		num := &threads.numbers[n]
		time := num.time
		if num.lives[0].context {
			time = num.lives[0].from - 1
		} else if num.owner != 0 {
			time = (*Thread)(unsafe.Pointer(num.owner)).time
		}
		t.clock.at(n, time)
	}
	task.Unlock(&threads.lock)
}

// An Epoch is who did something, for reports.
type Epoch struct {
	GoID    uint64
	Created uint32
	Dead    bool
	Known   bool
}

func lookUp(tid uint32, time uint64) Epoch {
	num := &threads.numbers[tid]
	for i := range num.lives {
		if l := &num.lives[i]; l.from != 0 && time >= l.from {
			return Epoch{l.goid, l.created, l.dead, true}
		}
	}
	return Epoch{}
}

// spin is a lock for a few instructions.
func spin(l *uint32) {
	for i := 0; !atomic.Cas(l, 0, 1); i++ {
		if i < 32 {
			task.ProcYield(10)
		} else {
			kernel.SchedYield()
		}
	}
}

func unspin(l *uint32) { atomic.Store(l, 0) }
