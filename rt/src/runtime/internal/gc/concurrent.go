//go:build strata

package gc

import (
	"internal/runtime/atomic"
	"runtime/internal/design"
	"runtime/internal/heap"
	"runtime/internal/sched"
	"runtime/internal/task"
)

// Concurrent marking, for the designs whose mutators have a write barrier.
//
//	start      the world stops for a moment: barriers on, objects are born marked
//	mark       worker goroutines do the root jobs, stopping goroutines one by one to
//	           mark from their stacks, and follow pointers; goroutines that allocate help in proportion
//	finish     no work is left anywhere: the world stops, barriers off
//
// Laws.
//
//   - A marked object's pointers are marked, or its address is in a Work or in a buffer of barriers.
//   - While barriers are on, a store into anything but the running goroutine's stack shades what it writes, under
//     the hybrid barrier also what it overwrites. So a goroutine whose stack was scanned (black) can never
//     again get at an unmarked object: what it loads was reachable from the heap when marking began and is
//     shaded before the last path there is cut, or it was shaded when it was stored. A new goroutine
//     is born black: all it has is its closure, which is shaded.
//   - Under the insertion barrier that does not hold; all stacks are scanned again at the end.
//   - While marking, the sweep of the last cycle is over, and no span is freed.

// marking is 1 between start and finish.
var marking uint32

// current is the number of the cycle that marks, or of the last one.
var current uint32

var (
	startSema uint32  = 1 // serialises attempts to start
	busy      uint32      // workers and assists that hold work or a root job
	waiting   *task.G     // goroutines in Collect, by SchedLink; under wakeLock
)

// startConcurrent begins a cycle unless one is on, or, when it is not forced,
// none is due any more.
func startConcurrent(why trigger) {
	gp := task.Getg()
	gp.InGC = true
	sched.SemAcquire(&startSema)
	due := why != byHeap || atomic.Load64(&heap.Live) >= heap.Trigger || heap.CollectAlways
	if atomic.Load(&marking) == 0 && due {
		sched.SemAcquire(sched.GCSema()) // the finishing worker gives it back
		sweepRest()
		startWorkers()
		start := task.Nanotime()
		sched.StopTheWorld(sched.StopGC)
		begin(why, start)
		if PoolCleanup != nil {
			PoolCleanup()
		}
		task.Systemstack(beginMark)
		task.Systemstack(eventBegin)
		gp.InGC = false       // its stack is scanned like any other
		sched.StartTheWorld() // Ps ask for workers
		last.Mark = task.Nanotime()
	}
	sched.SemRelease(&startSema)
	gp.InGC = false
}

// beginMark runs on the system stack with the world stopped.
func beginMark() {
	current = cycles + 1
	for w := workers; w != nil; w = w.next {
		w.counts = counts{}
		w.work = 0
	}
	for i := int32(0); i < sched.ProcsMade(); i++ {
		pp := sched.Proc(i)
		pp.WBBuf.Reset()
		pp.GCTime = 0
		workOf(pp) // barriers rely on it
	}
	heap.EachCache((*heap.Cache).ForgetTaken)
	heap.EachCache((*heap.Cache).CutRuns) // those taken from now on are marked
	jobs.prepare()
	busy, idle = 0, 0
	startAssists()
	markStart = task.Nanotime()
	parallel = true
	heap.Marking, heap.AllocateMarked = true, true
	heap.Trigger = 0 // allocation reports to assists
	WriteBarrier = 1
	atomic.Store(&marking, 1)
}

// quiet reports whether nobody has work, as far as can be seen without
// stopping.
func quiet() bool {
	return !jobs.left() && atomic.Load(&nfull) == 0 && atomic.Load(&busy) == 0
}

// tryFinish ends the cycle if all work is done. It is called by a goroutine
// that found none; it may be stopped meanwhile and must have InGC set.
func tryFinish() {
	if !quiet() {
		return
	}
	// Have all Ps report what their barriers have collected, until they have
	// nothing: then the final stop is short.
	sched.SemAcquire(sched.WorldSema())
	if atomic.Load(&marking) != 0 && quiet() {
		task.Systemstack(flushAll)
	}
	sched.SemRelease(sched.WorldSema())
	if atomic.Load(&marking) == 0 || !quiet() {
		return
	}
	before := task.Nanotime()
	sched.StopTheWorld(sched.StopGCEnd)
	ended := atomic.Load(&marking) != 0
	if ended {
		last.MarkEnd = before
		task.Systemstack(finish)
		ended = finished
	}
	sched.StartTheWorld()
	if ended {
		afterCycle()
	}
}

