//go:build strata

// Package sched decides which goroutine runs on which thread, and when: run
// queues, threads, processors, system calls, preemption, timers, the network
// poller, semaphores, signals.
//
// A goroutine (G) runs on a thread (M) that holds a processor (P). There are
// GOMAXPROCS Ps, so that many goroutines run at a time; a thread that blocks in
// the kernel gives its P away. Invariants:
//
//   - The status of a G says who owns it. Only the owner changes the status,
//     except that a scanner may add Gscan for a while.
//   - When work becomes ready and a P is idle, some M is spinning (looking for
//     work) or is started. An M that stops spinning looks once more at
//     everything after giving its P back: no wakeup is lost.
//   - Code on g0 and code without a P must not allocate and must not rely on
//     write barriers. Gs, Ms and Ps lie outside the collected heap.
package sched

import (
	"internal/runtime/atomic"
	"runtime/internal/kernel"
	"runtime/internal/task"
	"runtime/internal/trace"
	"unsafe"
)

type (
	G     = task.G
	M     = task.M
	P     = task.P
	Sudog = task.Sudog
)

// MaxProcs bounds GOMAXPROCS: eight times what Linux supports of processors.
const MaxProcs = 1 << 16

// State is the scheduler's shared state. What has no atomic type is guarded by
// lock.
type state struct {
	goidGen   atomic.Uint64
	lastPoll  atomic.Int64 // time of the last network poll; 0 while somebody blocks in it
	pollUntil atomic.Int64 // until when the blocked poller sleeps

	lock task.Mutex

	idleM       *M // linked by SchedLink
	nIdleM      int32
	nLockedIdle int32 // locked Ms that wait for their goroutine
	nextMID     int64 // number of Ms ever made, and next id
	maxM        int32
	nSysM       int32 // Ms that do not count for deadlock
	nFreedM     int64
	nSysG       atomic.Int32

	idleP    *P // linked by Link
	nIdleP   atomic.Int32
	spinning atomic.Int32
	needSpin atomic.Uint32

	runq    gQueue
	runqLen int32

	// Dead goroutines, with a stack and without.
	freeLock task.Mutex
	freeG    *G
	freeGNo  *G
	nFreeG   int32

	// Ms whose threads end; their stacks are freed when FreeWait is 0.
	freeM *M

	gcWaiting atomic.Bool
	stopWait  int32
	stopNote  task.Note

	sysmonWait atomic.Bool
	sysmonNote task.Note
	sysmonLock task.Mutex

	// The function of ForEachP.
	safePointFn   func(*P)
	safePointWait int32
	safePointNote task.Note

	profileHz  int32
	procsTime  int64 // of the last change of GOMAXPROCS
	totalTime  int64 // P-nanoseconds until then
	startTime  int64
	pollerInit atomic.Uint32

	created atomic.Uint64 // goroutines ever created
	idleNS  atomic.Int64  // P-nanoseconds spent idle
}

var (
	sched state

	allm     *M            // linked by AllLink, prepended under sched.lock
	allp     *[MaxProcs]*P // as much of it as procRoom
	procRoom int32
	nProcs   int32 // GOMAXPROCS
	nCreated int32 // Ps made so far

	mainStarted bool
	panicking   atomic.Uint32
	mainM       = &task.M0
)

// Hooks into the layers above. Nil ones are skipped.
var (
	// GCFindWorker returns a collector's worker to run on pp now, or nil.
	GCFindWorker func(pp *P, now int64) *G
	// GCFindIdleWorker is asked when pp has nothing else to do.
	GCFindIdleWorker func(pp *P) *G
	// WakeFinalizer returns the finalizer goroutine if there is work for it.
	WakeFinalizer func() *G
	// SysmonTick lets the layers above do periodic work (forced collection,
	// scavenging) about every 10 ms.
	SysmonTick func(now int64)
	// Latency is told, for a sample of goroutines, how long they were runnable before they ran.
	Latency func(ns int64)
	// FatalHook reports a user's error and ends the process.
	FatalHook func(msg string)
	// InitP prepares and FreeP empties the caches of other layers.
	InitP func(pp *P)
	FreeP func(pp *P)
	// InitCaches gives a new thread its caches, in designs in which these are not the Ps'.
	InitCaches func(mp *M)
	// DoSigPanic and the like stand in signal.go.
)

