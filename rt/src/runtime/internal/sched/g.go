//go:build strata

package sched

import (
	"internal/runtime/atomic"
	"internal/runtime/sys"
	"internal/trace/tracev2"
	"runtime/internal/kernel"
	"runtime/internal/race"
	"runtime/internal/stack"
	"runtime/internal/task"
	"runtime/internal/trace"
	"unsafe"
)

// GoCount is the number of goroutines that are alive, without the runtime's own.
func GoCount() int32 {
	n := int32(NumG()) - sched.nFreeG - sched.nSysG.Load()
	for i := int32(0); i < nProcs; i++ {
		n -= allp[i].GFreeN
	}
	return max(n, 1)
}

// Created is the number of goroutines started so far.
func Created() uint64 { return sched.created.Load() }

// casStatus moves gp from one status to another, both without Gscan. It waits
// while a scanner owns the stack.
//
//go:nosplit
func casStatus(gp *G, from, to uint32) {
	for i := 0; !atomic.Cas(&gp.Status, from, to); i++ {
		if from == task.Gwaiting && atomic.Load(&gp.Status) == task.Grunnable {
			throw("casgstatus: waiting for Gwaiting but is Grunnable")
		}
		if i < 16 {
			task.ProcYield(10)
		} else {
			kernel.SchedYield()
		}
	}
}

// casStatusScan claims the stack of gp: status becomes from|Gscan.
func casStatusScan(gp *G, from uint32) bool {
	return atomic.Cas(&gp.Status, from, from|task.Gscan)
}

// dropScan gives the claim back.
func dropScan(gp *G, status uint32) {
	if !atomic.Cas(&gp.Status, status, status&^task.Gscan) {
		throw("casfrom_Gscanstatus: gp is not in scan state")
	}
}

// ReadStatus is gp's status with its Gscan bit.
//
//go:nosplit
func ReadStatus(gp *G) uint32 { return atomic.Load(&gp.Status) }

// newproc starts a goroutine that calls the closure: the go statement. Its
// parameter is a func(), taken as the pointer that this is.
//
//go:linkname newproc runtime.newproc
func newproc(closure unsafe.Pointer) {
	if closure == nil {
		goNilPanic()
	}
	pc := sys.GetCallerPC()
	mp := task.Acquirem()
	mp.ArgP[0] = closure
	mp.Arg[0] = pc
	if race.Enabled {
		mp.Arg[1] = uintptr(race.Capture(task.Getg(), 0, pc, race.CallerFP(sys.GetCallerSP())))
	}
	task.Systemstack(newprocOnG0)
	task.Releasem(mp)
}

// Go is newproc for the runtime itself; the goroutine is hidden from
// tracebacks and deadlock detection.
func Go(fn func()) {
	pc := sys.GetCallerPC()
	mp := task.Acquirem()
	*(*func())(unsafe.Pointer(&mp.ArgP[0])) = fn
	mp.Arg[0] = pc
	task.Systemstack(newSystemProcOnG0)
	task.Releasem(mp)
}

func goNilPanic() {
	task.Getg().M.Throwing = -1 // do not dump full stacks
	Fatal("go of nil func value")
}

func newprocOnG0() {
	mp := task.Getg().M
	closure := mp.ArgP[0]
	mp.ArgP[0] = nil
	gp := newG(closure, mp.CurG, mp.Arg[0], task.Grunnable, false)
	runqPut(mp.P, gp, true)
	if mainStarted {
		wakep()
	}
}

func newSystemProcOnG0() {
	mp := task.Getg().M
	closure := mp.ArgP[0]
	mp.ArgP[0] = nil
	gp := newG(closure, mp.CurG, mp.Arg[0], task.Grunnable, true)
	runqPut(mp.P, gp, true)
	if mainStarted {
		wakep()
	}
}

