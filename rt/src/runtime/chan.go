//go:build strata

package runtime

import (
	"internal/abi"
	"internal/runtime/atomic"
	"internal/runtime/math"
	"runtime/internal/gc"
	"runtime/internal/heap"
	"runtime/internal/lang"
	"runtime/internal/race"
	"runtime/internal/sched"
	"runtime/internal/task"
	"unsafe"
)

// A channel: a ring buffer and two queues of waiting goroutines. At least one
// of the queues is empty, except that a goroutine may stand in both through one
// select. Of a buffered channel, a waiting receiver means that the buffer is empty,
// a waiting sender that it is full.
//
// The lock guards all fields, and some of the Sudogs in the queues. Do not
// make another goroutine ready while changing the status of this one (in
// particular, while parking) with the lock held.
type hchan struct {
	count    uint // values in the buffer: what len reads
	size     uint // of the buffer, in values: what cap reads
	buf      unsafe.Pointer
	elemSize uint16
	synctest bool // made in a bubble: blocking on it is durable
	closed   uint32
	timer    *sched.Timer // feeds this channel
	elem     *abi.Type
	sendx    uint
	recvx    uint
	recvq    waitq
	sendq    waitq
	bubble   unsafe.Pointer
	lock     task.Mutex
}

type waitq struct {
	first, last *task.Sudog
}

const hchanSize = (unsafe.Sizeof(hchan{}) + 7) &^ 7

// maxChan bounds the size of a buffer: addresses have 47 bits.
const maxChan = 1<<47 - hchanSize

func (q *waitq) enqueue(s *task.Sudog) {
	s.Next = nil
	s.Prev = q.last
	if q.last == nil {
		q.first = s
	} else {
		q.last.Next = s
	}
	q.last = s
}

// dequeue takes the first waiter that can be woken: one that waits in a select
// may have been won by another case already.
func (q *waitq) dequeue() *task.Sudog {
	for {
		s := q.first
		if s == nil {
			return nil
		}
		q.remove(s)
		if s.IsSelect && !atomic.Cas(&s.G.SelectDone, 0, 1) {
			continue
		}
		return s
	}
}

// remove takes s out, if it is still in.
func (q *waitq) remove(s *task.Sudog) {
	switch {
	case s.Prev != nil:
		s.Prev.Next = s.Next
	case q.first == s:
		q.first = s.Next
	default:
		return
	}
	if s.Next != nil {
		s.Next.Prev = s.Prev
	} else {
		q.last = s.Prev
	}
	s.Next = nil
	s.Prev = nil
}

func makechan64(t *abi.ChanType, size int64) *hchan { return makechan(t, int(size)) }

//go:linkname reflect_makechan reflect.makechan
func reflect_makechan(t *abi.ChanType, size int) *hchan { return makechan(t, size) }

func makechan(t *abi.ChanType, size int) *hchan {
	elem := t.Elem
	mem, overflow := math.MulUintptr(elem.Size_, uintptr(size))
	if overflow || mem > maxChan || size < 0 {
		panic(newPlainError("makechan: size out of range"))
	}
	var c *hchan
	if mem > 0 && elem.PtrBytes == 0 {
		c = (*hchan)(heap.MallocHeader(abi.TypeFor[hchan](), mem))
	}
	switch {
	case c != nil:
		c.buf = unsafe.Add(unsafe.Pointer(c), hchanSize)
	case mem > 0:
		c = new(hchan)
		c.buf = heap.Malloc(mem, elem, true)
	default:
		c = new(hchan)
		c.buf = unsafe.Pointer(&c.buf)
	}
	c.elemSize = uint16(elem.Size_)
	c.elem = elem
	c.size = uint(size)
	if b := getg().Bubble; b != nil {
		c.bubble = b
		c.synctest = true
	}
	return c
}

func (c *hchan) slot(i uint) unsafe.Pointer {
	return unsafe.Add(c.buf, uintptr(i)*uintptr(c.elemSize))
}

// wouldBlock looks without the lock whether an operation would block. A send
// can become possible at any time, so one moment at which it was not is enough.
func (c *hchan) full() bool {
	if c.size == 0 {
		return c.recvq.first == nil
	}
	return c.count == c.size
}

func (c *hchan) empty() bool {
	if c.size == 0 {
		return atomic.Loadp(unsafe.Pointer(&c.sendq.first)) == nil
	}
	if c.timer != nil {
		c.timer.MaybeRun()
	}
	return atomic.Loaduint(&c.count) == 0
}