func throw(msg string) { kernel.Throw(msg) }

// Fatal reports an error that is the program's fault and ends it.
func Fatal(msg string) {
	if FatalHook != nil {
		FatalHook(msg)
	}
	kernel.Throw(msg)
}

// GoMaxProcs is the number of Ps.
func GoMaxProcs() int32 { return nProcs }

// ProcsMade is the number of Ps that there are or were, and Proc is number i of them.
func ProcsMade() int32 { return nCreated }
func Proc(i int32) *P  { return allp[i] }

// AllM is the head of the list of all Ms.
func AllM() *M { return (*M)(atomic.Loadp(unsafe.Pointer(&allm))) }

// PanicCount counts goroutines that print a panic: the process is about to end.
func PanicCount() *atomic.Uint32 { return &panicking }

// schedule runs goroutines for ever on the current M, which has a P.
func schedule() {
	mp := task.Getg().M
	if mp.Locks != 0 {
		throw("schedule: holding locks")
	}
	if mp.LockedG != nil {
		stopLockedM()
		execute(mp.LockedG, false)
	}
	for {
		pp := mp.P
		pp.Preempt = false
		if mp.Spinning && (pp.RunNext != nil || pp.RunqHead != pp.RunqTail) {
			throw("schedule: spinning with local work")
		}
		gp, inherit, wake := findRunnable()
		if mp.Spinning {
			resetSpinning()
		}
		if wake {
			wakep()
		}
		if gp.LockedM != nil {
			// Hand our P to the thread that gp is locked to.
			startLockedM(gp)
			continue
		}
		execute(gp, inherit)
	}
}

// execute runs gp on the current M. With inherit, gp continues its
// predecessor's time slice: a pair that hands work to each other for ever
// counts as one to the monitor.
func execute(gp *G, inherit bool) {
	if trace.On != 0 {
		traceStart(gp)
	}
	resume(gp, inherit)
}

func resume(gp *G, inherit bool) {
	mp := task.Getg().M
	mp.CurG = gp
	gp.M = mp
	casStatus(gp, task.Grunnable, task.Grunning)
	gp.WaitSince = 0
	gp.Preempt = false
	task.ResetGuard(gp)
	if t := gp.RunnableAt; t != 0 {
		gp.RunnableAt = 0
		if Latency != nil {
			Latency(task.Nanotime() - t)
		}
	}
	if !inherit {
		mp.P.SchedTick++
	}
	if sched.profileHz != mp.ProfileHz {
		setThreadProfiler(sched.profileHz)
	}
	task.Gogo(gp)
}

// dropG parts the current M and its goroutine.
func dropG() {
	mp := task.Getg().M
	mp.CurG.M = nil
	mp.CurG = nil
}

