//go:build strata

package gc

import (
	"internal/runtime/atomic"
	"runtime/internal/design"
	"runtime/internal/heap"
	"runtime/internal/sched"
	"runtime/internal/stack"
	"runtime/internal/task"
	"unsafe"
)

// Concurrent marking, for the designs whose mutators have a write barrier.
//
//	start      the world stops for a moment: barriers on, objects are born marked
//	mark       worker goroutines mark globals, stop goroutines one by one to
//	           mark from their stacks, and follow pointers; goroutines that allocate help in proportion
//	finish     no work is left anywhere: the world stops, the rest is marked
//	           (all stacks again, if the design rescans stacks), barriers off
//
// Laws. A marked object's pointers are marked or its address is in a Work. While barriers are on, a store into the
// heap shades what it writes; under the hybrid barrier also what it overwrites,
// so that a stack that was scanned can never again get at an unmarked object.
// The records of goroutines, threads and Ps, and of objects, are looked at when the world is
// stopped at the end.

// marking is 1 between start and finish.
var marking uint32

const (
	workerShare  = 4    // one dedicated worker for so many Ps
	drainBatch   = 1000 // objects between two chances to be preempted
	assistBatch  = 64 << 10
	globalShards = 2
)

var (
	startSema  uint32 = 1 // serialises attempts to start
	rootNext   uint32     // next root job
	rootEnd    uint32     // number of jobs: globals, then goroutines
	busy       uint32     // workers that hold work or a root job
	nworkers   uint32     // worker goroutines
	dedicated  uint32     // of them, those that run before everything else
	wakeLock   task.Mutex
	parked     *task.G // workers that wait for a cycle, by SchedLink
	waiting    *task.G // goroutines in Collect, by SchedLink
	assistRate uint64  // bytes to mark for each 1024 bytes allocated
)

// startConcurrent begins a cycle unless one is on, or, when it is not forced,
// none is due any more.
func startConcurrent(force bool) {
	gp := task.Getg()
	gp.InGC = true
	sched.SemAcquire(&startSema)
	due := force || atomic.Load64(&heap.Live) >= heap.Trigger || heap.CollectAlways
	if atomic.Load(&marking) == 0 && due {
		sched.SemAcquire(sched.GCSema()) // the finishing worker gives it back
		task.Systemstack(heap.SweepAll)
		for nworkers < uint32(sched.GoMaxProcs()) {
			nworkers++
			sched.Go(worker)
		}
		sched.StopTheWorld(sched.StopGC)
		wantForce = force
		if PoolCleanup != nil {
			PoolCleanup()
		}
		task.Systemstack(beginMark)
		sched.StartTheWorld() // Ps ask for workers
	}
	sched.SemRelease(&startSema)
	gp.InGC = false
}

// beginMark runs on the system stack with the world stopped.
func beginMark() {
	last = Cycle{N: cycles + 1, Forced: wantForce, Goal: goal, Procs: sched.GoMaxProcs()}
	c := &last
	c.Start = task.Nanotime()
	c.Before = atomic.Load64(&heap.Live)
	for w := workers; w != nil; w = w.next {
		w.bytes, w.objects, w.scanned = 0, 0, 0
	}
	for i, n := 0, sched.NumG(); i < n; i++ {
		sched.GAt(i).ScanDone = false
	}
	for i := int32(0); i < sched.MaxProcs; i++ {
		if pp := sched.Proc(i); pp != nil {
			pp.WBBuf.Reset()
			workOf(pp) // barriers rely on it
		}
	}
	rootNext, rootEnd = 0, uint32(globalShards+sched.NumG())
	busy, idle = 0, 0
	setAssistRate(c)
	parallel = true
	heap.AllocateMarked = true
	WriteBarrier = 1
	c.Stopped = task.Nanotime()
	atomic.Store(&marking, 1)
}

// setAssistRate makes marking done, at the latest, when the heap has grown to
// its goal: what is to be marked is spread over the allocation until then.
func setAssistRate(c *Cycle) {
	runway := uint64(64 << 10)
	if goal > c.Before+runway {
		runway = goal - c.Before
	}
	assistRate = min(max(lastLive, 1<<20)*1024/runway, 64<<10)
}

// assist is called after an allocation that took a span, while marking.
func assist(gp *task.G) {
	gp.AssistBytes -= 8 << 10
	if gp.AssistBytes > -assistBatch {
		return
	}
	mp := task.Acquirem()
	mp.Arg[6] = uintptr(assistBatch * assistRate / 1024)
	task.Systemstack(assistOnG0)
	task.Releasem(mp)
	gp.AssistBytes += assistBatch
	if atomic.Load64(&heap.Live) >= goal {
		sched.Gosched() // the worker has to get done
	}
}

