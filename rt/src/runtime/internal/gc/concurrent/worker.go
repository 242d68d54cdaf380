//go:build strata

package concurrent

import (
	"internal/runtime/atomic"
	"internal/trace/tracev2"
	"runtime/internal/gc"
	"runtime/internal/heap"
	"runtime/internal/pace"
	"runtime/internal/page"
	"runtime/internal/sched"
	"runtime/internal/task"
	"runtime/internal/trace"
	"unsafe"
)

// A worker is a goroutine that marks. Between sessions it is parked; the
// scheduler asks for one whenever it looks for a goroutine to run. Workers run in one of three
// modes: dedicated ones before everything else for as long as there is work; fractional ones,
// where the number of Ps does not divide, for a part of each P's time; idle ones on Ps that have nothing else to do.
const (
	dedicated = iota
	fractional
	idleTime
	modes
)

// unitWork is how much is scanned between two looks at whether to stop.
const unitWork = 64 << 10

// team is the workers.
var team workers

type workers struct {
	parked *task.G // those that wait for a cycle, by SchedLink; under state.lock
	fresh  *task.G // has started and is not counted yet; likewise
	n      uint32
	table  *[sched.MaxProcs]*task.G // as much of it as room
	room   uint32

	dedicated int32               // workers that may still start
	fraction  float64             // of each P's time for fractional workers
	time      [modes]atomic.Int64 // nanoseconds in this cycle
}

func (t *workers) all() []*task.G { return t.table[:t.n] }

// startWorkers makes a worker for each P.
func startWorkers() {
	for n := uint32(sched.GoMaxProcs()); team.n < n; {
		sched.Go(worker)
		for atomic.Load(&team.n) < n && !team.count() {
			sched.Gosched()
		}
	}
}

// count counts a worker that has parked for the first time.
func (t *workers) count() bool {
	task.Lock(&state.lock)
	ok := t.fresh != nil
	if ok {
		if t.n == t.room {
			t.grow()
		}
		t.table[t.n] = t.fresh
		t.n++
		t.fresh = nil
	}
	task.Unlock(&state.lock)
	return ok
}

// grow makes room for more workers. The old table stays for those who read it.
func (t *workers) grow() {
	t.room = max(2*t.room, 64)
	table := (*[sched.MaxProcs]*task.G)(page.Persistent(uintptr(t.room)*8, 8))
	for i := uint32(0); i < t.n; i++ {
		table[i] = t.table[i]
	}
	t.table = table
}

// plan decides for a cycle how many workers run in which mode.
func (t *workers) plan() {
	n, f := pace.Workers(int(sched.GoMaxProcs()))
	t.dedicated, t.fraction = int32(n), f
	if heap.CollectAlways {
		t.dedicated = max(t.dedicated, 1)
	}
	for i := range t.time {
		t.time[i].Store(0)
	}
}

// findWorker returns a worker that has to run on pp now, or nil.
func findWorker(pp *task.P, now int64) *task.G {
	if !workLeft() {
		return nil
	}
	if n := atomic.Loadint32(&team.dedicated); n > 0 && atomic.Cas((*uint32)(unsafe.Pointer(&team.dedicated)), uint32(n), uint32(n-1)) {
		gp := wakeWorker(dedicated)
		if gp == nil {
			atomic.Xaddint32(&team.dedicated, 1)
		}
		return gp
	}
	if team.fraction == 0 || float64(pp.GCTime) > team.fraction*float64(task.Nanotime()-state.markStart) {
		return nil
	}
	return wakeWorker(fractional)
}

// findIdleWorker returns a worker for a P that is idle otherwise, or nil.
func findIdleWorker(pp *task.P) *task.G {
	if !workLeft() {
		return nil
	}
	return wakeWorker(idleTime)
}

// workLeft reports whether one more worker would find something to do: work,
// or that there is none anywhere and the cycle can end.
func workLeft() bool {
	return marking() && (gc.HaveWork() || gc.Jobs.Left() || atomic.Load(&state.busy) == 0)
}

// wakeWorker makes a parked worker runnable for its caller.
func wakeWorker(mode uint8) *task.G {
	task.Lock(&state.lock)
	gp := team.parked
	if gp != nil {
		team.parked = gp.SchedLink
		gp.SchedLink = nil
		stateOf(gp).Mode = mode
	}
	task.Unlock(&state.lock)
	if gp != nil {
		sched.Wake(gp)
	}
	return gp
}

func stateOf(gp *task.G) *gc.Work { return (*gc.Work)(gp.Extra[0]) }

//go:linkname worker runtime.gcBgMarkWorker
func worker() {
	gp := task.Getg()
	gp.System = true
	gp.InGC, gp.GCWorker = true, true
	w := gc.NewWork()
	gp.Extra[0] = unsafe.Pointer(w)
	task.Lock(&state.lock)
	team.fresh = gp
	for {
		gp.SchedLink = team.parked
		team.parked = gp
		sched.ParkUnlock(&state.lock, sched.WaitGCWorkerIdle)
		if session(gp, w) {
			tryFinish()
		}
		if w.Mode == dedicated {
			atomic.Xaddint32(&team.dedicated, 1)
		}
		task.Lock(&state.lock)
	}
}

// session marks until the worker has to make room for others, or there is no
// work: then it returns true.
func session(gp *task.G, w *gc.Work) (empty bool) {
	mp := task.Acquirem() // asked to stop, it returns: it is to wait in the list of workers
	start := task.Nanotime()
	if trace.On != 0 {
		task.Systemstack(eventLabel)
	}
	atomic.Xadd(&state.busy, 1)
	for marking() && !gp.Preempt {
		task.Systemstack(func() { empty = !unit(gp, w) })
		if empty {
			break
		}
		if w.Mode == idleTime && sched.HasWork(mp.P) || w.Mode == fractional && overShare(mp.P, start) {
			break
		}
	}
	task.Systemstack(func() {
		w.Release()
		atomic.Xadd(&state.busy, -1)
	})
	t := task.Nanotime() - start
	team.time[w.Mode].Add(t)
	if w.Mode == fractional {
		mp.P.GCTime += t
	}
	tellLimiter()
	task.Releasem(mp)
	return empty
}

// overShare reports whether a fractional worker that runs since start has used
// up its part of pp's time, with some tolerance.
func overShare(pp *task.P, start int64) bool {
	now := task.Nanotime()
	return float64(pp.GCTime+now-start) > 1.2*team.fraction*float64(now-state.markStart)
}

// unit does root jobs or follows some pointers, and reports whether there may be more to do. On the system stack.
func unit(gp *task.G, w *gc.Work) bool {
	n := 0
	for w.Done < unitWork && !gp.Preempt && w.RootJob() {
		n++
	}
	more := n > 0 || w.DrainSome(gp, unitWork)
	if w.Done != 0 {
		state.workDone.Add(w.Done)
		addCredit(w.Done)
		w.Done = 0
	}
	if !gc.HaveWork() {
		w.Share()
	}
	if gc.HaveWork() {
		sched.WakeIdle()
	}
	return more
}

var modeNames = [...]string{dedicated: "GC (dedicated)", fractional: "GC (fractional)", idleTime: "GC (idle)"}

// eventLabel says in a trace how the running worker has come to its processor.
func eventLabel() {
	if trace.On != 0 {
		trace.Event(tracev2.EvGoLabel, trace.String(modeNames[stateOf(task.Getg().M.CurG).Mode]))
	}
}
