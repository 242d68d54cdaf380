//go:build strata && !wasm

package sched

import (
	"internal/runtime/atomic"
	"runtime/internal/kernel"
	"runtime/internal/page"
	"runtime/internal/task"
	"unsafe"
)

// The network poller: edge-triggered epoll over everything that package
// internal/poll opens. A pollDesc is a file descriptor's state. rg and wg are
// binary semaphores for the one goroutine that may wait to read or to write:
// 0, pollReady, pollWait (about to park), or the parked G.
//
// Descriptors are never freed, only reused, and the epoll event carries their
// address tagged with fdseq, so that an event for an earlier use is recognised.
type pollDesc struct {
	link  *pollDesc
	fd    uintptr
	fdseq atomic.Uintptr
	info  atomic.Uint32 // what pollCheck needs, readable without the lock
	rg    atomic.Uintptr
	wg    atomic.Uintptr

	lock    task.Mutex
	closing bool
	rrun    bool // the timer rt is armed
	wrun    bool
	user    uint32
	rseq    uintptr // guards against stale timers
	wseq    uintptr
	rd, wd  int64 // deadlines; negative: expired
	rt, wt  Timer
}

const (
	pollReady = 1
	pollWait  = 2

	infoClosing  = 1
	infoEventErr = 2
	infoReadExp  = 4
	infoWriteExp = 8

	// Results of pollReset and pollWait.
	pollOK          = 0
	pollErrClosing  = 1
	pollErrTimeout  = 2
	pollNotPollable = 3

	tagBits = 3 // descriptors are 8-byte aligned; the high 16 bits are free too
)

var (
	pollLock    task.Mutex
	pollFree    *pollDesc
	pollStarted atomic.Uint32
	pollWaiters atomic.Uint32
	epfd        int32         = -1
	pollEventFD int32         = -1
	pollWaking  atomic.Uint32 // a byte is under way to pollEventFD
	pollEvents  [128]kernel.EpollEvent
	pollOneEv   kernel.EpollEvent // guarded by pollLock
	pollBuf     [8]byte
	pollOne     = [8]byte{1}
)

func pollInited() bool     { return pollStarted.Load() != 0 }
func pollAnyWaiters() bool { return pollWaiters.Load() > 0 }

//go:linkname poll_runtime_pollServerInit internal/poll.runtime_pollServerInit
func poll_runtime_pollServerInit() { pollInit() }

func pollInit() {
	if pollStarted.Load() != 0 {
		return
	}
	task.Lock(&pollLock)
	if pollStarted.Load() == 0 {
		epfd = kernel.EpollCreate(kernel.EpollCloexec)
		if epfd < 0 {
			throw("runtime: netpollinit failed")
		}
		pollEventFD = kernel.Eventfd(0, kernel.EfdCloexec|kernel.EfdNonblock)
		if pollEventFD < 0 {
			throw("runtime: eventfd failed")
		}
		pollOneEv.Events = kernel.EpollIn
		*(*uint64)(unsafe.Pointer(&pollOneEv.Data)) = 0
		kernel.EpollCtl(epfd, kernel.EpollCtlAdd, pollEventFD, &pollOneEv)
		pollStarted.Store(1)
	}
	task.Unlock(&pollLock)
}

// pollBreak makes the thread that blocks in the poller return.
func pollBreak() {
	if !pollInited() || !pollWaking.CompareAndSwap(0, 1) {
		return
	}
	for {
		n := kernel.Write(uintptr(pollEventFD), unsafe.Pointer(&pollOne), 8)
		if n == 8 || n == -kernel.EAGAIN {
			return
		}
		if n != -kernel.EINTR {
			throw("runtime: netpollBreak write failed")
		}
	}
}

// pollNetwork returns the goroutines, linked by SchedLink, that can go on. It
// blocks for up to delay nanoseconds; for ever if negative. Only one thread
// blocks in it, but others may call it with delay 0.
func pollNetwork(delay int64) *G {
	if epfd < 0 {
		return nil
	}
	var ms int32
	switch {
	case delay < 0:
		ms = -1
	case delay == 0:
		ms = 0
	case delay < 1e6:
		ms = 1
	case delay < 1e15:
		ms = int32(delay / 1e6)
	default:
		ms = 1e9
	}
	// Every thread needs its own buffer; pollEvents belongs to the blocking
	// one, whoever polls in passing takes a few at a time under the lock.
	if delay != 0 {
		return pollInto(&pollEvents[0], int32(len(pollEvents)), ms)
	}
	if !task.TryLock(&passingLock) {
		return nil
	}
	list := pollInto(&passingEvents[0], int32(len(passingEvents)), 0)
	task.Unlock(&passingLock)
	return list
}

