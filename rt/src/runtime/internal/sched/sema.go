//go:build strata

package sched

import (
	"internal/runtime/atomic"
	"runtime/internal/task"
	"unsafe"
)

// Semaphores: a goroutine sleeps until a word is positive and decrements it.
// Waiters hang on one of semTable's roots, chosen by address. A root has a list
// of addresses (Next, Prev); the first waiter of an address stands in it and
// heads the queue of the others (WaitLink, with the last one in WaitTail).

const semTableSize = 251

type semRoot struct {
	lock    task.Mutex
	first   *Sudog
	waiters atomic.Uint32 // read without the lock
	_       [40]byte      // a cache line of its own
}

var semTable [semTableSize]semRoot

func semRootOf(addr *uint32) *semRoot {
	return &semTable[uintptr(unsafe.Pointer(addr))>>3%semTableSize]
}

func canAcquire(addr *uint32) bool {
	for {
		v := atomic.Load(addr)
		if v == 0 {
			return false
		}
		if atomic.Cas(addr, v, v-1) {
			return true
		}
	}
}

// BlockEvent, when set, is told how long a goroutine waited, and MutexEvent how
// long one was made to wait, for the profiles of blocking and of mutexes; skip of the
// frames outside the runtime are left out. Rates of 0 switch them off.
var (
	BlockEvent  func(cycles int64, skip int)
	MutexEvent  func(cycles int64, skip int)
	BlockRate   uint64
	MutexRate   uint64
	MutexWaitNS atomic.Int64 // total time goroutines waited for mutexes
)

// noProfile as skip keeps a wait out of the profiles.
const noProfile = -1

// semacquire waits until *addr > 0 and decrements it. lifo queues at the front.
func semacquire(addr *uint32, lifo bool, skip int, why WaitReason) {
	gp := task.Getg()
	if gp != gp.M.CurG {
		throw("semacquire not on the G stack")
	}
	if canAcquire(addr) {
		return
	}
	s := AcquireSudog()
	root := semRootOf(addr)
	start := task.CPUTicks()
	startNS := task.Nanotime()
	s.AcquireTime = 0
	s.ReleaseTime = 0
	s.Ticket = 0
	mutex := why == WaitSyncMutexLock || why == WaitSyncRWMutexLock || why == WaitSyncRWMutexRLock
	if mutex && MutexRate > 0 {
		s.AcquireTime = start
	}
	for {
		task.Lock(&root.lock)
		// Announce ourselves before the last look, so that a releaser either
		// sees us or we see its increment.
		root.waiters.Add(1)
		if canAcquire(addr) {
			root.waiters.Add(-1)
			task.Unlock(&root.lock)
			break
		}
		root.enqueue(addr, s, lifo)
		ParkUnlock(&root.lock, why)
		if s.Ticket != 0 || canAcquire(addr) {
			break
		}
	}
	if mutex {
		MutexWaitNS.Add(task.Nanotime() - startNS)
	}
	if BlockRate > 0 && skip >= 0 && BlockEvent != nil {
		BlockEvent(task.CPUTicks()-start, skip+1)
	}
	s.Ticket = 0
	ReleaseSudog(s)
}

// semrelease increments *addr and wakes one waiter. With handoff the waiter
// gets the semaphore and the rest of our time slice.
func semrelease(addr *uint32, handoff bool) { semreleaseSkip(addr, handoff, 0) }

func semreleaseSkip(addr *uint32, handoff bool, skip int) {
	root := semRootOf(addr)
	atomic.Xadd(addr, 1)
	// No waiters: the check comes after the increment, as the waiter's last
	// look comes after its announcement.
	if root.waiters.Load() == 0 {
		return
	}
	task.Lock(&root.lock)
	if root.waiters.Load() == 0 {
		task.Unlock(&root.lock)
		return
	}
	s := root.dequeue(addr)
	if s != nil {
		root.waiters.Add(-1)
	}
	task.Unlock(&root.lock)
	if s == nil {
		return
	}
	if s.AcquireTime != 0 && MutexEvent != nil {
		MutexEvent(task.CPUTicks()-s.AcquireTime, skip+1)
	}
	if handoff && canAcquire(addr) {
		s.Ticket = 1
	}
	direct := s.Ticket == 1 && task.Getg().M.Locks == 0
	Ready(s.G)
	if direct {
		// The waiter is our P's next: it continues our time slice at once, so
		// that a contended mutex is not given to a goroutine that waits for a
		// thread.
		GoschedLocal()
	}
}

