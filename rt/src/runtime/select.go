//go:build strata

package runtime

import (
	"runtime/internal/lang"
	"runtime/internal/race"
	"runtime/internal/sched"
	"runtime/internal/task"
	"unsafe"
)

// A scase is one case of a select, as compiled code lays it out: the cases that
// send come first.
type scase struct {
	c    *hchan
	elem unsafe.Pointer
}

// selectgo runs a select over the nsends+nrecvs cases at cases; order has room for
// twice as many indices. It returns the chosen case, or -1 if none was ready and
// block is false, and whether a value was received.
//
// It locks all channels, in order of address so that two selects do not wait for
// each other, looks at the cases in random order, and, if none is ready, joins
// the queues of all channels and parks. SelectDone decides which of several
// wakers wins.
func selectgo(cases *scase, order *uint16, pcs *uintptr, nsends, nrecvs int, block bool) (int, bool) {
	gp := getg()
	n := nsends + nrecvs
	cs := unsafe.Slice(cases, n)
	poll := unsafe.Slice(order, n)
	locks := unsafe.Slice((*uint16)(unsafe.Add(unsafe.Pointer(order), 2*n)), n)
	live := shuffle(cs, poll)
	poll, locks = poll[:live], locks[:live]
	sortByChan(cs, poll, locks)
	start := blockStart()
	if race.Enabled {
		raceSelect(cs, poll, nsends)
	}
	lockCases(cs, locks)

	if chosen, received, done := selectReady(gp, cs, poll, locks, nsends); done {
		if race.Enabled {
			raceChosen(cs, chosen, nsends)
		}
		return chosen, received
	}
	if !block {
		unlockCases(cs, locks)
		return -1, false
	}

	durable := enqueueCases(gp, cs, locks, nsends)
	gp.Param = nil
	gp.SelectDone = 0
	why := sched.WaitSelect
	if gp.Bubble != nil && durable {
		why = sched.WaitSynctestSelect
	}
	gp.ParkingOnChan = 1
	sched.Park(selectCommit, nil, why)
	gp.ActiveStackChans = false

	lockCases(cs, locks)
	gp.SelectDone = 0
	winner := (*task.Sudog)(gp.Param)
	gp.Param = nil
	chosen, success := leaveQueues(gp, cs, locks, nsends, winner)
	unlockCases(cs, locks)
	blockEnd(start)
	if chosen < 0 {
		throw("selectgo: bad wakeup")
	}
	if race.Enabled {
		raceChosen(cs, chosen, nsends)
	}
	if chosen < nsends {
		if !success {
			panic(newPlainError("send on closed channel"))
		}
		return chosen, false
	}
	return chosen, success
}

// shuffle fills poll with the indices of the cases whose channel is not nil, in
// random order, and returns their number.
func shuffle(cs []scase, poll []uint16) int {
	n := 0
	for i := range cs {
		c := cs[i].c
		if c == nil {
			cs[i].elem = nil // nothing will be sent
			continue
		}
		if c.bubble != nil && getg().Bubble != c.bubble {
			fatal("select on synctest channel from outside bubble")
		}
		if c.timer != nil {
			c.timer.MaybeRun()
		}
		j := int(sched.CheapRandN(uint32(n + 1)))
		poll[n] = poll[j]
		poll[j] = uint16(i)
		n++
	}
	return n
}

// sortByChan is heap sort: no recursion, no allocation.
func sortByChan(cs []scase, poll, locks []uint16) {
	for i := range locks {
		j := i
		x := poll[i]
		for j > 0 && cs[locks[(j-1)/2]].addr() < cs[x].addr() {
			k := (j - 1) / 2
			locks[j] = locks[k]
			j = k
		}
		locks[j] = x
	}
	for i := len(locks) - 1; i >= 0; i-- {
		x := locks[i]
		locks[i] = locks[0]
		j := 0
		for {
			k := j*2 + 1
			if k >= i {
				break
			}
			if k+1 < i && cs[locks[k]].addr() < cs[locks[k+1]].addr() {
				k++
			}
			if cs[x].addr() >= cs[locks[k]].addr() {
				break
			}
			locks[j] = locks[k]
			j = k
		}
		locks[j] = x
	}
}

func (s scase) addr() uintptr { return uintptr(unsafe.Pointer(s.c)) }

func lockCases(cs []scase, locks []uint16) {
	var last *hchan
	for _, i := range locks {
		if c := cs[i].c; c != last {
			last = c
			task.Lock(&c.lock)
		}
	}
}

// unlockCases must not touch cs after the last unlock: a waker may then run the
// goroutine, whose stack it is. The order is reversed so that the first of equal
// channels is the one that is unlocked.
func unlockCases(cs []scase, locks []uint16) {
	for i := len(locks) - 1; i >= 0; i-- {
		c := cs[locks[i]].c
		if i > 0 && c == cs[locks[i-1]].c {
			continue
		}
		task.Unlock(&c.lock)
	}
}