func assistOnG0() {
	mp := task.Getg().M
	if atomic.Load(&marking) == 0 {
		return
	}
	w := workOf(mp.P)
	atomic.Xadd(&busy, 1)
	for end := w.bytes + uint64(mp.Arg[6]); w.bytes < end; {
		obj := w.get()
		if obj == 0 {
			break
		}
		w.scanObject(obj, heap.SpanOf(obj))
	}
	w.release()
	atomic.Xadd(&busy, -1)
}

// release makes the worker's work visible to others.
func (w *Work) release() {
	if b := w.cur.get(); b != nil && b.n != 0 {
		w.cur = 0
		publish(b)
	}
}

// A worker is a goroutine that marks. Between sessions it is parked; the scheduler asks for one whenever it looks
// for a goroutine to run: dedicated workers, as many as the design allows, go
// before everything else, and any number of further ones runs on Ps that have nothing to do.

// findWorker returns a worker to run now, dedicated, or nil.
func findWorker(pp *task.P, now int64) *task.G {
	if atomic.Load(&marking) == 0 || atomic.Load(&dedicated) >= wanted() {
		return nil
	}
	task.Lock(&wakeLock)
	gp := parked
	if gp != nil {
		parked = gp.SchedLink
		gp.SchedLink = nil
		atomic.Xadd(&dedicated, 1)
		workerState(gp).spare = false
	}
	task.Unlock(&wakeLock)
	if gp != nil {
		sched.CasStatus(gp, task.Gwaiting, task.Grunnable)
	}
	return gp
}

// findIdleWorker returns a worker for a P that is idle otherwise, or nil.
func findIdleWorker(pp *task.P) *task.G {
	if !workLeft(pp) {
		return nil
	}
	task.Lock(&wakeLock)
	gp := parked
	if gp != nil {
		parked = gp.SchedLink
		gp.SchedLink = nil
		workerState(gp).spare = true
	}
	task.Unlock(&wakeLock)
	if gp != nil {
		sched.CasStatus(gp, task.Gwaiting, task.Grunnable)
	}
	return gp
}

// workLeft reports whether one more worker would find work.
func workLeft(pp *task.P) bool {
	return atomic.Load(&marking) != 0 && (atomic.Load(&nfull) != 0 || atomic.Load(&rootNext) < rootEnd)
}

// wanted is the number of dedicated workers.
func wanted() uint32 { return max(1, uint32(sched.GoMaxProcs())/workerShare) }

func workerState(gp *task.G) *Work { return (*Work)(gp.Extra[0]) }

func worker() {
	gp := task.Getg()
	gp.System = true
	gp.InGC = true
	w := newWork()
	w.spare = true
	gp.Extra[0] = unsafe.Pointer(w)
	for {
		task.Lock(&wakeLock)
		if !w.spare {
			atomic.Xadd(&dedicated, -1)
		}
		gp.SchedLink = parked
		parked = gp
		sched.ParkUnlock(&wakeLock, sched.WaitGCWorkerIdle)
		for atomic.Load(&marking) != 0 && !gp.Preempt {
			task.Systemstack(workUnit)
			if gp.Param == nil {
				tryFinish()
				break
			}
			if w.spare && hasRunnable(gp.M.P) {
				break
			}
		}
	}
}

// hasRunnable reports whether goroutines wait for this P.
func hasRunnable(pp *task.P) bool {
	return pp.RunNext != nil || atomic.Load(&pp.RunqHead) != atomic.Load(&pp.RunqTail)
}

func readyAll(list *task.G) {
	for list != nil {
		gp := list
		list = gp.SchedLink
		gp.SchedLink = nil
		sched.Ready(gp)
	}
}

// workUnit does a root job or follows some pointers. It leaves in the
// goroutine's Param whether there may be more to do.
func workUnit() {
	gp := task.Getg().M.CurG
	w := (*Work)(gp.Extra[0])
	atomic.Xadd(&busy, 1)
	gp.Param = gp.Extra[0]
	if i := atomic.Load(&rootNext); i < rootEnd {
		if i = atomic.Xadd(&rootNext, 1) - 1; i < rootEnd {
			w.rootJob(i)
		}
	} else if !w.drainSome() {
		gp.Param = nil
	}
	w.release()
	atomic.Xadd(&busy, -1)
}

// drainSome follows the pointers of a batch of objects; false if there were
// none.
func (w *Work) drainSome() bool {
	for n := 0; n < drainBatch; n++ {
		obj := w.get()
		if obj == 0 {
			return n > 0
		}
		w.scanObject(obj, heap.SpanOf(obj))
	}
	return true
}

