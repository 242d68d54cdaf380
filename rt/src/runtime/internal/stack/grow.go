//go:build strata

package stack

import (
	"internal/runtime/atomic"
	"runtime/internal/design"
	"runtime/internal/kernel"
	"runtime/internal/page"
	"runtime/internal/task"
	"unsafe"
)

// Hooks of the layers above.
var (
	// CanPreempt reports whether the goroutine of mp may stop now.
	CanPreempt func(mp *task.M) bool
	// OnPreempt stops gp, which was asked to; it does not return.
	OnPreempt func(gp *task.G)
	// Overflow reports that gp needs a larger stack than is allowed; it does not
	// return.
	Overflow func(gp *task.G)
	// LockChan and UnlockChan keep others from the Sudogs in a channel's queues.
	LockChan, UnlockChan func(c unsafe.Pointer)
)

// MaxSize is the largest stack a goroutine may have, in bytes.
var MaxSize uintptr = 1000000000

// newstack is called on g0 by morestack for a function whose prologue found too
// little stack, or a poisoned guard. gp.Sched stands at the call of morestack.
//
//go:linkname newstack runtime.newstack
func newstack() {
	mp := task.Getg().M
	gp := mp.CurG
	if mp.MoreBuf.G != gp {
		kernel.Throw("stack growth for a g that is not current")
	}
	mp.MoreBuf.G = nil
	if gp.ThrowSplit {
		kernel.Throw("stack split at a bad time")
	}
	guard := gp.StackGuard0
	if guard == task.StackFork {
		kernel.Throw("stack growth between fork and exec")
	}
	if guard == task.StackPreempt {
		preempt(mp, gp)
	}
	if guard > gp.Stack.Hi && !task.MoveStacks && fits(gp) {
		// Asked to stop but may not: go on; the request stays.
		task.ResetGuard(gp)
		task.Gogo(gp)
	}
	if design.SegmentsStacks {
		split(gp)
	} else {
		grow(gp)
	}
	if task.MoveStacks {
		trap(gp)
	}
	task.Gogo(gp)
}

// trap sets gp's guard just below the frame of the function that called
// morestack: it may go on, but what it calls comes here.
func trap(gp *task.G) {
	if f := Find(gp.Sched.PC - 1); f.Valid() {
		gp.StackGuard0 = max(gp.StackGuard0, gp.Sched.SP-uintptr(f.maxSPDelta())-1)
	}
}

// preempt stops gp if it may stop. Otherwise it returns.
func preempt(mp *task.M, gp *task.G) {
	if !CanPreempt(mp) {
		return
	}
	if gp.ShrinkStack {
		gp.ShrinkStack = false
		Shrink(gp)
	}
	OnPreempt(gp)
}

// need is how many bytes the function at the top of gp's stack may use.
func need(gp *task.G) uintptr {
	if f := Find(gp.Sched.PC - 1); f.Valid() {
		return uintptr(f.maxSPDelta()) + task.StackGuard
	}
	return task.StackGuard
}

// fits reports whether the function at the top of gp's stack has room.
func fits(gp *task.G) bool {
	return gp.Sched.SP-gp.Stack.Lo >= need(gp)
}

// grow moves gp to a stack on which its function has room: twice the size, or
// the same size in the stress mode. Assembly may ask for more than its tables say:
// it comes although the guard is where it belongs.
func grow(gp *task.G) {
	old := gp.Stack.Hi - gp.Stack.Lo
	size := old
	if !fits(gp) || gp.StackGuard0 == gp.Stack.Lo+task.StackGuard {
		used := gp.Stack.Hi - gp.Sched.SP
		size *= 2
		for size-used < need(gp) {
			size *= 2
		}
	}
	if size > MaxSize {
		overflow(gp)
	}
	status := claim(gp)
	move(gp, size)
	atomic.Store(&gp.Status, status)
}

func overflow(gp *task.G) {
	if Overflow != nil {
		Overflow(gp)
	}
	kernel.Throw("stack overflow")
}

// claim sets gp's status to Gcopystack, so that nobody scans its stack, and
// returns the status that it had.
func claim(gp *task.G) uint32 {
	for {
		s := atomic.Load(&gp.Status)
		if s&task.Gscan == 0 && atomic.Cas(&gp.Status, s, task.Gcopystack) {
			return s
		}
		kernel.SchedYield()
	}
}

// Shrink halves gp's stack if it uses less than a quarter. gp is stopped at a
// call, and its stack belongs to the caller.
func Shrink(gp *task.G) {
	size := gp.Stack.Hi - gp.Stack.Lo
	if !design.MovesStacks || size/2 < startingSize || gp.SyscallSP != 0 || gp.AsyncSafePoint || atomic.Load(&gp.ParkingOnChan) != 0 {
		return
	}
	if used := gp.Stack.Hi - gp.Sched.SP + task.StackGuard; used >= size/4 {
		return
	}
	move(gp, size/2)
}

