//go:build strata

package gc

import (
	"internal/runtime/atomic"
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

type mode uint8

const (
	dedicated mode = iota
	fractional
	idleTime
	modes
)

// unitWork is how much is scanned between two looks at whether to stop.
const unitWork = 64 << 10

var (
	wakeLock   task.Mutex
	parked     *task.G // workers that wait for a cycle, by SchedLink
	nworkers   uint32
	workerGs   *[sched.MaxProcs]*task.G // as much of it as workerRoom
	workerRoom uint32

	dedicatedLeft int32   // dedicated workers that may still start
	fraction      float64 // of each P's time for fractional workers
	markStart     int64
	modeTime      [modes]atomic.Int64 // nanoseconds in this cycle
)

// startWorkers makes a worker for each P.
func startWorkers() {
	for n := uint32(sched.GoMaxProcs()); nworkers < n; {
		sched.Go(worker)
		for atomic.Load(&nworkers) < n && !workerReady() {
			sched.Gosched()
		}
	}
}

// workerReady counts a worker that has parked for the first time.
func workerReady() bool {
	task.Lock(&wakeLock)
	ok := newWorker != nil
	if ok {
		if nworkers == workerRoom {
			growWorkers()
		}
		workerGs[nworkers] = newWorker
		nworkers++
		newWorker = nil
	}
	task.Unlock(&wakeLock)
	return ok
}

// growWorkers makes room for more workers. The old table stays for those who read it.
func growWorkers() {
	workerRoom = max(2*workerRoom, 64)
	all := (*[sched.MaxProcs]*task.G)(page.Persistent(uintptr(workerRoom)*8, 8))
	for i := uint32(0); i < nworkers; i++ {
		all[i] = workerGs[i]
	}
	workerGs = all
}

var newWorker *task.G // has started and is not counted yet; under wakeLock

// planWorkers decides for a cycle how many workers run in which mode.
func planWorkers() {
	n, f := pace.Workers(int(sched.GoMaxProcs()))
	dedicatedLeft, fraction = int32(n), f
	if heap.CollectAlways {
		dedicatedLeft = max(dedicatedLeft, 1)
	}
	for i := range modeTime {
		modeTime[i].Store(0)
	}
}

// findWorker returns a worker that has to run on pp now, or nil.
func findWorker(pp *task.P, now int64) *task.G {
	if !workLeft() {
		return nil
	}
	if n := atomic.Loadint32(&dedicatedLeft); n > 0 && atomic.Cas((*uint32)(unsafe.Pointer(&dedicatedLeft)), uint32(n), uint32(n-1)) {
		gp := wakeWorker(dedicated)
		if gp == nil {
			atomic.Xaddint32(&dedicatedLeft, 1)
		}
		return gp
	}
	if fraction == 0 || float64(pp.GCTime) > fraction*float64(task.Nanotime()-markStart) {
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
	return atomic.Load(&marking) != 0 && (atomic.Load(&nfull) != 0 || jobs.left() || atomic.Load(&busy) == 0)
}

func idleWorkLeft(*task.P) bool { return workLeft() }

// wakeWorker makes a parked worker runnable for its caller.
func wakeWorker(m mode) *task.G {
	task.Lock(&wakeLock)
	gp := parked
	if gp != nil {
		parked = gp.SchedLink
		gp.SchedLink = nil
		workerState(gp).mode = m
	}
	task.Unlock(&wakeLock)
	if gp != nil {
		sched.Wake(gp)
	}
	return gp
}

func workerState(gp *task.G) *Work { return (*Work)(gp.Extra[0]) }

//go:linkname worker runtime.gcBgMarkWorker
func worker() {
	gp := task.Getg()
	gp.System = true
	gp.InGC, gp.GCWorker = true, true
	w := newWork()
	gp.Extra[0] = unsafe.Pointer(w)
	task.Lock(&wakeLock)
	newWorker = gp
	for {
		gp.SchedLink = parked
		parked = gp
		sched.ParkUnlock(&wakeLock, sched.WaitGCWorkerIdle)
		if session(gp, w) {
			tryFinish()
		}
		if w.mode == dedicated {
			atomic.Xaddint32(&dedicatedLeft, 1)
		}
		task.Lock(&wakeLock)
	}
}

// session marks until the worker has to make room for others, or there is no
// work: then it returns true.
func session(gp *task.G, w *Work) (empty bool) {
	mp := task.Acquirem() // asked to stop, it returns: it is to wait in the list of workers
	start := task.Nanotime()
	if trace.On != 0 {
		task.Systemstack(eventLabel)
	}
	atomic.Xadd(&busy, 1)
	for atomic.Load(&marking) != 0 && !gp.Preempt {
		task.Systemstack(workUnit)
		if gp.Param == nil {
			empty = true
			break
		}
		if w.mode == idleTime && sched.HasWork(mp.P) || w.mode == fractional && overShare(mp.P, start) {
			break
		}
	}
	task.Systemstack(endSession)
	t := task.Nanotime() - start
	modeTime[w.mode].Add(t)
	if w.mode == fractional {
		mp.P.GCTime += t
	}
	limiterEvent()
	task.Releasem(mp)
	return empty
}

// overShare reports whether a fractional worker that runs since start has used
// up its part of pp's time, with some tolerance.
func overShare(pp *task.P, start int64) bool {
	now := task.Nanotime()
	return float64(pp.GCTime+now-start) > 1.2*fraction*float64(now-markStart)
}

// workUnit does root jobs or follows some pointers. It leaves in the
// goroutine's Param whether there may be more to do.
func workUnit() {
	gp := task.Getg().M.CurG
	w := workerState(gp)
	gp.Param = gp.Extra[0]
	n := 0
	for w.work < unitWork && !gp.Preempt && w.rootJob() {
		n++
	}
	if n == 0 && !w.drainSome(gp, unitWork) {
		gp.Param = nil
	}
	if w.work != 0 {
		workDone.Add(w.work)
		addCredit(w.work)
		w.work = 0
	}
	if atomic.Load(&nfull) == 0 {
		w.share()
	}
	if atomic.Load(&nfull) != 0 {
		sched.WakeIdle()
	}
}

// endSession makes what work the worker has left everybody's.
func endSession() {
	workerState(task.Getg().M.CurG).release()
	atomic.Xadd(&busy, -1)
}

// drainSome follows pointers until it has done so much work, or gp is asked to
// stop; false if there was no work.
func (w *Work) drainSome(gp *task.G, limit int64) bool {
	limit += w.work
	for n := 0; w.work < limit && !gp.Preempt; n++ {
		obj := w.get()
		if obj == 0 {
			return n > 0
		}
		w.scan(obj)
	}
	return true
}
