//go:build strata

package sched

import (
	"internal/runtime/atomic"
	"runtime/internal/task"
	"unsafe"
)

// gQueue is a list of Gs by SchedLink. Its methods return the new queue, so
// that a queue in a local variable needs no address.
type gQueue struct {
	head, tail *G
}

func (q gQueue) pushed(gp *G) gQueue {
	gp.SchedLink = nil
	if q.tail == nil {
		return gQueue{gp, gp}
	}
	q.tail.SchedLink = gp
	return gQueue{q.head, gp}
}

func (q gQueue) popped() gQueue {
	gp := q.head
	next := gp.SchedLink
	gp.SchedLink = nil
	if next == nil {
		return gQueue{}
	}
	return gQueue{next, q.tail}
}

// globalPut adds gp at the tail of the global queue. The lock is held.
func globalPut(gp *G) {
	sched.runq = sched.runq.pushed(gp)
	sched.runqLen++
}

// globalPutHead adds gp at the front. The lock is held.
func globalPutHead(gp *G) {
	gp.SchedLink = sched.runq.head
	sched.runq.head = gp
	if sched.runq.tail == nil {
		sched.runq.tail = gp
	}
	sched.runqLen++
}

// globalGet takes pp's share of the global queue, at most limit if that is not
// 0: one to run, the others into the local queue. The lock is held.
func globalGet(pp *P, limit int32) *G {
	if sched.runqLen == 0 {
		return nil
	}
	n := min(sched.runqLen, sched.runqLen/nProcs+1, task.RunqSize/2)
	if !localQueues {
		n = 1
	}
	if limit > 0 {
		n = min(n, limit)
	}
	sched.runqLen -= n
	gp := sched.runq.head
	sched.runq = sched.runq.popped()
	for n--; n > 0; n-- {
		g1 := sched.runq.head
		sched.runq = sched.runq.popped()
		runqPut(pp, g1, false)
	}
	return gp
}

func runqEmpty(pp *P) bool {
	// The three words cannot be read at once: read until the tail stands still.
	for {
		head := atomic.Load(&pp.RunqHead)
		tail := atomic.Load(&pp.RunqTail)
		next := atomic.Loadp(unsafe.Pointer(&pp.RunNext))
		if tail == atomic.Load(&pp.RunqTail) {
			return head == tail && next == nil
		}
	}
}

// runqPut adds gp to pp's queue; with next it runs next, and the former next
// one goes to the tail. Only the owner calls it. A full queue sends half of its
// content to the global one.
func runqPut(pp *P, gp *G, next bool) {
	if !localQueues {
		sharedPut(gp)
		return
	}
	if stressRandom {
		next = next && cheapRand()&1 == 0
	}
	if next {
		for {
			old := pp.RunNext
			if casG(&pp.RunNext, old, gp) {
				if old == nil {
					return
				}
				gp = old
				break
			}
		}
	}
	for {
		head := atomic.LoadAcq(&pp.RunqHead)
		tail := pp.RunqTail
		if tail-head < task.RunqSize {
			pp.Runq[tail%task.RunqSize] = gp
			atomic.StoreRel(&pp.RunqTail, tail+1) // now thieves may take it
			return
		}
		if runqSpill(pp, gp, head, tail) {
			return
		}
		// Thieves made room: try again.
	}
}

// runqSpill moves half of the full local queue and gp to the global queue.
func runqSpill(pp *P, gp *G, head, tail uint32) bool {
	n := (tail - head) / 2
	if n != task.RunqSize/2 {
		throw("runqSpill: queue is not full")
	}
	// The slots stay ours only once the head has moved: link after that. The
	// owner alone overwrites slots, so they still hold the same Gs.
	if !atomic.CasRel(&pp.RunqHead, head, head+n) {
		return false
	}
	task.Lock(&sched.lock)
	for i := uint32(0); i < n; i++ {
		globalPut(pp.Runq[(head+i)%task.RunqSize])
	}
	globalPut(gp)
	task.Unlock(&sched.lock)
	return true
}

// runqGet takes a goroutine from pp's own queue; inherit says that it continues
// the current time slice.
func runqGet(pp *P) (gp *G, inherit bool) {
	next := pp.RunNext
	// Only the owner sets RunNext, others may take it: if this fails, it is gone.
	if next != nil && casG(&pp.RunNext, next, nil) {
		return next, true
	}
	for {
		head := atomic.LoadAcq(&pp.RunqHead)
		tail := pp.RunqTail
		if tail == head {
			return nil, false
		}
		gp := pp.Runq[head%task.RunqSize]
		if atomic.CasRel(&pp.RunqHead, head, head+1) {
			return gp, false
		}
	}
}