func chansend1(c *hchan, elem unsafe.Pointer) { chansend(c, elem, true) }

// chansend sends *ep. If it would block and block is false, it returns false.
func chansend(c *hchan, ep unsafe.Pointer, block bool) bool {
	if c == nil {
		if !block {
			return false
		}
		sched.Park(nil, nil, sched.WaitChanSendNil)
		throw("unreachable")
	}
	if c.bubble != nil && getg().Bubble != c.bubble {
		fatal("send on synctest channel from outside bubble")
	}
	if race.Enabled {
		raceSending(c, ep)
	}
	if !block && c.closed == 0 && c.full() {
		return false
	}
	start := blockStart()
	task.Lock(&c.lock)
	if c.closed != 0 {
		task.Unlock(&c.lock)
		panic(newPlainError("send on closed channel"))
	}
	if s := c.recvq.dequeue(); s != nil {
		c.handTo(s, ep)
		return true
	}
	if c.count < c.size {
		if race.Enabled {
			raceSlot(c, c.sendx, getg())
		}
		lang.TypedMove(c.elem, c.slot(c.sendx), ep)
		c.sendx++
		if c.sendx == c.size {
			c.sendx = 0
		}
		c.count++
		task.Unlock(&c.lock)
		return true
	}
	if !block {
		task.Unlock(&c.lock)
		return false
	}
	gp := getg()
	s := waiter(gp, c, ep)
	c.sendq.enqueue(s)
	why := sched.WaitChanSend
	if c.synctest {
		why = sched.WaitSynctestChanSend
	}
	atomic.Store(&gp.ParkingOnChan, 1)
	sched.Park(chanCommit, unsafe.Pointer(&c.lock), why)
	// The value must live until the receiver has copied it.
	KeepAlive(ep)
	if s != gp.Waiting {
		throw("G waiting list is corrupted")
	}
	gp.Waiting = nil
	gp.ActiveStackChans = false
	closed := !s.Success
	gp.Param = nil
	blockEnd(start)
	s.C = nil
	s.Elem = nil
	sched.ReleaseSudog(s)
	if closed {
		if c.closed == 0 {
			throw("chansend: spurious wakeup")
		}
		panic(newPlainError("send on closed channel"))
	}
	return true
}

// waiter returns a Sudog for gp to wait on c with element ep.
func waiter(gp *task.G, c *hchan, ep unsafe.Pointer) *task.Sudog {
	s := sched.AcquireSudog()
	s.ReleaseTime = 0
	s.Elem = ep
	s.WaitLink = nil
	s.G = gp
	s.IsSelect = false
	s.C = unsafe.Pointer(c)
	gp.Waiting = s
	gp.Param = nil
	return s
}

// chanCommit releases l when gp waits. Between these two moments, while ParkingOnChan is set,
// its stack must not be shrunk, since others cannot yet be kept from its Sudogs.
func chanCommit(gp *task.G, l unsafe.Pointer) bool {
	// From here on others write to our stack, and whoever copies it must lock
	// the channels. This must be seen before ParkingOnChan is cleared.
	gp.ActiveStackChans = true
	atomic.Store(&gp.ParkingOnChan, 0)
	task.Unlock((*task.Mutex)(l))
	return true
}

// handTo gives *ep to the waiting receiver s, and unlocks c.
func (c *hchan) handTo(s *task.Sudog, ep unsafe.Pointer) {
	c.fill(s, ep)
	gp := s.G
	task.Unlock(&c.lock)
	sched.Ready(gp)
}

// fill gives *ep to the waiting receiver s. Until its goroutine is made ready, it stays parked.
func (c *hchan) fill(s *task.Sudog, ep unsafe.Pointer) {
	if race.Enabled {
		raceMeet(c, s)
	}
	if s.Elem != nil {
		sendDirect(c.elem, s, ep)
		s.Elem = nil
	}
	s.G.Param = unsafe.Pointer(s)
	s.Success = true
}

// sendDirect and recvDirect copy between the stacks of two goroutines. The other
// stack cannot move while the channel is locked; writes to stacks
// need a barrier here since its goroutine may have been scanned already.
func sendDirect(t *abi.Type, s *task.Sudog, src unsafe.Pointer) {
	dst := s.Elem
	if gc.BarrierOn() && t.Pointers() {
		gc.BulkBarrier(dst, src, t.PtrBytes)
	}
	task.Memmove(dst, src, t.Size_)
}