// afterCycle tells everybody that a cycle is over.
func afterCycle() {
	done.End = task.Nanotime()
	if traceOn {
		traceCycle()
	}
	sched.SemRelease(sched.GCSema())
	task.Lock(&wakeLock)
	list := waiting
	waiting = nil
	task.Unlock(&wakeLock)
	readyAll(list)
	wakeAssists()
	task.Systemstack(trim)
	wakeSweeper()
	wakeFinalizers()
}

func readyAll(list *task.G) {
	for list != nil {
		gp := list
		list = gp.SchedLink
		gp.SchedLink = nil
		sched.Ready(gp)
	}
}

func flushAll() { sched.ForEachP(flushRelease) }

// flushRelease shades what pp's barriers have collected and gives the work to
// everybody.
func flushRelease(pp *task.P) {
	flushP(pp)
	workOf(pp).release()
}

// finished is finish's result.
var finished bool

// finish ends the cycle if really no work is left. It runs on the system stack
// with the world stopped.
func finish() {
	finished = false
	for i := int32(0); i < sched.ProcsMade(); i++ {
		flushRelease(sched.Proc(i))
	}
	// A mutator may have found something since all was quiet. And the stop may have been so long in coming that somebody
	// else has ended the cycle meanwhile and this is the beginning of the next one.
	if jobs.left() || nfull != 0 && !design.RescansStacks {
		return
	}
	finished = true
	heap.EachCache((*heap.Cache).CutRuns) // what was not allocated is not marked
	markRest()
	WriteBarrier = 0
	if Check {
		checkMarks()
	}
	findLeaks()
	heap.Marking, heap.AllocateMarked = false, false
	parallel = false
	flushCaches()
	total := counts{}
	for w := workers; w != nil; w = w.next {
		total.add(&w.counts)
	}
	endConcurrent(&total)
	atomic.Store(&marking, 0)
	eventEnd()
	if CycleDone != nil {
		CycleDone()
	}
}

// markRest marks what only a stop lets be marked: all stacks, if the design
// rescans them, or those of workers, and records that are written without barriers.
func markRest() {
	w := mainWork
	if design.RescansStacks {
		w.markGlobals()
		w.markStacks()
	} else {
		for i := uint32(0); i < nworkers; i++ {
			w.markG(workerGs[i])
		}
		for gp := assistQueue.first; gp != nil; gp = gp.SchedLink {
			w.markRecord(gp)
		}
	}
	w.markRecords()
	if n := wantedHelpers(); n > 0 && design.RescansStacks {
		w.drainParallel(n)
	} else {
		w.drain()
	}
	w.work = 0
}

// endConcurrent takes the figures of the cycle and starts the sweep.
func endConcurrent(total *counts) {
	c := &last
	live, scan := atomic.Load64(&heap.Live), atomic.Load64(&heap.LiveScan)
	c.After = live
	grown := live - min(live, c.Before) // was born marked
	total.bytes += grown
	total.scanBytes += scan - min(scan, c.BeforeScan)
	now := task.Nanotime()
	c.Assist = assistTime.Load()
	c.Dedicated, c.Fractional, c.Idle = modeTime[dedicated].Load(), modeTime[fractional].Load(), modeTime[idleTime].Load()
	c.Work = uint64(workDone.Load())
	c.pause += uint64(now - sched.StoppedAt())
	if span := (now - c.Mark) * int64(c.Procs); span > 0 && c.Mark != 0 {
		c.utilization = min(float64(c.Assist+c.Dedicated+c.Fractional+c.Idle)/float64(span), 0.99)
	}
	endCycle(c, total)
	done = *c
}

// collectConcurrent is runtime.GC: it waits for a whole cycle that starts from
// now on.
func collectConcurrent(why trigger) {
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
			startConcurrent(why)
			continue
		}
		gp.SchedLink = waiting
		waiting = gp
		sched.ParkUnlock(&wakeLock, sched.WaitForGCCycle)
	}
	sweepAll(target)
}

// newG is told of each goroutine that starts: a record may have served before.
// While marking it is born black.
func newG(gp *task.G) {
	gp.ScanCycle = current
	gp.AssistBytes = 0
	gp.InGC = false
}