// runqGrab copies half of victim's queue into the ring to at position at. With
// takeNext it takes even the goroutine that is about to run.
func runqGrab(victim *P, to *P, at uint32, takeNext bool) uint32 {
	for {
		head := atomic.LoadAcq(&victim.RunqHead)
		tail := atomic.LoadAcq(&victim.RunqTail)
		n := tail - head
		n -= n / 2
		if n == 0 {
			if !takeNext {
				return 0
			}
			next := (*G)(atomic.Loadp(unsafe.Pointer(&victim.RunNext)))
			if next == nil {
				return 0
			}
			if victim.Status == task.Prunning {
				// The victim is about to run it; stealing at once would only
				// thrash goroutines between Ps.
				usleep(3)
			}
			if !casG(&victim.RunNext, next, nil) {
				continue
			}
			to.Runq[at%task.RunqSize] = next
			return 1
		}
		if n > task.RunqSize/2 {
			continue // head and tail do not belong together
		}
		for i := uint32(0); i < n; i++ {
			to.Runq[(at+i)%task.RunqSize] = victim.Runq[(head+i)%task.RunqSize]
		}
		if atomic.CasRel(&victim.RunqHead, head, head+n) {
			return n
		}
	}
}

// runqSteal moves half of victim's queue to pp's and returns one of them.
func runqSteal(pp, victim *P, takeNext bool) *G {
	tail := pp.RunqTail
	n := runqGrab(victim, pp, tail, takeNext)
	if n == 0 {
		return nil
	}
	n--
	gp := pp.Runq[(tail+n)%task.RunqSize]
	if n == 0 {
		return gp
	}
	head := atomic.LoadAcq(&pp.RunqHead)
	if tail-head+n >= task.RunqSize {
		throw("runqSteal: queue overflow")
	}
	atomic.StoreRel(&pp.RunqTail, tail+n)
	return gp
}

// stealWork visits all Ps in random order, four times; the last time it also
// takes what is about to run and runs due timers. again: a timer ran or the
// world stops. at: when the next timer seen is due.
func stealWork(pp *P, now int64) (gp *G, inherit, again bool, at int64) {
	ranTimer := false
	for round := 0; round < 4; round++ {
		last := round == 3
		n := uint32(nProcs)
		start := cheapRand()
		step := coprime(n, start)
		for i, k := uint32(0), start%n; i < n; i, k = i+1, (k+step)%n {
			if sched.gcWaiting.Load() {
				return nil, false, true, at
			}
			p2 := allp[k]
			if p2 == pp {
				continue
			}
			if last && timersOf(p2).len.Load() > 0 {
				tnow, when, ran := runTimersOf(p2, now)
				now = tnow
				if when != 0 && (at == 0 || when < at) {
					at = when
				}
				if ran {
					// What became ready is in our queue.
					if gp, inherit := runqGet(pp); gp != nil {
						return gp, inherit, ranTimer, at
					}
					ranTimer = true
				}
			}
			if atomic.Load(&p2.Status) == task.Pidle {
				continue
			}
			if gp := runqSteal(pp, p2, last); gp != nil {
				return gp, false, ranTimer, at
			}
		}
	}
	return nil, false, ranTimer, at
}

// coprime returns a step in [1, n] that shares no divisor with n, so that
// stepping by it visits every P once.
func coprime(n, seed uint32) uint32 {
	if n <= 2 {
		return 1
	}
	step := seed/n%(n-1) + 1
	for gcd(step, n) != 1 {
		step++
	}
	return step
}

func gcd(a, b uint32) uint32 {
	for b != 0 {
		a, b = b, a%b
	}
	return a
}

// idlePWithWork returns an idle P if some P has goroutines in its queue.
func idlePWithWork() *P {
	for i := int32(0); i < nProcs; i++ {
		if !runqEmpty(allp[i]) {
			task.Lock(&sched.lock)
			pp := getIdleP()
			if pp == nil {
				sched.needSpin.Store(1)
			}
			task.Unlock(&sched.lock)
			return pp
		}
	}
	if sched.runqLen != 0 {
		task.Lock(&sched.lock)
		pp := getIdleP()
		task.Unlock(&sched.lock)
		return pp
	}
	return nil
}

// casG compares and swaps a pointer to a G, which needs no write barrier.
func casG(p **G, old, new *G) bool {
	return atomic.Casp1((*unsafe.Pointer)(unsafe.Pointer(p)), unsafe.Pointer(old), unsafe.Pointer(new))
}
