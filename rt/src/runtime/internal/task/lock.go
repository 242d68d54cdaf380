//go:build strata

package task

import (
	"internal/runtime/atomic"
	"runtime/internal/kernel"
)

// Mutex is a lock for the runtime itself: it blocks the thread. The zero value
// is unlocked. It fills one word, since sync.notifyList keeps one in a word.
type Mutex struct {
	key uint32 // 0 free, 1 held, 2 held and somebody may sleep
	_   uint32
}

const (
	mutexFree  = 0
	mutexHeld  = 1
	mutexSleep = 2

	activeSpins  = 4  // rounds of spinning with PAUSE before yielding
	activePauses = 30 // PAUSEs in a round
)

// NCPU is the number of processors the process may use, set at start.
var NCPU int32 = 1

// Lock takes l. The M cannot be preempted while it holds a lock.
//
//go:nosplit
func Lock(l *Mutex) {
	gp := Getg()
	gp.M.Locks++
	if atomic.Cas(&l.key, mutexFree, mutexHeld) {
		return
	}
	lockSlow(l)
}

//go:nosplit
func lockSlow(l *Mutex) {
	spins := 0
	if NCPU > 1 {
		spins = activeSpins
	}
	// Once this thread has slept, others may still sleep: it takes the lock as mutexSleep so that its unlock wakes one.
	take := uint32(mutexHeld)
	for {
		for i := 0; i <= spins; i++ {
			for atomic.Load(&l.key) == mutexFree {
				if atomic.Cas(&l.key, mutexFree, take) {
					return
				}
			}
			if i < spins {
				ProcYield(activePauses)
			} else {
				kernel.SchedYield()
			}
		}
		if atomic.Xchg(&l.key, mutexSleep) == mutexFree {
			return
		}
		take = mutexSleep
		kernel.FutexSleep(&l.key, mutexSleep, -1)
	}
}

// TryLock takes l if that needs no waiting.
//
//go:nosplit
func TryLock(l *Mutex) bool {
	if !atomic.Cas(&l.key, mutexFree, mutexHeld) {
		return false
	}
	Getg().M.Locks++
	return true
}

// Unlock gives l back.
//
//go:nosplit
func Unlock(l *Mutex) {
	switch atomic.Xchg(&l.key, mutexFree) {
	case mutexFree:
		kernel.Throw("unlock of unlocked lock")
	case mutexSleep:
		kernel.FutexWake(&l.key, 1)
	}
	mp := Getg().M
	mp.Locks--
	if mp.Locks < 0 {
		kernel.Throw("lock count")
	}
	if mp.Locks == 0 {
		poll(mp)
	}
}

// Note is a one-shot event between threads: one sleeper, one wakeup after
// each NoteClear.
type Note struct {
	key uint32
	_   uint32
}

// NoteClear makes n usable again.
//
//go:nosplit
func NoteClear(n *Note) { n.key = 0 }

// NoteWakeup wakes the sleeper of n, now or when it comes.
//
//go:nosplit
func NoteWakeup(n *Note) {
	if atomic.Xchg(&n.key, 1) != 0 {
		kernel.Throw("notewakeup: double wakeup")
	}
	kernel.FutexWake(&n.key, 1)
}

// NoteSignaled reports whether NoteWakeup has been called.
//
//go:nosplit
func NoteSignaled(n *Note) bool { return atomic.Load(&n.key) != 0 }

// NoteSleep blocks the thread until NoteWakeup. Only on g0.
func NoteSleep(n *Note) {
	mp := Getg().M
	for atomic.Load(&n.key) == 0 {
		mp.Blocked = true
		kernel.FutexSleep(&n.key, 0, -1)
		mp.Blocked = false
	}
}

// NoteTSleep is NoteSleep for at most ns nanoseconds (negative: no limit). It
// reports whether the note was woken. Nosplit: a thread may call it where its
// goroutine counts as being in a system call.
//
//go:nosplit
func NoteTSleep(n *Note, ns int64) bool {
	mp := Getg().M
	if ns < 0 {
		for atomic.Load(&n.key) == 0 {
			mp.Blocked = true
			kernel.FutexSleep(&n.key, 0, -1)
			mp.Blocked = false
		}
		return true
	}
	deadline := Nanotime() + ns
	for atomic.Load(&n.key) == 0 {
		if ns <= 0 {
			return false
		}
		mp.Blocked = true
		kernel.FutexSleep(&n.key, 0, ns)
		mp.Blocked = false
		ns = deadline - Nanotime()
	}
	return true
}