// A mover holds the state of one move; each M has one, so that no variable's
// address is taken.
type mover struct {
	u     Unwinder
	old   task.Stack
	delta uintptr // new minus old address
	cache pcCache
}

func moverOf(mp *task.M) *mover {
	if mp.Walker == nil {
		mp.Walker = page.Persistent(unsafe.Sizeof(mover{}), 8)
	}
	return (*mover)(mp.Walker)
}

// move copies gp's stack to a new one of size bytes and adjusts every pointer
// into it.
func move(gp *task.G, size uintptr) {
	m := moverOf(task.Getg().M)
	old := gp.Stack
	used := old.Hi - gp.Sched.SP
	s := Alloc(size)
	m.old, m.delta = old, s.Hi-old.Hi
	// While gp waits at channels, others write to its stack through its Sudogs, with the channels locked.
	if gp.ActiveStackChans {
		forChans(gp, LockChan)
	}
	task.Memmove(unsafe.Pointer(s.Hi-used-belowSP), unsafe.Pointer(old.Hi-used-belowSP), used+belowSP)
	m.sudogs(gp)
	if gp.ActiveStackChans {
		forChans(gp, UnlockChan)
	}
	m.panics(gp)
	m.word(uintptr(unsafe.Pointer(&gp.Sched.Ctxt)))
	m.word(uintptr(unsafe.Pointer(&gp.Sched.BP)))
	gp.Stack = s
	gp.Sched.SP = s.Hi - used
	gp.StackTopSP += m.delta
	task.ResetGuard(gp)
	m.defers(gp)

	u := &m.u
	u.cache = &m.cache
	u.Init(gp)
	for u.Valid() {
		m.frame(u)
		u.Next()
	}
	Free(old)
}

// word adjusts the word at p if it points into the old stack.
//
//go:nosplit
func (m *mover) word(p uintptr) {
	v := *(*uintptr)(unsafe.Pointer(p))
	if v-m.old.Lo < m.old.Hi-m.old.Lo {
		*(*uintptr)(unsafe.Pointer(p)) = v + m.delta
	}
}

// words adjusts the words from p on whose bits are set.
func (m *mover) words(p uintptr, b bitmap) {
	for i := uintptr(0); i < b.n; i++ {
		if b.bit(i) {
			m.word(p + i*8)
		}
	}
}

// frame adjusts one frame of the new stack.
func (m *mover) frame(u *Unwinder) {
	if u.HasFrame() {
		m.word(u.VarP()) // saved BP
		if u.Fn.ID() == IDReflectStub {
			m.stub(u.SP)
		}
		m.words(u.SP, u.locals())
	}
	m.words(u.FP, u.args())
}

// stub adjusts the frame of one of reflect's stubs: the outgoing arguments,
// which point to the frame itself, and the pointers among the registers.
func (m *mover) stub(sp uintptr) {
	for off := uintptr(0); off < stubRetValid; off += 8 {
		m.word(sp + off)
	}
	for i := uintptr(0); i < regArgsN; i++ {
		m.word(sp + stubRegs + regArgsPtrs + i*8)
	}
}

// forChans calls f for each channel at which gp waits, in the order in which
// all lock them.
func forChans(gp *task.G, f func(c unsafe.Pointer)) {
	last := unsafe.Pointer(nil)
	for s := gp.Waiting; s != nil; s = s.WaitLink {
		if s.C != last {
			last = s.C
			f(last)
		}
	}
}

// sudogs adjusts the elements of the channel operations on which gp waits.
// Nobody else uses them now: gp runs, or the channels are locked.
func (m *mover) sudogs(gp *task.G) {
	for s := gp.Waiting; s != nil; s = s.WaitLink {
		m.word(uintptr(unsafe.Pointer(&s.Elem)))
	}
}

// defers adjusts the deferred calls. Records in frames have been copied; links
// to them from the list are adjusted as the list is walked.
func (m *mover) defers(gp *task.G) {
	m.word(uintptr(unsafe.Pointer(&gp.Defer)))
	for d := gp.Defer; d != nil; d = d.Link {
		m.word(uintptr(unsafe.Pointer(&d.Fn)))
		m.word(uintptr(unsafe.Pointer(&d.SP)))
		m.word(uintptr(unsafe.Pointer(&d.Link)))
	}
}

func (m *mover) panics(gp *task.G) {
	m.word(uintptr(unsafe.Pointer(&gp.Panic)))
	for p := gp.Panic; p != nil; p = p.Link {
		m.word(uintptr(unsafe.Pointer(&p.SP)))
		m.word(uintptr(unsafe.Pointer(&p.StartSP)))
		m.word(uintptr(unsafe.Pointer(&p.NextSP)))
		m.word(uintptr(unsafe.Pointer(&p.Link)))
	}
}