// rootJob marks from globals or from one goroutine.
func (w *Work) rootJob(i uint32) {
	m := &stack.Module
	switch i {
	case 0:
		w.scanMask(m.Data, m.EData-m.Data, m.DataMask)
	case 1:
		w.scanMask(m.BSS, m.EBSS-m.BSS, m.BSSMask)
	default:
		w.scanRunning(sched.GAt(int(i - globalShards)))
	}
}

// scanRunning stops a goroutine for as long as it takes to mark from its stack.
func (w *Work) scanRunning(gp *task.G) {
	if gp.InGC || gp.ScanDone {
		return // the finish looks at it
	}
	s := sched.SuspendG(gp)
	if s.Dead {
		gp.ScanDone = true
		return
	}
	w.scanned += uint64(w.stacks.Scan(gp))
	gp.ScanDone = true
	if shrinkStacks && gp.Waiting == nil && !gp.ActiveStackChans {
		stack.Shrink(gp)
	}
	sched.ResumeG(s)
}

// quiet reports whether nobody has work, as far as can be seen without
// stopping.
func quiet() bool {
	return atomic.Load(&rootNext) >= rootEnd && atomic.Load(&nfull) == 0 && atomic.Load(&busy) == 0
}

// tryFinish ends the cycle if all work is done. It is called by a worker, on
// its own stack.
func tryFinish() bool {
	if !quiet() {
		return false
	}
	sched.SemAcquire(sched.WorldSema())
	if atomic.Load(&marking) != 0 && quiet() {
		task.Systemstack(flushAll)
	}
	sched.SemRelease(sched.WorldSema())
	if !quiet() {
		return false
	}
	sched.StopTheWorld(sched.StopGC)
	ended := atomic.Load(&marking) != 0
	if ended {
		task.Systemstack(finish)
	}
	sched.StartTheWorld()
	if ended {
		sched.SemRelease(sched.GCSema())
		task.Lock(&wakeLock)
		list := waiting
		waiting = nil
		task.Unlock(&wakeLock)
		readyAll(list)
		wakeSweeper()
		wakeFinalizers()
		if traceOn {
			traceCycle()
		}
	}
	return true
}

func flushAll() { sched.ForEachP(flushRelease) }

// flushRelease shades what pp's barriers have collected and gives the work to
// everybody.
func flushRelease(pp *task.P) {
	flushP(pp)
	workOf(pp).release()
}

// finish marks what is left and ends the cycle. It runs on the system stack
// with the world stopped.
func finish() {
	c := &last
	finishStart := task.Nanotime()
	for i := int32(0); i < sched.MaxProcs; i++ {
		if pp := sched.Proc(i); pp != nil {
			flushRelease(pp)
		}
	}
	w := mainWork
	if design.RescansStacks {
		w.markGlobals()
	}
	for i, n := 0, sched.NumG(); i < n; i++ {
		gp := sched.GAt(i)
		if design.RescansStacks || !gp.ScanDone {
			w.markG(gp)
		} else {
			w.markRecord(gp)
		}
	}
	w.markRecords()
	if n := wantedHelpers(); n > 0 {
		w.drainParallel(n)
	} else {
		w.drain()
	}
	WriteBarrier = 0
	heap.AllocateMarked = false
	parallel = false
	flushCaches()
	marked, scanned := uint64(0), uint64(0)
	for w := workers; w != nil; w = w.next {
		marked += w.bytes
		scanned += w.scanned
		w.bytes = 0
	}
	now := atomic.Load64(&heap.Live)
	c.After = now
	c.Marked = finishStart
	lastLive, lastScan = marked, scanned
	if now > c.Before {
		lastLive += now - c.Before // born marked
	}
	endCycle(c)
	c.End = task.Nanotime()
	recordPause(c, uint64(c.Stopped-c.Start)+uint64(c.End-finishStart))
	done = *c
	atomic.Store(&marking, 0)
	if CycleDone != nil {
		CycleDone()
	}
}

// collectConcurrent is runtime.GC: it waits for a whole cycle that starts from
// now on.
func collectConcurrent() {
	target := atomic.Load(&cycles) + 1
	if atomic.Load(&marking) != 0 {
		target++
	}
	gp := task.Getg()
	for {
		task.Lock(&wakeLock)
		if int32(atomic.Load(&cycles)-target) >= 0 {
			task.Unlock(&wakeLock)
			break
		}
		if atomic.Load(&marking) == 0 {
			task.Unlock(&wakeLock)
			startConcurrent(true)
			continue
		}
		gp.SchedLink = waiting
		waiting = gp
		sched.ParkUnlock(&wakeLock, sched.WaitForGCCycle)
	}
	task.Systemstack(heap.SweepAll)
}

// newG is told of each goroutine that starts: a record may have served before.
func newG(gp *task.G) {
	gp.ScanDone = false
	gp.AssistBytes = 0
	gp.InGC = false
}
