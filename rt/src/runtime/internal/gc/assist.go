//go:build strata

package gc

import (
	"internal/runtime/atomic"
	"runtime/internal/design"
	"runtime/internal/heap"
	"runtime/internal/pace"
	"runtime/internal/sched"
	"runtime/internal/task"
	"runtime/internal/trace"
)

// Assists. While marking is on, a goroutine pays for what it allocates with
// work in proportion: what workers have done and nobody has been credited with, or its own marking. If there
// is neither, it waits for workers. So the heap cannot outgrow its goal, however much is allocated.

const (
	overAssist  = 64 << 10 // work that is done at least, not to assist too often
	reviseEvery = 1e6      // nanoseconds
)

var (
	assistRatio atomic.Uint64 // work per 1<<ratioShift bytes allocated
	credit      atomic.Int64  // work that workers have done in advance
	workDone    atomic.Int64  // in this cycle
	assistTime  atomic.Int64
	revised     atomic.Int64 // when assistRatio was computed last
	assistQueue struct {
		lock        task.Mutex
		first, last *task.G // by SchedLink
	}
)

const ratioShift = 20

// startAssists prepares for a cycle. The world is stopped.
func startAssists() {
	planWorkers()
	credit.Store(0)
	workDone.Store(0)
	assistTime.Store(0)
	revise()
}

// revise computes the ratio from how far the cycle has come.
func revise() {
	c := &last
	scanned := uint64(workDone.Load())
	r := pacer.Assist(pace.Progress{
		Goal: goal, Trigger: c.Before, Live: atomic.Load64(&heap.Live), Done: scanned,
		Expected: pacer.Work(), Most: atomic.Load64(&heap.LiveScan) + pacer.Stacks + pacer.Globals,
	})
	assistRatio.Store(uint64(min(r, 1<<20)*(1<<ratioShift)) + 1)
	revised.Store(task.Nanotime())
}

// assist makes gp, which has just allocated, pay.
func assist(gp *task.G) {
	mp := task.Acquirem()
	taken := heap.TakeTaken(mp)
	if gp.AssistCycle != current {
		gp.AssistCycle, gp.AssistBytes = current, 0
	}
	gp.AssistBytes -= int64(taken)
	task.Releasem(mp)
	if task.Nanotime()-revised.Load() > reviseEvery {
		revise()
	}
	for gp.AssistBytes < 0 && atomic.Load(&marking) != 0 && !limiter.Limiting {
		ratio := assistRatio.Load()
		work := max(int64(uint64(-gp.AssistBytes)*ratio>>ratioShift), overAssist)
		if got := takeCredit(work); got != 0 {
			gp.AssistBytes += bytesFor(got, ratio)
			continue
		}
		if trace.On != 0 && !gp.Assisting {
			task.Systemstack(eventAssistBegin)
		}
		gp.InGC = true
		got := assistWork(work)
		gp.AssistBytes += bytesFor(got, ratio)
		if got == 0 && quiet() {
			tryFinish()
		}
		gp.InGC = false
		switch {
		case gp.AssistBytes >= 0:
		case gp.Preempt:
			sched.Gosched() // its time is up, not the work
		case got == 0:
			waitForCredit(gp)
		}
	}
	if gp.Assisting {
		task.Systemstack(eventAssistEnd)
	}
}

// bytesFor is the allocation that work pays for.
func bytesFor(work int64, ratio uint64) int64 {
	return int64(float64(work)*(1<<ratioShift)/float64(ratio)) + 1
}

// takeCredit takes up to want from what workers have done.
func takeCredit(want int64) int64 {
	for {
		c := credit.Load()
		if c <= 0 {
			return 0
		}
		got := min(c, want)
		if credit.CompareAndSwap(c, c-got) {
			return got
		}
	}
}

// assistWork marks, and returns how much work it did.
func assistWork(work int64) int64 {
	mp := task.Acquirem()
	mp.Arg[6] = uintptr(work)
	start := task.Nanotime()
	task.Systemstack(assistOnG0)
	got := int64(mp.Ret[3])
	assistTime.Add(task.Nanotime() - start)
	limiterEvent()
	task.Releasem(mp)
	return got
}

