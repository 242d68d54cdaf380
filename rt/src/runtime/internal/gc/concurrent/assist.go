//go:build strata

package concurrent

import (
	"internal/runtime/atomic"
	"internal/trace/tracev2"
	"runtime/internal/design"
	"runtime/internal/gc"
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
	cappedUnit  = 8 << 10  // and between two looks at the clock, where there is a cap
	reviseEvery = 1e6      // nanoseconds
)

// assists is the account of a cycle, and those who wait for assists.credit.
var assists struct {
	ratio   atomic.Uint64 // work per 1<<ratioShift bytes allocated
	credit  atomic.Int64  // work that workers have done in advance
	time    atomic.Int64
	revised atomic.Int64 // when ratio was computed last

	lock        task.Mutex
	first, last *task.G // by SchedLink
}

const ratioShift = 20

// startAssists prepares for a cycle. The world is stopped.
func startAssists() {
	team.plan()
	assists.credit.Store(0)
	state.workDone.Store(0)
	assists.time.Store(0)
	revise()
}

// revise computes the ratio from how far the cycle has come.
func revise() {
	c := &gc.Log.Cycle
	scanned := uint64(state.workDone.Load())
	r := gc.Pacing.Assist(pace.Progress{
		Goal: gc.Pacing.Goal, Trigger: c.Before, Live: atomic.Load64(&heap.Live), Done: scanned,
		Expected: gc.Pacing.Work(), Most: atomic.Load64(&heap.LiveScan) + gc.Pacing.Stacks + gc.Pacing.Globals,
	})
	assists.ratio.Store(uint64(min(r, 1<<20)*(1<<ratioShift)) + 1)
	assists.revised.Store(task.Nanotime())
}

// assist makes gp, which has just allocated, pay.
func assist(gp *task.G) {
	mp := task.Acquirem()
	taken := heap.TakeTaken(mp)
	if gp.AssistCycle != gc.Current {
		gp.AssistCycle, gp.AssistBytes = gc.Current, 0
	}
	gp.AssistBytes -= int64(taken)
	task.Releasem(mp)
	if task.Nanotime()-assists.revised.Load() > reviseEvery {
		revise()
	}
	if design.NoAssists && roomLeft() {
		gp.AssistBytes = 0
		return
	}
	for end := endOfHelp(); gp.AssistBytes < 0 && marking() && !gc.Limiter.Limiting; {
		ratio := assists.ratio.Load()
		work := max(int64(uint64(-gp.AssistBytes)*ratio>>ratioShift), overAssist)
		if got := takeCredit(work); got != 0 {
			gp.AssistBytes += bytesFor(got, ratio)
			continue
		}
		if trace.On != 0 && !gp.Assisting {
			task.Systemstack(eventAssistBegin)
		}
		if design.AssistCap != 0 && roomLeft() {
			work = min(work, cappedUnit)
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
		case design.AssistCap != 0 && roomLeft() && (got == 0 || task.Nanotime() >= end):
			gp.AssistBytes = 0 // the rest is forgiven
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

// roomLeft reports whether the heap is below the size from which on all pay what they owe, however little the design
// wants of them: a seventh above the goal, or the goal where there is a memory limit.
func roomLeft() bool {
	goal := gc.Pacing.Goal
	if gc.Pacing.Limit == pace.NoLimit {
		goal += goal / 7
	}
	return atomic.Load64(&heap.Live) < goal
}

// endOfHelp is until when a goroutine pays that begins now, where the design has a cap.
func endOfHelp() int64 {
	if design.AssistCap == 0 {
		return 0
	}
	return task.Nanotime() + design.AssistCap
}

// bytesFor is the allocation that work pays for.
func bytesFor(work int64, ratio uint64) int64 {
	return int64(float64(work)*(1<<ratioShift)/float64(ratio)) + 1
}

// takeCredit takes up to want from what workers have done.
func takeCredit(want int64) int64 {
	for {
		c := assists.credit.Load()
		if c <= 0 {
			return 0
		}
		got := min(c, want)
		if assists.credit.CompareAndSwap(c, c-got) {
			return got
		}
	}
}

// assistWork marks, and returns how much work it did.
func assistWork(work int64) (did int64) {
	mp := task.Acquirem()
	start := task.Nanotime()
	task.Systemstack(func() {
		if marking() {
			did = markSome(gc.WorkOf(mp.P), mp.CurG, work)
		}
	})
	assists.time.Add(task.Nanotime() - start)
	tellLimiter()
	task.Releasem(mp)
	return did
}

// markSome does so much work with w, if there is any.
func markSome(w *gc.Work, gp *task.G, work int64) int64 {
	atomic.Xadd(&state.busy, 1)
	before := w.Done
	w.DrainSome(gp, work)
	did := w.Done - before
	w.Done = 0
	state.workDone.Add(did)
	w.Release()
	atomic.Xadd(&state.busy, -1)
	return did
}

// waitForCredit parks gp until workers have done its share or the cycle is
// over.
func waitForCredit(gp *task.G) {
	q := &assists
	task.Lock(&q.lock)
	if !marking() || assists.credit.Load() > 0 || quiet() {
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
	q := &assists
	if q.first == nil {
		assists.credit.Add(work)
		return
	}
	ratio := assists.ratio.Load()
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
		assists.credit.Add(work)
	}
}

// wakeAssists lets all go on that wait: the cycle is over.
func wakeAssists() {
	q := &assists
	task.Lock(&q.lock)
	list := q.first
	q.first, q.last = nil, nil
	task.Unlock(&q.lock)
	readyAll(list)
}

// endG settles the account of a goroutine that ends: work that it did beyond
// its allocation helps others.
func endG(gp *task.G) {
	if gp.AssistCycle == gc.Current && gp.AssistBytes > 0 && marking() {
		assists.credit.Add(int64(uint64(gp.AssistBytes) * assists.ratio.Load() >> ratioShift))
	}
	gp.AssistBytes = 0
}

// tellLimiter tells the limiter what the cycle has used. The caller is not preempted.
func tellLimiter() {
	gc.Limiter.Tell(func() int64 {
		return assists.time.Load() + team.time[dedicated].Load() + team.time[fractional].Load()
	})
}

func eventAssistBegin() {
	if trace.On != 0 {
		gp := task.Getg().M.CurG
		gp.Assisting = true
		trace.Event(tracev2.EvGCMarkAssistBegin, trace.Stack(gp))
	}
}

func eventAssistEnd() {
	task.Getg().M.CurG.Assisting = false
	if trace.On != 0 {
		trace.Event(tracev2.EvGCMarkAssistEnd)
	}
}