// enqueue adds s, for the current goroutine, to the waiters for addr.
func (r *semRoot) enqueue(addr *uint32, s *Sudog, lifo bool) {
	s.G = task.Getg()
	s.G.WaitAddr = uintptr(unsafe.Pointer(addr))
	s.Addr = unsafe.Pointer(addr)
	s.Next = nil
	s.Prev = nil
	s.WaitLink = nil
	s.WaitTail = nil
	head := r.find(addr)
	switch {
	case head == nil:
		s.Next = r.first
		if r.first != nil {
			r.first.Prev = s
		}
		r.first = s
	case lifo:
		r.replace(head, s)
		s.WaitLink = head
		s.WaitTail = head.WaitTail
		if s.WaitTail == nil {
			s.WaitTail = head
		}
		head.WaitTail = nil
	default:
		if head.WaitTail == nil {
			head.WaitLink = s
		} else {
			head.WaitTail.WaitLink = s
		}
		head.WaitTail = s
	}
}

func (r *semRoot) find(addr *uint32) *Sudog {
	for s := r.first; s != nil; s = s.Next {
		if s.Addr == unsafe.Pointer(addr) {
			return s
		}
	}
	return nil
}

// replace puts s in old's place in the list of addresses.
func (r *semRoot) replace(old, s *Sudog) {
	s.Next, s.Prev = old.Next, old.Prev
	if s.Prev == nil {
		r.first = s
	} else {
		s.Prev.Next = s
	}
	if s.Next != nil {
		s.Next.Prev = s
	}
	old.Next, old.Prev = nil, nil
}

// dequeue removes the first waiter for addr.
func (r *semRoot) dequeue(addr *uint32) *Sudog {
	s := r.find(addr)
	if s == nil {
		return nil
	}
	if next := s.WaitLink; next != nil {
		next.WaitTail = s.WaitTail
		if next.WaitTail == next {
			next.WaitTail = nil
		}
		r.replace(s, next)
	} else {
		if s.Prev == nil {
			r.first = s.Next
		} else {
			s.Prev.Next = s.Next
		}
		if s.Next != nil {
			s.Next.Prev = s.Prev
		}
	}
	s.G.WaitAddr = 0
	s.Addr = nil
	s.Next = nil
	s.Prev = nil
	s.WaitLink = nil
	s.WaitTail = nil
	s.Ticket = 0
	return s
}

//go:linkname sync_runtime_Semacquire sync.runtime_Semacquire
func sync_runtime_Semacquire(s *uint32) { semacquire(s, false, 0, WaitSemacquire) }

//go:linkname sync_runtime_SemacquireWaitGroup sync.runtime_SemacquireWaitGroup
func sync_runtime_SemacquireWaitGroup(s *uint32, durable bool) {
	why := WaitSyncWaitGroup
	if durable {
		why = WaitSynctestWaitGroup
	}
	semacquire(s, false, 0, why)
}

//go:linkname sync_runtime_SemacquireRWMutexR sync.runtime_SemacquireRWMutexR
func sync_runtime_SemacquireRWMutexR(s *uint32, lifo bool, skip int) {
	semacquire(s, lifo, skip, WaitSyncRWMutexRLock)
}

//go:linkname sync_runtime_SemacquireRWMutex sync.runtime_SemacquireRWMutex
func sync_runtime_SemacquireRWMutex(s *uint32, lifo bool, skip int) {
	semacquire(s, lifo, skip, WaitSyncRWMutexLock)
}

//go:linkname internal_sync_runtime_SemacquireMutex internal/sync.runtime_SemacquireMutex
func internal_sync_runtime_SemacquireMutex(s *uint32, lifo bool, skip int) {
	semacquire(s, lifo, skip, WaitSyncMutexLock)
}

//go:linkname sync_runtime_Semrelease sync.runtime_Semrelease
func sync_runtime_Semrelease(s *uint32, handoff bool, skip int) {
	semreleaseSkip(s, handoff, skip)
}

//go:linkname internal_sync_runtime_Semrelease internal/sync.runtime_Semrelease
func internal_sync_runtime_Semrelease(s *uint32, handoff bool, skip int) {
	semreleaseSkip(s, handoff, skip)
}

//go:linkname poll_runtime_Semacquire internal/poll.runtime_Semacquire
func poll_runtime_Semacquire(s *uint32) { semacquire(s, false, 0, WaitSemacquire) }