// findRunnable returns the next goroutine, blocking until there is one. It
// looks at: timers, a collector's worker, the global queue every 61st time, the
// local queue, the global queue, the network, other Ps. wake says that the
// goroutine is no ordinary one, so another P may be needed.
func findRunnable() (gp *G, inherit, wake bool) {
	mp := task.Getg().M
top:
	pp := mp.P
	if sched.gcWaiting.Load() {
		stopForGC()
		goto top
	}
	if pp.SafePoint != 0 {
		runSafePoint()
	}
	if !localQueues {
		if gp := takeHanded(pp); gp != nil {
			return gp, false, false
		}
	}
	now, pollUntil := runTimers(pp, 0)

	if GCFindWorker != nil {
		if gp := GCFindWorker(pp, now); gp != nil {
			return gp, false, true
		}
	}
	if pp.SchedTick%61 == 0 && sched.runqLen > 0 {
		// Fairness: two goroutines that ready each other must not keep the
		// local queue to themselves.
		task.Lock(&sched.lock)
		gp := globalGet(pp, 1)
		task.Unlock(&sched.lock)
		if gp != nil {
			return gp, false, false
		}
	}
	if trace.Wake != 0 {
		if gp := trace.TakeReader(); gp != nil {
			Ready(gp)
		}
	}
	if WakeFinalizer != nil {
		if gp := WakeFinalizer(); gp != nil {
			Ready(gp)
		}
	}
	if gp, inherit := runqGet(pp); gp != nil {
		return gp, inherit, false
	}
	if sched.runqLen != 0 {
		task.Lock(&sched.lock)
		gp := globalGet(pp, 0)
		task.Unlock(&sched.lock)
		if gp != nil {
			return gp, false, false
		}
	}
	// Poll the network without blocking: an optimisation, stealing follows.
	if gp := pollNow(); gp != nil {
		return gp, false, false
	}
	// Spin while at most half the busy Ps do: more would only burn time.
	if localQueues && (mp.Spinning || 2*sched.spinning.Load() < nProcs-sched.nIdleP.Load()) {
		if !mp.Spinning {
			mp.Spinning = true
			sched.spinning.Add(1)
		}
		gp, inherit, again, at := stealWork(pp, now)
		if gp != nil {
			return gp, inherit, false
		}
		if again {
			goto top // a timer ran: it may have made something ready
		}
		if at != 0 && (pollUntil == 0 || at < pollUntil) {
			pollUntil = at
		}
	}
	if GCFindIdleWorker != nil {
		if gp := GCFindIdleWorker(pp); gp != nil {
			return gp, false, false
		}
	}
	dropAllStopped()
	// Nothing: give the P back, under the lock that makes new work visible.
	task.Lock(&sched.lock)
	if sched.gcWaiting.Load() || pp.SafePoint != 0 {
		task.Unlock(&sched.lock)
		goto top
	}
	if sched.runqLen != 0 {
		gp := globalGet(pp, 0)
		task.Unlock(&sched.lock)
		return gp, false, false
	}
	if !mp.Spinning && sched.needSpin.Load() == 1 {
		// Somebody gave up starting a thread for us to look again.
		mp.Spinning = true
		sched.spinning.Add(1)
		task.Unlock(&sched.lock)
		goto top
	}
	releaseP()
	putIdleP(pp)
	task.Unlock(&sched.lock)

	wasSpinning := mp.Spinning
	if mp.Spinning {
		// The submitter of work checks for spinning Ms after making the work
		// visible; so this order (stop spinning, then look) loses nothing.
		mp.Spinning = false
		if sched.spinning.Add(-1) < 0 {
			throw("findRunnable: negative spinning count")
		}
		if pp := idlePWithWork(); pp != nil {
			acquireP(pp)
			mp.Spinning = true
			sched.spinning.Add(1)
			goto top
		}
		pollUntil = earliestTimer(pollUntil)
	}
	if !localQueues {
		// Whoever added a timer before our place was idle could wake nobody.
		pollUntil = earliestTimer(pollUntil)
	}
	if gp, found := pollIdle(pollUntil); found {
		if gp != nil {
			return gp, false, false
		}
		if wasSpinning {
			mp.Spinning = true
			sched.spinning.Add(1)
		}
		goto top
	}
	stopM()
	goto top
}

// pollNow takes what the network has ready, if anybody waits for it.
func pollNow() *G {
	if !pollAnyWaiters() || sched.lastPoll.Load() == 0 {
		return nil
	}
	list := pollNetwork(0)
	if list == nil {
		return nil
	}
	gp := list
	list = gp.SchedLink
	gp.SchedLink = nil
	injectList(list)
	wake(gp)
	return gp
}

// pollIdle blocks in the network poller until pollUntil (0: no timer), if no
// other M does. The M has no P. found means that it has one again; gp may then
// be the goroutine to run.
func pollIdle(pollUntil int64) (gp *G, found bool) {
	if !pollInited() || !(pollAnyWaiters() || pollUntil != 0) || sched.lastPoll.Swap(0) == 0 {
		return nil, false
	}
	mp := task.Getg().M
	if mp.P != nil || mp.Spinning {
		throw("pollIdle: with P or spinning")
	}
	sched.pollUntil.Store(pollUntil)
	delay := int64(-1)
	if pollUntil != 0 {
		delay = max(pollUntil-task.Nanotime(), 0)
	}
	list := pollNetwork(delay)
	sched.pollUntil.Store(0)
	sched.lastPoll.Store(task.Nanotime())

	task.Lock(&sched.lock)
	pp := getIdleP()
	task.Unlock(&sched.lock)
	if pp == nil {
		injectList(list)
		return nil, false
	}
	acquireP(pp)
	if list != nil {
		gp := list
		list = gp.SchedLink
		gp.SchedLink = nil
		injectList(list)
		wake(gp)
		return gp, true
	}
	return nil, true
}