var (
	passingLock   task.Mutex
	passingEvents [64]kernel.EpollEvent
)

func pollInto(buf *kernel.EpollEvent, size, ms int32) *G {
	var n int32
	for {
		n = kernel.EpollWait(epfd, buf, size, ms)
		if n >= 0 {
			break
		}
		if n != -kernel.EINTR {
			throw("runtime: netpoll failed")
		}
		if ms > 0 {
			return nil // let the caller recompute the delay
		}
	}
	var list *G
	for i := int32(0); i < n; i++ {
		ev := (*kernel.EpollEvent)(unsafe.Add(unsafe.Pointer(buf), uintptr(i)*unsafe.Sizeof(kernel.EpollEvent{})))
		if ev.Events == 0 {
			continue
		}
		data := *(*uint64)(unsafe.Pointer(&ev.Data))
		if data == 0 {
			if ms != 0 {
				// Only the blocking poller consumes the wakeup.
				kernel.Read(pollEventFD, unsafe.Pointer(&pollBuf), 8)
				pollWaking.Store(0)
			}
			continue
		}
		list = pollReadyList(list, data, ev.Events)
	}
	return list
}

// An event's data is the descriptor's address with the sequence number in the
// unused bits.
func pollTag(pd *pollDesc) uint64 {
	return uint64(uintptr(unsafe.Pointer(pd)))<<16 | uint64(pd.fdseq.Load()&(1<<(16+tagBits)-1))
}

func pollReadyList(list *G, data uint64, events uint32) *G {
	pd := (*pollDesc)(unsafe.Pointer(uintptr(data >> (16 + tagBits) << tagBits)))
	if pollTag(pd) != data {
		return list // of an earlier use of pd
	}
	pollSetErr(pd, events == kernel.EpollErr)
	if events&(kernel.EpollIn|kernel.EpollRdHup|kernel.EpollHup|kernel.EpollErr) != 0 {
		list = pushReady(list, pollUnblock(pd, 'r', true))
	}
	if events&(kernel.EpollOut|kernel.EpollHup|kernel.EpollErr) != 0 {
		list = pushReady(list, pollUnblock(pd, 'w', true))
	}
	return list
}

func pushReady(list, gp *G) *G {
	if gp == nil {
		return list
	}
	pollWaiters.Add(-1)
	gp.SchedLink = list
	return gp
}

func pollSetErr(pd *pollDesc, on bool) {
	for {
		old := pd.info.Load()
		want := old &^ infoEventErr
		if on {
			want |= infoEventErr
		}
		if old == want || pd.info.CompareAndSwap(old, want) {
			return
		}
	}
}

// publish copies the fields that pollCheck needs to info. The lock is held.
func (pd *pollDesc) publish() {
	var v uint32
	if pd.closing {
		v |= infoClosing
	}
	if pd.rd < 0 {
		v |= infoReadExp
	}
	if pd.wd < 0 {
		v |= infoWriteExp
	}
	for {
		old := pd.info.Load()
		if pd.info.CompareAndSwap(old, old&infoEventErr|v) {
			return
		}
	}
}

//go:linkname poll_runtime_pollOpen internal/poll.runtime_pollOpen
func poll_runtime_pollOpen(fd uintptr) (uintptr, int) {
	task.Lock(&pollLock)
	pd := pollFree
	if pd != nil {
		pollFree = pd.link
	} else {
		pd = (*pollDesc)(page.Persistent(unsafe.Sizeof(pollDesc{}), 64))
	}
	pd.fd = fd
	if pd.fdseq.Load() == 0 {
		pd.fdseq.Store(1)
	}
	pd.closing = false
	pd.rseq++
	pd.wseq++
	pd.rd, pd.wd = 0, 0
	pd.info.Store(0)
	pd.rg.Store(0)
	pd.wg.Store(0)
	// kernel.EpollEvent is read during the call only: one, under the lock, does.
	pollOneEv.Events = kernel.EpollIn | kernel.EpollOut | kernel.EpollRdHup | kernel.EpollET
	*(*uint64)(unsafe.Pointer(&pollOneEv.Data)) = pollTag(pd)
	r := kernel.EpollCtl(epfd, kernel.EpollCtlAdd, int32(fd), &pollOneEv)
	if r < 0 {
		pd.link = pollFree
		pollFree = pd
		task.Unlock(&pollLock)
		return 0, int(-r)
	}
	task.Unlock(&pollLock)
	return uintptr(unsafe.Pointer(pd)), 0
}