func assistOnG0() {
	mp := task.Getg().M
	mp.Ret[3] = 0
	if atomic.Load(&marking) == 0 {
		return
	}
	w := workOf(mp.P)
	atomic.Xadd(&busy, 1)
	before := w.work
	w.drainSome(mp.CurG, int64(mp.Arg[6]))
	done := w.work - before
	w.work = 0
	workDone.Add(done)
	w.release()
	atomic.Xadd(&busy, -1)
	mp.Ret[3] = uintptr(done)
}

// waitForCredit parks gp until workers have done its share or the cycle is
// over.
func waitForCredit(gp *task.G) {
	q := &assistQueue
	task.Lock(&q.lock)
	if atomic.Load(&marking) == 0 || credit.Load() > 0 || quiet() {
		task.Unlock(&q.lock)
		return
	}
	gp.SchedLink = nil
	if q.last != nil {
		q.last.SchedLink = gp
	} else {
		q.first = gp
	}
	q.last = gp
	sched.ParkUnlock(&q.lock, sched.WaitGCAssistWait)
}

// addCredit gives work that a worker has done to those who wait for it, in
// order, and the rest to everybody. On the system stack only.
func addCredit(work int64) {
	q := &assistQueue
	if q.first == nil {
		credit.Add(work)
		return
	}
	ratio := assistRatio.Load()
	task.Lock(&q.lock)
	for q.first != nil && work > 0 {
		gp := q.first
		need := int64(uint64(-gp.AssistBytes)*ratio>>ratioShift) + 1
		pay := min(work, need)
		work -= pay
		gp.AssistBytes += bytesFor(pay, ratio)
		if pay < need {
			break
		}
		q.first = gp.SchedLink
		if q.first == nil {
			q.last = nil
		}
		gp.SchedLink = nil
		sched.Ready(gp)
	}
	task.Unlock(&q.lock)
	if work > 0 {
		credit.Add(work)
	}
}

// wakeAssists lets all go on that wait: the cycle is over.
func wakeAssists() {
	q := &assistQueue
	task.Lock(&q.lock)
	list := q.first
	q.first, q.last = nil, nil
	task.Unlock(&q.lock)
	readyAll(list)
}

// endG settles the account of a goroutine that ends: work that it did beyond
// its allocation helps others.
func endG(gp *task.G) {
	if gp.AssistCycle == current && gp.AssistBytes > 0 && atomic.Load(&marking) != 0 {
		credit.Add(int64(uint64(gp.AssistBytes) * assistRatio.Load() >> ratioShift))
	}
	gp.AssistBytes = 0
}

// limiter keeps assists from taking the program's time when a memory limit
// makes cycles follow one another.
var (
	limiter     pace.Limiter
	limiterLock task.Mutex
	limiterLast int64 // when it was told last
	limiterUsed int64 // collecting time that it has been told of
	limiterIdle int64
	lastLimited uint32 // cycle in which it limited last
	pastTime    int64  // collecting time of the cycles before
)

const limiterEvery = 10e6 // nanoseconds

// limiterEvent tells the limiter of the time since the last event. The caller
// is not preempted. Without a memory limit there is no limiter.
func limiterEvent() {
	if !design.MemoryLimit {
		return
	}
	now := task.Nanotime()
	if now-limiterLast < limiterEvery || !task.TryLock(&limiterLock) {
		return
	}
	procs := int64(sched.GoMaxProcs())
	used := pastTime + assistTime.Load() + modeTime[dedicated].Load() + modeTime[fractional].Load()
	idle := sched.IdleTime()
	if limiterLast != 0 {
		spent := max(used-limiterUsed, 0)
		running := (now-limiterLast)*procs - spent - max(idle-limiterIdle, 0)
		limiter.Add(spent, max(running, 0), int(procs))
		if limiter.Limiting {
			lastLimited = current
		}
	}
	limiterLast, limiterUsed, limiterIdle = now, used, idle
	task.Unlock(&limiterLock)
}