// newG returns a goroutine, created by parent at pc, that will call closure. One
// of the runtime's own has neither the labels nor the bubble of the goroutine that
// happened to need it: a bubble would wait for it for ever.
func newG(closure unsafe.Pointer, parent *G, pc uintptr, status uint32, system bool) *G {
	mp := task.Acquirem()
	pp := mp.P
	gp := getFreeG(pp)
	if gp == nil {
		gp = (*G)(persistent(unsafe.Sizeof(G{})))
		gp.Status = task.Gdead
		allocStack(gp)
		addG(gp)
	}
	task.StartGAt(gp, *(*uintptr)(closure), closure)
	gp.GoPC = pc
	gp.StartPC = *(*uintptr)(closure)
	gp.ParentGoID = 0
	gp.Labels = nil
	gp.Bubble = nil
	if system {
		gp.System = true
		sched.nSysG.Add(1)
	}
	if parent != nil {
		gp.ParentGoID = parent.GoID
		gp.FipsOnlyBypass = parent.FipsOnlyBypass
		gp.DitWanted = parent.DitWanted
		if !system {
			gp.Labels = parent.Labels
			if parent.Bubble != nil && JoinBubble != nil {
				JoinBubble(gp, parent)
			}
		}
		if AncestorHook != nil {
			AncestorHook(gp, parent, pc)
		}
	}
	if pp.GoIDCache == pp.GoIDCacheEnd {
		pp.GoIDCache = sched.goidGen.Add(goIDBatch) - goIDBatch + 1
		pp.GoIDCacheEnd = pp.GoIDCache + goIDBatch
	}
	gp.GoID = pp.GoIDCache
	pp.GoIDCache++
	sched.created.Add(1)
	if NewGHook != nil {
		NewGHook(gp)
	}
	if trace.On != 0 {
		gp.TraceSeq = 0
		gp.Assisting = false
		traceCreate(gp, status == task.Gwaiting)
	}
	if race.Enabled {
		raceStart(gp, parent, system)
	}
	casStatus(gp, task.Gdead, status)
	task.Releasem(mp)
	return gp
}

// raceStart makes gp known to the race detector. What a timer starts comes after what set the timer, not after what ran then.
func raceStart(gp, parent *G, system bool) {
	mp := task.Getg().M
	if parent == nil || task.Getg() == mp.G0 && mp.G0.Race != 0 {
		parent = mp.G0
	}
	created := uint32(mp.Arg[1])
	if system {
		created = 0
	}
	gp.Race = uintptr(unsafe.Pointer(race.Start(race.Of(parent), gp.GoID, created)))
}

// goIDBatch ids are given to a P at a time.
const goIDBatch = 16

// Hooks at the birth and death of a goroutine.
var (
	// NewGHook prepares the collector's fields.
	NewGHook func(gp *G)
	// EndGHook settles them.
	EndGHook     func(gp *G)
	JoinBubble   func(gp, parent *G)
	LeaveBubble  func(gp *G)
	AncestorHook func(gp, parent *G, pc uintptr)
)

func allocStack(gp *G) {
	gp.Stack = stack.Alloc(stack.StartingSize())
	task.ResetGuard(gp)
	gp.StackGuard1 = ^uintptr(0)
}

// goexit1 ends the running goroutine, whose function has returned.
//
//go:linkname goexit1 runtime.goexit1
func goexit1() { task.Mcall(goexit0) }

func goexit0(gp *G) {
	if trace.On != 0 {
		trace.Event(tracev2.EvGoDestroy)
	}
	destroyG(gp)
	schedule()
}