func descOf(ctx uintptr) *pollDesc { return (*pollDesc)(unsafe.Pointer(ctx)) }

//go:linkname poll_runtime_pollClose internal/poll.runtime_pollClose
func poll_runtime_pollClose(ctx uintptr) {
	pd := descOf(ctx)
	if !pd.closing {
		throw("runtime: close polldesc w/o unblock")
	}
	if wg := pd.wg.Load(); wg != 0 && wg != pollReady {
		throw("runtime: blocked write on closing polldesc")
	}
	if rg := pd.rg.Load(); rg != 0 && rg != pollReady {
		throw("runtime: blocked read on closing polldesc")
	}
	task.Lock(&pollLock)
	kernel.EpollCtl(epfd, kernel.EpollCtlDel, int32(pd.fd), &pollOneEv)
	pd.fdseq.Store(pd.fdseq.Load() + 1)
	pd.link = pollFree
	pollFree = pd
	task.Unlock(&pollLock)
}

func pollCheck(pd *pollDesc, mode int) int {
	info := pd.info.Load()
	switch {
	case info&infoClosing != 0:
		return pollErrClosing
	case mode == 'r' && info&infoReadExp != 0 || mode == 'w' && info&infoWriteExp != 0:
		return pollErrTimeout
	case mode == 'r' && info&infoEventErr != 0:
		return pollNotPollable
	}
	return pollOK
}

//go:linkname poll_runtime_pollReset internal/poll.runtime_pollReset
func poll_runtime_pollReset(ctx uintptr, mode int) int {
	pd := descOf(ctx)
	if e := pollCheck(pd, mode); e != pollOK {
		return e
	}
	pd.sem(mode).Store(0)
	return pollOK
}

//go:linkname poll_runtime_pollWait internal/poll.runtime_pollWait
func poll_runtime_pollWait(ctx uintptr, mode int) int {
	pd := descOf(ctx)
	if e := pollCheck(pd, mode); e != pollOK {
		return e
	}
	for !pollBlock(pd, mode, false) {
		if e := pollCheck(pd, mode); e != pollOK {
			return e
		}
		// A deadline fired but was moved before we ran: wait again.
	}
	return pollOK
}

//go:linkname poll_runtime_pollWaitCanceled internal/poll.runtime_pollWaitCanceled
func poll_runtime_pollWaitCanceled(ctx uintptr, mode int) {
	for !pollBlock(descOf(ctx), mode, true) {
	}
}

func (pd *pollDesc) sem(mode int) *atomic.Uintptr {
	if mode == 'w' {
		return &pd.wg
	}
	return &pd.rg
}

// pollBlock waits for I/O; it returns false on a deadline or close. With wait
// it ignores errors.
func pollBlock(pd *pollDesc, mode int, wait bool) bool {
	sem := pd.sem(mode)
	for {
		if sem.CompareAndSwap(pollReady, 0) {
			return true
		}
		if sem.CompareAndSwap(0, pollWait) {
			break
		}
		if v := sem.Load(); v != pollReady && v != 0 {
			throw("runtime: double wait")
		}
	}
	// Check the error only now: those who set it look at the semaphore after.
	if wait || pollCheck(pd, mode) == pollOK {
		Park(pollCommit, unsafe.Pointer(sem), WaitIOWait)
	}
	old := sem.Swap(0)
	if old > pollWait {
		throw("runtime: corrupted polldesc")
	}
	return old == pollReady
}

func pollCommit(gp *G, sem unsafe.Pointer) bool {
	if !(*atomic.Uintptr)(sem).CompareAndSwap(pollWait, uintptr(unsafe.Pointer(gp))) {
		return false
	}
	// The scheduler decides by this whether to block in the poller.
	pollWaiters.Add(1)
	return true
}