func recvDirect(t *abi.Type, s *task.Sudog, dst unsafe.Pointer) {
	src := s.Elem
	if gc.BarrierOn() && t.Pointers() {
		gc.BulkBarrier(dst, src, t.PtrBytes)
	}
	task.Memmove(dst, src, t.Size_)
}

func closechan(c *hchan) {
	if c == nil {
		panic(newPlainError("close of nil channel"))
	}
	if c.bubble != nil && getg().Bubble != c.bubble {
		fatal("close of synctest channel from outside bubble")
	}
	task.Lock(&c.lock)
	if c.closed != 0 {
		task.Unlock(&c.lock)
		panic(newPlainError("close of closed channel"))
	}
	if race.Enabled {
		raceClosing(c)
	}
	c.closed = 1
	// Readying needs the lock released: collect the goroutines first.
	var list *task.G
	for s := c.recvq.dequeue(); s != nil; s = c.recvq.dequeue() {
		if s.Elem != nil {
			lang.TypedClear(c.elem, s.Elem)
			s.Elem = nil
		}
		list = prepareWake(s, list)
	}
	for s := c.sendq.dequeue(); s != nil; s = c.sendq.dequeue() {
		s.Elem = nil
		list = prepareWake(s, list)
	}
	task.Unlock(&c.lock)
	for list != nil {
		gp := list
		list = gp.SchedLink
		gp.SchedLink = nil
		sched.Ready(gp)
	}
}

func prepareWake(s *task.Sudog, list *task.G) *task.G {
	gp := s.G
	if race.Enabled {
		race.Acquire(race.Of(gp), (*hchan)(s.C).raceAddr())
	}
	gp.Param = unsafe.Pointer(s)
	s.Success = false
	gp.SchedLink = list
	return gp
}

func chanrecv1(c *hchan, elem unsafe.Pointer) { chanrecv(c, elem, true) }

func chanrecv2(c *hchan, elem unsafe.Pointer) bool {
	_, received := chanrecv(c, elem, true)
	return received
}

// chanrecv receives into *ep, unless that is nil. selected is false if it would
// block and block is false; received is false if c is closed and empty.
func chanrecv(c *hchan, ep unsafe.Pointer, block bool) (selected, received bool) {
	if c == nil {
		if !block {
			return false, false
		}
		sched.Park(nil, nil, sched.WaitChanReceiveNil)
		throw("unreachable")
	}
	if c.bubble != nil && getg().Bubble != c.bubble {
		fatal("receive on synctest channel from outside bubble")
	}
	if race.Enabled && ep != nil {
		raceElement(c, ep, race.Write)
	}
	if c.timer != nil {
		c.timer.MaybeRun()
	}
	if !block && c.empty() {
		// Open now and empty before means: empty and open at one moment.
		if atomic.Load(&c.closed) == 0 {
			return false, false
		}
		// Closed for good: values may have come in between, look again.
		if c.empty() {
			if race.Enabled {
				race.Acquire(race.Of(getg()), c.raceAddr())
			}
			if ep != nil {
				lang.TypedClear(c.elem, ep)
			}
			return true, false
		}
	}
	start := blockStart()
	task.Lock(&c.lock)
	if c.closed != 0 && c.count == 0 {
		if race.Enabled {
			race.Acquire(race.Of(getg()), c.raceAddr())
		}
		task.Unlock(&c.lock)
		if ep != nil {
			lang.TypedClear(c.elem, ep)
		}
		return true, false
	}
	if c.closed == 0 {
		if s := c.sendq.dequeue(); s != nil {
			c.takeFrom(s, ep)
			return true, true
		}
	}
	if c.count > 0 {
		c.popBuffer(ep)
		task.Unlock(&c.lock)
		return true, true
	}
	if !block {
		task.Unlock(&c.lock)
		return false, false
	}
	gp := getg()
	s := waiter(gp, c, ep)
	c.recvq.enqueue(s)
	if c.timer != nil {
		c.timer.BlockOn()
	}
	why := sched.WaitChanReceive
	if c.synctest {
		why = sched.WaitSynctestChanReceive
	}
	atomic.Store(&gp.ParkingOnChan, 1)
	sched.Park(chanCommit, unsafe.Pointer(&c.lock), why)
	if s != gp.Waiting {
		throw("G waiting list is corrupted")
	}
	if c.timer != nil {
		c.timer.UnblockFrom()
	}
	gp.Waiting = nil
	gp.ActiveStackChans = false
	success := s.Success
	gp.Param = nil
	blockEnd(start)
	s.C = nil
	s.Elem = nil
	sched.ReleaseSudog(s)
	return true, success
}