//go:linkname poll_runtime_Semrelease internal/poll.runtime_Semrelease
func poll_runtime_Semrelease(s *uint32) { semrelease(s, false) }

// canSpin reports whether the i-th round of spinning for a mutex makes sense:
// only for a short while, and if the holder may be running.
//
//go:linkname internal_sync_runtime_canSpin internal/sync.runtime_canSpin
//go:nosplit
func internal_sync_runtime_canSpin(i int) bool {
	if i >= 4 || task.NCPU <= 1 || nProcs <= sched.nIdleP.Load()+sched.spinning.Load()+1 {
		return false
	}
	return runqEmptyNosplit(task.Getg().M.P)
}

//go:nosplit
func runqEmptyNosplit(pp *P) bool {
	return atomic.Load(&pp.RunqHead) == atomic.Load(&pp.RunqTail) && pp.RunNext == nil
}

//go:linkname internal_sync_runtime_doSpin internal/sync.runtime_doSpin
//go:nosplit
func internal_sync_runtime_doSpin() { task.ProcYield(30) }

// notifyList is sync.notifyList: tickets are given out by wait, and notify is
// the next one to be woken.
type notifyList struct {
	wait   atomic.Uint32
	notify uint32
	lock   task.Mutex
	head   *Sudog
	tail   *Sudog
}

// ticketLess compares tickets, which wrap.
func ticketLess(a, b uint32) bool { return int32(a-b) < 0 }

//go:linkname notifyListAdd sync.runtime_notifyListAdd
func notifyListAdd(l *notifyList) uint32 { return l.wait.Add(1) - 1 }

//go:linkname notifyListWait sync.runtime_notifyListWait
func notifyListWait(l *notifyList, t uint32) {
	task.Lock(&l.lock)
	if ticketLess(t, l.notify) {
		task.Unlock(&l.lock)
		return
	}
	s := AcquireSudog()
	s.G = task.Getg()
	s.G.WaitAddr = uintptr(unsafe.Pointer(l))
	s.Ticket = t
	s.ReleaseTime = 0
	start := task.CPUTicks()
	if l.tail == nil {
		l.head = s
	} else {
		l.tail.Next = s
	}
	l.tail = s
	ParkUnlock(&l.lock, WaitSyncCond)
	if BlockRate > 0 && BlockEvent != nil {
		BlockEvent(task.CPUTicks()-start, 1)
	}
	s.Ticket = 0
	ReleaseSudog(s)
}

//go:linkname notifyListNotifyAll sync.runtime_notifyListNotifyAll
func notifyListNotifyAll(l *notifyList) {
	if l.wait.Load() == atomic.Load(&l.notify) {
		return
	}
	task.Lock(&l.lock)
	s := l.head
	l.head = nil
	l.tail = nil
	for w := s; w != nil; w = w.Next {
		w.G.WaitAddr = 0
	}
	atomic.Store(&l.notify, l.wait.Load())
	task.Unlock(&l.lock)
	for s != nil {
		next := s.Next
		s.Next = nil
		checkWaker(s.G)
		Ready(s.G)
		s = next
	}
}

//go:linkname notifyListNotifyOne sync.runtime_notifyListNotifyOne
func notifyListNotifyOne(l *notifyList) {
	if l.wait.Load() == atomic.Load(&l.notify) {
		return
	}
	task.Lock(&l.lock)
	t := l.notify
	if t == l.wait.Load() {
		task.Unlock(&l.lock)
		return
	}
	atomic.Store(&l.notify, t+1)
	// The goroutine with ticket t may not be in the list yet: then its wait
	// will return at once.
	var prev *Sudog
	for s := l.head; s != nil; prev, s = s, s.Next {
		if s.Ticket != t {
			continue
		}
		if prev == nil {
			l.head = s.Next
		} else {
			prev.Next = s.Next
		}
		if l.tail == s {
			l.tail = prev
		}
		s.G.WaitAddr = 0
		task.Unlock(&l.lock)
		s.Next = nil
		checkWaker(s.G)
		Ready(s.G)
		return
	}
	task.Unlock(&l.lock)
}

//go:linkname notifyListCheck sync.runtime_notifyListCheck
func notifyListCheck(size uintptr) {
	if size != unsafe.Sizeof(notifyList{}) {
		print("runtime: bad notifyList size - sync=", size, " runtime=", unsafe.Sizeof(notifyList{}), "\n")
		throw("bad notifyList size")
	}
}