// pollUnblock makes the semaphore ready (or, without I/O, only wakes a waiter)
// and returns the goroutine that waited.
func pollUnblock(pd *pollDesc, mode int, ioReady bool) *G {
	sem := pd.sem(mode)
	for {
		old := sem.Load()
		if old == pollReady || old == 0 && !ioReady {
			return nil
		}
		var next uintptr
		if ioReady {
			next = pollReady
		}
		if sem.CompareAndSwap(old, next) {
			if old == pollWait {
				old = 0
			}
			return (*G)(unsafe.Pointer(old))
		}
	}
}

//go:linkname poll_runtime_pollUnblock internal/poll.runtime_pollUnblock
func poll_runtime_pollUnblock(ctx uintptr) {
	pd := descOf(ctx)
	task.Lock(&pd.lock)
	if pd.closing {
		throw("runtime: unblock on closing polldesc")
	}
	pd.closing = true
	pd.rseq++
	pd.wseq++
	pd.publish()
	rg := pollUnblock(pd, 'r', false)
	wg := pollUnblock(pd, 'w', false)
	rrun, wrun := pd.rrun, pd.wrun
	pd.rrun, pd.wrun = false, false
	task.Unlock(&pd.lock)
	if rrun {
		pd.rt.Stop()
	}
	if wrun {
		pd.wt.Stop()
	}
	pollGoReady(rg)
	pollGoReady(wg)
}

func pollGoReady(gp *G) {
	if gp != nil {
		pollWaiters.Add(-1)
		Ready(gp)
	}
}

// pollSetDeadline: d is relative, 0 means none, negative means expired.
//
//go:linkname poll_runtime_pollSetDeadline internal/poll.runtime_pollSetDeadline
func poll_runtime_pollSetDeadline(ctx uintptr, d int64, mode int) {
	pd := descOf(ctx)
	task.Lock(&pd.lock)
	if pd.closing {
		task.Unlock(&pd.lock)
		return
	}
	if d > 0 {
		d += task.Nanotime()
		if d <= 0 {
			d = 1<<63 - 1
		}
	}
	doRead := mode == 'r' || mode == 'r'+'w'
	doWrite := mode == 'w' || mode == 'r'+'w'
	if doRead {
		pd.rd = d
		pd.rseq++
		pd.rrun = d > 0
	}
	if doWrite {
		pd.wd = d
		pd.wseq++
		pd.wrun = d > 0
	}
	pd.publish()
	rseq, wseq := pd.rseq, pd.wseq
	// If a deadline has passed, wake whoever waits.
	var rg, wg *G
	if doRead && d < 0 {
		rg = pollUnblock(pd, 'r', false)
	}
	if doWrite && d < 0 {
		wg = pollUnblock(pd, 'w', false)
	}
	task.Unlock(&pd.lock)
	if doRead {
		pollArm(&pd.rt, d, pollReadExpired, pd, rseq)
	}
	if doWrite {
		pollArm(&pd.wt, d, pollWriteExpired, pd, wseq)
	}
	pollGoReady(rg)
	pollGoReady(wg)
}

func pollArm(t *Timer, d int64, f func(any, uintptr, int64), pd *pollDesc, seq uintptr) {
	if d > 0 {
		t.Modify(d, 0, f, pd, seq)
	} else {
		t.Stop()
	}
}

func pollReadExpired(arg any, seq uintptr, delta int64)  { pollExpired(arg.(*pollDesc), seq, true) }
func pollWriteExpired(arg any, seq uintptr, delta int64) { pollExpired(arg.(*pollDesc), seq, false) }

func pollExpired(pd *pollDesc, seq uintptr, read bool) {
	task.Lock(&pd.lock)
	cur := pd.wseq
	if read {
		cur = pd.rseq
	}
	if seq != cur {
		task.Unlock(&pd.lock) // stale
		return
	}
	mode := 'w'
	if read {
		mode = 'r'
		pd.rd = -1
		pd.rrun = false
	} else {
		pd.wd = -1
		pd.wrun = false
	}
	pd.publish()
	gp := pollUnblock(pd, int(mode), false)
	task.Unlock(&pd.lock)
	pollGoReady(gp)
}

//go:linkname poll_runtime_isPollServerDescriptor internal/poll.runtime_isPollServerDescriptor
func poll_runtime_isPollServerDescriptor(fd uintptr) bool {
	return int32(fd) == epfd || int32(fd) == pollEventFD
}

//go:linkname poll_runtimeNano internal/poll.runtimeNano
func poll_runtimeNano() int64 { return task.Nanotime() }