// popBuffer moves the oldest buffered value to *ep.
func (c *hchan) popBuffer(ep unsafe.Pointer) {
	if race.Enabled {
		raceSlot(c, c.recvx, getg())
	}
	slot := c.slot(c.recvx)
	if ep != nil {
		lang.TypedMove(c.elem, ep, slot)
	}
	lang.TypedClear(c.elem, slot)
	c.recvx++
	if c.recvx == c.size {
		c.recvx = 0
	}
	c.count--
}

// takeFrom receives while the sender s waits, and unlocks c.
func (c *hchan) takeFrom(s *task.Sudog, ep unsafe.Pointer) {
	c.drain(s, ep)
	gp := s.G
	task.Unlock(&c.lock)
	sched.Ready(gp)
}

// drain receives from the waiting sender s: from s itself if there is no buffer; else the oldest value, and s's
// value fills the slot. Until its goroutine is made ready, it stays parked.
func (c *hchan) drain(s *task.Sudog, ep unsafe.Pointer) {
	if race.Enabled {
		raceMeet(c, s)
	}
	if c.size == 0 {
		if ep != nil {
			recvDirect(c.elem, s, ep)
		}
	} else {
		slot := c.slot(c.recvx)
		if ep != nil {
			lang.TypedMove(c.elem, ep, slot)
		}
		lang.TypedMove(c.elem, slot, s.Elem)
		c.recvx++
		if c.recvx == c.size {
			c.recvx = 0
		}
		c.sendx = c.recvx
	}
	s.Elem = nil
	s.G.Param = unsafe.Pointer(s)
	s.Success = true
}

// blockStart and blockEnd time an operation for the profile of blocking.
func blockStart() int64 {
	if sched.BlockRate > 0 {
		return task.CPUTicks()
	}
	return 0
}

func blockEnd(start int64) {
	if start > 0 && sched.BlockEvent != nil {
		sched.BlockEvent(task.CPUTicks()-start, 0)
	}
}

func selectnbsend(c *hchan, elem unsafe.Pointer) bool { return chansend(c, elem, false) }

func selectnbrecv(elem unsafe.Pointer, c *hchan) (selected, received bool) {
	return chanrecv(c, elem, false)
}

// A timer's channel holds one value but must look unbuffered, so that code
// which peeks at it cannot tell a stale value.

func chanlen(c *hchan) int {
	if c == nil || c.timer != nil {
		return 0
	}
	return int(c.count)
}

func chancap(c *hchan) int {
	if c == nil || c.timer != nil {
		return 0
	}
	return int(c.size)
}

//go:linkname reflect_chanlen reflect.chanlen
func reflect_chanlen(c *hchan) int { return chanlen(c) }

//go:linkname reflectlite_chanlen internal/reflectlite.chanlen
func reflectlite_chanlen(c *hchan) int { return chanlen(c) }

//go:linkname reflect_chancap reflect.chancap
func reflect_chancap(c *hchan) int { return chancap(c) }

//go:linkname reflect_chansend reflect.chansend0
func reflect_chansend(c *hchan, elem unsafe.Pointer, nb bool) bool { return chansend(c, elem, !nb) }

//go:linkname reflect_chanrecv reflect.chanrecv
func reflect_chanrecv(c *hchan, nb bool, elem unsafe.Pointer) (selected, received bool) {
	return chanrecv(c, elem, !nb)
}

//go:linkname reflect_chanclose reflect.chanclose
func reflect_chanclose(c *hchan) { closechan(c) }

// setChanTimer makes t the timer of the channel p.
func setChanTimer(p unsafe.Pointer, t *sched.Timer) { (*hchan)(p).timer = t }

// drainChan empties the buffer of a timer's channel; it reports whether there
// was a value.
func drainChan(p unsafe.Pointer) bool {
	c := (*hchan)(p)
	if atomic.Loaduint(&c.count) == 0 {
		return false
	}
	any := false
	task.Lock(&c.lock)
	for c.count > 0 {
		c.popBuffer(nil)
		any = true
	}
	task.Unlock(&c.lock)
	return any
}

// lockChan and unlockChan keep others from the Sudogs of a stack that moves.
// On the system stack only.
func lockChan(p unsafe.Pointer)   { task.Lock(&(*hchan)(p).lock) }
func unlockChan(p unsafe.Pointer) { task.Unlock(&(*hchan)(p).lock) }
