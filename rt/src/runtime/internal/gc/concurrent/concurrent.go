//go:build strata

// Package concurrent is the plan of Go since 1.5: workers mark beside the program, whose pointer stores go through a write
// barrier. The insertion barrier (1.5 to 1.7) and the hybrid one (since 1.8) are two rows of it, see rows.go.
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
package concurrent

import (
	"internal/runtime/atomic"
	"runtime/internal/gc"
	"runtime/internal/heap"
	"runtime/internal/sched"
	"runtime/internal/task"
)

// Init makes this the collector.
func Init() {
	gc.Init(gc.Plan{Allocated: allocated, Collect: collect})
	heap.SpecialAdded = gc.SpecialAdded
	sched.NewGHook = newG
	sched.EndGHook = endG
	sched.GCFindWorker = findWorker
	sched.GCFindIdleWorker = findIdleWorker
	sched.GCWorkLeft = func(*task.P) bool { return workLeft() }
	state.startSema = 1
}

// state is what the plan knows of its cycle.
var state struct {
	startSema uint32     // serialises attempts to start
	busy      uint32     // workers and assists that hold work or a root job
	lock      task.Mutex // of the lists
	waiting   *task.G    // goroutines in collect, by SchedLink
	markStart int64
	workDone  atomic.Int64 // in this cycle
}

func marking() bool { return atomic.Load(&gc.Marking) != 0 }

// allocated begins a cycle, or has the goroutine pay for what it has allocated while one marks.
func allocated(gp *task.G) {
	switch {
	case marking():
		assist(gp)
	case gc.Due():
		start(gc.ByHeap)
	}
}

// start begins a cycle unless one is on, or, when it is not forced,
// none is due any more.
func start(why gc.Reason) {
	gp := task.Getg()
	gp.InGC = true
	sched.SemAcquire(&state.startSema)
	if !marking() && (why != gc.ByHeap || gc.Due()) {
		sched.SemAcquire(sched.GCSema()) // the finishing worker gives it back
		gc.SweepRest()
		startWorkers()
		start := task.Nanotime()
		sched.StopTheWorld(sched.StopGC)
		gc.Begin(why, start)
		task.Systemstack(func() {
			gc.BeginBeside()
			state.busy = 0
			startAssists()
			state.markStart = task.Nanotime()
		})
		gp.InGC = false       // its stack is scanned like any other
		sched.StartTheWorld() // Ps ask for workers
		gc.Log.Cycle.Mark = task.Nanotime()
	}
	sched.SemRelease(&state.startSema)
	gp.InGC = false
}

// quiet reports whether nobody has work, as far as can be seen without
// stopping.
func quiet() bool { return !gc.Jobs.Left() && !gc.HaveWork() && atomic.Load(&state.busy) == 0 }

// tryFinish ends the cycle if all work is done. It is called by a goroutine
// that found none; it may be stopped meanwhile and must have InGC set.
func tryFinish() {
	if !quiet() {
		return
	}
	// Have all Ps report what their barriers have collected, until they have
	// nothing: then the final stop is short.
	sched.SemAcquire(sched.WorldSema())
	if marking() && quiet() {
		task.Systemstack(func() { sched.ForEachP(flush) })
	}
	sched.SemRelease(sched.WorldSema())
	if !marking() || !quiet() {
		return
	}
	before := task.Nanotime()
	sched.StopTheWorld(sched.StopGCEnd)
	ended := marking()
	if ended {
		gc.Log.Cycle.MarkEnd = before
		task.Systemstack(func() { ended = finish() })
	}
	sched.StartTheWorld()
	if ended {
		afterCycle()
	}
}

// afterCycle tells everybody that a cycle is over.
func afterCycle() {
	gc.Log.Done.End = task.Nanotime()
	gc.Trace()
	sched.SemRelease(sched.GCSema())
	task.Lock(&state.lock)
	list := state.waiting
	state.waiting = nil
	task.Unlock(&state.lock)
	readyAll(list)
	wakeAssists()
	gc.Over()
}

func readyAll(list *task.G) {
	for list != nil {
		gp := list
		list = gp.SchedLink
		gp.SchedLink = nil
		sched.Ready(gp)
	}
}

// flush shades what pp's barriers have collected and gives the work to
// everybody.
func flush(pp *task.P) {
	gc.FlushP(pp)
	gc.WorkOf(pp).Release()
}

// finish ends the cycle and returns true if really no work is left. It runs on the system stack
// with the world stopped.
func finish() bool {
	for i := int32(0); i < sched.ProcsMade(); i++ {
		flush(sched.Proc(i))
	}
	// A mutator may have found something since all was quiet. And the stop may have been so long in coming that somebody
	// else has ended the cycle meanwhile and this is the beginning of the next one.
	if gc.Jobs.Left() || gc.HaveWork() && !rescans {
		return false
	}
	heap.EachCache((*heap.Cache).CutRuns) // what was not allocated is not marked
	markRest(gc.Main)
	gc.WriteBarrier = 0
	gc.Verify()
	gc.EndBeside()
	total := gc.TotalWork()
	figures(&total)
	gc.End(&total)
	return true
}

// figures completes the record of the cycle.
func figures(total *gc.Counts) {
	c := &gc.Log.Cycle
	live, scan := atomic.Load64(&heap.Live), atomic.Load64(&heap.LiveScan)
	c.After = live
	total.Born(live-min(live, c.Before), scan-min(scan, c.BeforeScan))
	now := task.Nanotime()
	c.Assist = assists.time.Load()
	c.Dedicated, c.Fractional, c.Idle = team.time[dedicated].Load(), team.time[fractional].Load(), team.time[idleTime].Load()
	c.Work = uint64(state.workDone.Load())
	c.Pause += uint64(now - sched.StoppedAt())
	if span := (now - c.Mark) * int64(c.Procs); span > 0 && c.Mark != 0 {
		c.Utilization = min(float64(c.Assist+c.Dedicated+c.Fractional+c.Idle)/float64(span), 0.99)
	}
}

// collect waits for a whole cycle that starts from
// now on.
func collect(why gc.Reason) {
	target := gc.Cycles() + 1
	if marking() {
		target++
	}
	gp := task.Getg()
	for {
		task.Lock(&state.lock)
		if int32(gc.Cycles()-target) >= 0 {
			task.Unlock(&state.lock)
			break
		}
		if !marking() {
			task.Unlock(&state.lock)
			start(why)
			continue
		}
		gp.SchedLink = state.waiting
		state.waiting = gp
		sched.ParkUnlock(&state.lock, sched.WaitForGCCycle)
	}
	gc.SweepAll(target)
}

// newG is told of each goroutine that starts: a record may have served before.
// While marking it is born black.
func newG(gp *task.G) {
	gp.ScanCycle = gc.Current
	gp.AssistBytes = 0
	gp.InGC = false
}