func destroyG(gp *G) {
	mp := task.Getg().M
	pp := mp.P
	casStatus(gp, task.Grunning, task.Gdead)
	if EndGHook != nil {
		EndGHook(gp)
	}
	if gp.Bubble != nil && LeaveBubble != nil {
		LeaveBubble(gp)
	}
	if race.Enabled {
		race.End(race.Of(gp))
		gp.Race = 0
	}
	if gp.System {
		sched.nSysG.Add(-1)
		gp.System = false
	}
	locked := gp.LockedM != nil
	gp.M = nil
	gp.LockedM = nil
	mp.LockedG = nil
	gp.PreemptStop = false
	gp.PanicOnFault = false
	gp.Defer = nil
	gp.Panic = nil
	gp.WaitReason = 0
	gp.Param = nil
	gp.Labels = nil
	gp.Timer = nil
	gp.Bubble = nil
	gp.FipsOnlyBypass = false
	gp.FipsIndicator = 0
	mp.CurG = nil
	if locked && mp.LockedInt != 0 {
		throw("exited a goroutine internally locked to the OS thread")
	}
	putFreeG(pp, gp)
	if locked && mp.LockedExt > 0 {
		// The thread may be in any state: it ends with its goroutine.
		mp.LockedExt = 0
		exitM()
	}
}

// putFreeG keeps a dead goroutine for reuse. A stack of unusual size is freed.
func putFreeG(pp *P, gp *G) {
	stack.Reset(gp)
	if gp.Stack.Hi-gp.Stack.Lo != stack.StartingSize() {
		stack.Free(gp.Stack)
		gp.Stack = task.Stack{}
		gp.StackGuard0 = 0
	}
	gp.SchedLink = pp.GFree
	pp.GFree = gp
	pp.GFreeN++
	if pp.GFreeN >= 64 {
		spillFreeG(pp, 32)
	}
}

// spillFreeG moves free Gs to the shared lists until keep remain.
func spillFreeG(pp *P, keep int32) {
	task.Lock(&sched.freeLock)
	for pp.GFreeN > keep {
		gp := pp.GFree
		pp.GFree = gp.SchedLink
		pp.GFreeN--
		if gp.Stack.Lo == 0 {
			gp.SchedLink = sched.freeGNo
			sched.freeGNo = gp
		} else {
			gp.SchedLink = sched.freeG
			sched.freeG = gp
		}
		sched.nFreeG++
		setShelved(gp, true)
	}
	task.Unlock(&sched.freeLock)
}

func purgeFreeG(pp *P) { spillFreeG(pp, 0) }

// getFreeG returns a dead goroutine with a stack, or nil.
func getFreeG(pp *P) *G {
	if pp.GFree == nil && (sched.freeG != nil || sched.freeGNo != nil) {
		refillFreeG(pp)
	}
	gp := pp.GFree
	if gp == nil {
		return nil
	}
	pp.GFree = gp.SchedLink
	pp.GFreeN--
	gp.SchedLink = nil
	if gp.Stack.Lo != 0 && gp.Stack.Hi-gp.Stack.Lo != stack.StartingSize() {
		stack.Free(gp.Stack)
		gp.Stack.Lo = 0
	}
	if gp.Stack.Lo == 0 {
		allocStack(gp)
	} else {
		task.ResetGuard(gp)
	}
	return gp
}

func refillFreeG(pp *P) {
	task.Lock(&sched.freeLock)
	for pp.GFreeN < 32 {
		gp := sched.freeG
		if gp != nil {
			sched.freeG = gp.SchedLink
		} else {
			gp = sched.freeGNo
			if gp == nil {
				break
			}
			sched.freeGNo = gp.SchedLink
		}
		sched.nFreeG--
		setShelved(gp, false)
		gp.SchedLink = pp.GFree
		pp.GFree = gp
		pp.GFreeN++
	}
	task.Unlock(&sched.freeLock)
}

// FreeDeadStacks frees the stacks of dead goroutines that no P keeps. On the
// system stack only.
func FreeDeadStacks() {
	task.Lock(&sched.freeLock)
	list := sched.freeG
	sched.freeG = nil
	task.Unlock(&sched.freeLock)
	if list == nil {
		return
	}
	last := list
	for gp := list; gp != nil; gp = gp.SchedLink {
		stack.Free(gp.Stack)
		gp.Stack = task.Stack{}
		last = gp
	}
	task.Lock(&sched.freeLock)
	last.SchedLink = sched.freeGNo
	sched.freeGNo = list
	task.Unlock(&sched.freeLock)
}

// Exit ends the running goroutine.
func Exit() { goexit1() }