// resetSpinning is called by a spinning M that found work.
func resetSpinning() {
	mp := task.Getg().M
	mp.Spinning = false
	if sched.spinning.Add(-1) < 0 {
		throw("resetSpinning: negative count")
	}
	// We were the one to notice new work; now someone else must be.
	wakep()
}

// wakep sees to it that what became runnable finds an idle P: it starts a spinning M, if there is such a P and nobody spins.
//
//go:linkname wakep runtime.wakep
func wakep() {
	if !localQueues {
		matchThreads()
		return
	}
	if sched.spinning.Load() != 0 || !sched.spinning.CompareAndSwap(0, 1) {
		return
	}
	mp := task.Acquirem()
	task.Lock(&sched.lock)
	pp := getIdleP()
	if pp == nil {
		// The next M to give up its P must look again.
		sched.needSpin.Store(1)
		if sched.spinning.Add(-1) < 0 {
			throw("wakep: negative spinning count")
		}
		task.Unlock(&sched.lock)
		task.Releasem(mp)
		return
	}
	task.Unlock(&sched.lock)
	startM(pp, true)
	task.Releasem(mp)
}

// WakeIdle gets an idle P to look for work, if there is one and nobody looks. On
// the system stack only.
func WakeIdle() {
	if sched.nIdleP.Load() != 0 {
		startLooking()
	}
}

// startLooking gets an M with an idle P to look for other work than goroutines in queues.
func startLooking() {
	if localQueues {
		wakep()
		return
	}
	startM(nil, false)
}

// HasWork reports whether goroutines wait for a P.
func HasWork(pp *P) bool { return !runqEmpty(pp) || sched.runqLen != 0 }

// injectList makes the waiting goroutines of list (by SchedLink) runnable.
func injectList(list *G) {
	if list == nil {
		return
	}
	n := int32(0)
	var q gQueue
	pp := task.Getg().M.P
	if pp == nil {
		trace.Enter()
	}
	for list != nil {
		gp := list
		list = gp.SchedLink
		gp.SchedLink = nil
		wake(gp)
		q = q.pushed(gp)
		n++
	}
	if pp == nil {
		trace.Leave()
	}
	if pp != nil {
		for n > 0 {
			gp := q.head
			q = q.popped()
			n--
			runqPut(pp, gp, false)
		}
		wakep()
		return
	}
	task.Lock(&sched.lock)
	for q.head != nil {
		gp := q.head
		q = q.popped()
		globalPut(gp)
	}
	task.Unlock(&sched.lock)
	for ; n > 0; n-- {
		mp := task.Acquirem()
		task.Lock(&sched.lock)
		pp := getIdleP()
		task.Unlock(&sched.lock)
		if pp == nil {
			task.Releasem(mp)
			return
		}
		startM(pp, false)
		task.Releasem(mp)
	}
}

// checkDead ends the process when no goroutine can ever run again. The lock is
// held. Threads of the runtime, idle threads and threads locked to a waiting
// goroutine do not count; if none is left, only a timer can bring work.
func checkDead() {
	if panicking.Load() > 0 {
		return
	}
	running := sched.mCount() - sched.nIdleM - sched.nLockedIdle - sched.nSysM
	if running > 0 {
		return
	}
	if running < 0 {
		throw("checkdead: inconsistent counts")
	}
	alive := 0
	for i := 0; i < NumG(); i++ {
		gp := GAt(i)
		if gp.System {
			continue
		}
		switch atomic.Load(&gp.Status) &^ task.Gscan {
		case task.Gwaiting, task.Gpreempted:
			alive++
		case task.Grunnable, task.Grunning, task.Gsyscall:
			throw("checkdead: runnable goroutine")
		}
	}
	if alive == 0 {
		task.Unlock(&sched.lock)
		Fatal("no goroutines (main called runtime.Goexit) - deadlock!")
	}
	if wakeForTimers() {
		return
	}
	for i := int32(0); i < nProcs; i++ {
		if timersOf(allp[i]).len.Load() > 0 {
			return
		}
	}
	task.Unlock(&sched.lock)
	Fatal("all goroutines are asleep - deadlock!")
}

// wakeForTimers starts an M if a synctest bubble or the like can move on.
func wakeForTimers() bool { return false }

func (s *state) mCount() int32 { return int32(s.nextMID - s.nFreedM) }