// selectReady carries out the first case in poll order that need not wait. All
// channels are locked; if it is done, none is.
func selectReady(gp *task.G, cs []scase, poll, locks []uint16, nsends int) (int, bool, bool) {
	for _, p := range poll {
		i := int(p)
		c, ep := cs[i].c, cs[i].elem
		if i >= nsends {
			if s := c.sendq.dequeue(); s != nil {
				c.drain(s, ep)
				unlockCases(cs, locks)
				sched.Ready(s.G)
				return i, true, true
			}
			if c.count > 0 {
				c.popBuffer(ep)
				unlockCases(cs, locks)
				return i, true, true
			}
			if c.closed != 0 {
				if race.Enabled {
					race.Acquire(race.Of(getg()), c.raceAddr())
				}
				unlockCases(cs, locks)
				if ep != nil {
					lang.TypedClear(c.elem, ep)
				}
				return i, false, true
			}
			continue
		}
		if c.closed != 0 {
			unlockCases(cs, locks)
			panic(newPlainError("send on closed channel"))
		}
		if s := c.recvq.dequeue(); s != nil {
			c.fill(s, ep)
			unlockCases(cs, locks)
			sched.Ready(s.G)
			return i, false, true
		}
		if c.count < c.size {
			if race.Enabled {
				raceSlot(c, c.sendx, gp)
			}
			lang.TypedMove(c.elem, c.slot(c.sendx), ep)
			c.sendx++
			if c.sendx == c.size {
				c.sendx = 0
			}
			c.count++
			unlockCases(cs, locks)
			return i, false, true
		}
	}
	return -1, false, false
}

// enqueueCases puts the goroutine into all queues, its Sudogs in lock order on
// gp.Waiting. It reports whether all channels belong to the bubble.
func enqueueCases(gp *task.G, cs []scase, locks []uint16, nsends int) bool {
	if gp.Waiting != nil {
		throw("gp.waiting != nil")
	}
	durable := true
	var last *task.Sudog
	for _, i := range locks {
		c := cs[i].c
		if !c.synctest {
			durable = false
		}
		s := sched.AcquireSudog()
		s.G = gp
		s.IsSelect = true
		s.Elem = cs[i].elem
		s.ReleaseTime = 0
		s.C = unsafe.Pointer(c)
		s.WaitLink = nil
		if last == nil {
			gp.Waiting = s
		} else {
			last.WaitLink = s
		}
		last = s
		if int(i) < nsends {
			c.sendq.enqueue(s)
		} else {
			c.recvq.enqueue(s)
		}
		if c.timer != nil {
			c.timer.BlockOn()
		}
	}
	return durable
}

// leaveQueues removes the goroutine from the queues it was not woken through.
// It returns the winner's case and success.
func leaveQueues(gp *task.G, cs []scase, locks []uint16, nsends int, winner *task.Sudog) (int, bool) {
	chosen, success := -1, false
	list := gp.Waiting
	// No pointer to a stack slot may stay in a Sudog that goes back to the pool.
	for s := list; s != nil; s = s.WaitLink {
		s.IsSelect = false
		s.Elem = nil
	}
	gp.Waiting = nil
	for _, p := range locks {
		i := int(p)
		c := cs[i].c
		if c.timer != nil {
			c.timer.UnblockFrom()
		}
		s := list
		if s == winner {
			chosen, success = i, s.Success
		} else if i < nsends {
			c.sendq.remove(s)
		} else {
			c.recvq.remove(s)
		}
		list = s.WaitLink
		s.WaitLink = nil
		s.C = nil
		sched.ReleaseSudog(s)
	}
	return chosen, success
}

// selectCommit unlocks the channels that gp waits on, which stand in lock order
// in gp.Waiting. After the last unlock gp may run and the list be gone.
func selectCommit(gp *task.G, _ unsafe.Pointer) bool {
	gp.ActiveStackChans = true
	gp.ParkingOnChan = 0
	var last *hchan
	for s := gp.Waiting; s != nil; s = s.WaitLink {
		if c := (*hchan)(s.C); c != last && last != nil {
			task.Unlock(&last.lock)
		}
		last = (*hchan)(s.C)
	}
	if last != nil {
		task.Unlock(&last.lock)
	}
	return true
}

// selectsetpc is for the race detector only.
func selectsetpc(pc *uintptr) {}

// runtimeSelect is reflect's description of a case.
type runtimeSelect struct {
	dir uint // 1 send, 2 receive, 3 default
	typ unsafe.Pointer
	ch  *hchan
	val unsafe.Pointer
}

//go:linkname reflect_rselect reflect.rselect
func reflect_rselect(in []runtimeSelect) (int, bool) {
	if len(in) == 0 {
		sched.Block()
	}
	sel := make([]scase, len(in))
	orig := make([]int, len(in))
	nsends, nrecvs, dflt := 0, 0, -1
	for i := range in {
		switch in[i].dir {
		case 3:
			dflt = i
			continue
		case 1:
			sel[nsends] = scase{in[i].ch, in[i].val}
			orig[nsends] = i
			nsends++
		case 2:
			nrecvs++
			j := len(in) - nrecvs
			sel[j] = scase{in[i].ch, in[i].val}
			orig[j] = i
		}
	}
	if nsends+nrecvs == 0 {
		return dflt, false
	}
	// Close the gap that the default case leaves.
	if nsends+nrecvs < len(in) {
		copy(sel[nsends:], sel[len(in)-nrecvs:])
		copy(orig[nsends:], orig[len(in)-nrecvs:])
	}
	order := make([]uint16, 2*(nsends+nrecvs))
	chosen, received := selectgo(&sel[0], &order[0], nil, nsends, nrecvs, dflt == -1)
	if chosen < 0 {
		return dflt, received
	}
	return orig[chosen], received
}
