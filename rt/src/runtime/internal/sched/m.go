//go:build strata

package sched

import (
	"internal/runtime/atomic"
	"runtime/internal/kernel"
	"runtime/internal/page"
	"runtime/internal/task"
	"unsafe"
)

const (
	g0StackSize      = 64 << 10
	gsignalStackSize = 32 << 10

	// ThreadMemory is what a thread takes of memory.
	ThreadMemory = g0StackSize + gsignalStackSize
)

// persistent returns zeroed memory that is never freed, outside the heap.
func persistent(size uintptr) unsafe.Pointer { return page.Persistent(size, 64) }

// initM enters mp in the list of all Ms. id is negative for a new one.
func initM(mp *M, id int64) {
	task.Lock(&sched.lock)
	if id < 0 {
		id = reserveMID()
	}
	mp.ID = id
	SeedRand(mp)
	mp.AllLink = allm
	// Readers walk the list without the lock.
	atomic.StorepNoWB(unsafe.Pointer(&allm), unsafe.Pointer(mp))
	task.Unlock(&sched.lock)
}

// reserveMID counts one more M. The lock is held.
func reserveMID() int64 {
	id := sched.nextMID
	sched.nextMID++
	if sched.mCount() > sched.maxM {
		task.Unlock(&sched.lock)
		print("runtime: program exceeds ", sched.maxM, "-thread limit\n")
		throw("thread exhaustion")
	}
	return id
}

// newSystemG returns a G with a fixed stack for use by a thread.
func newSystemG(size uintptr) *G {
	gp := (*G)(persistent(unsafe.Sizeof(G{})))
	lo := uintptr(kernel.Alloc(size))
	if lo == 0 {
		throw("out of memory: thread stack")
	}
	gp.Stack.Lo = lo
	gp.Stack.Hi = lo + size
	gp.StackGuard0 = lo + task.StackGuard
	gp.StackGuard1 = gp.StackGuard0
	gp.Status = task.Grunning
	return gp
}

// newM starts a thread that runs fn on g0 if that is not nil and then
// schedules with P pp. It runs without a P too.
func newM(fn func(), pp *P, spinning bool, id int64) {
	mp := reuseM()
	if mp == nil {
		mp = (*M)(persistent(unsafe.Sizeof(M{})))
		mp.G0 = newSystemG(g0StackSize)
		mp.GSignal = newSystemG(gsignalStackSize)
		if threadCaches {
			InitCaches(mp)
		}
	}
	mp.G0.M = mp
	mp.GSignal.M = mp
	mp.Runs = &task.NoRuns
	mp.StartFn = fn
	mp.NextP = pp
	mp.Spinning = spinning
	initM(mp, id)

	// The thread starts with all signals blocked, so that none arrives before
	// it has a signal stack. Then it takes the mask that the program started
	// with: the creator's may be special at present.
	mp.SigMask = mainM.SigMask
	old := (*uint64)(unsafe.Pointer(&task.Getg().M.Arg[4]))
	kernel.Sigprocmask(kernel.SigSetmask, &allSignals, old)
	r := task.Clone(kernel.CloneThread, mp.G0.Stack.Hi-16, mp, mp.G0)
	kernel.Sigprocmask(kernel.SigSetmask, old, nil)
	if r < 0 {
		print("runtime: failed to create new OS thread (have ", sched.mCount(), " already; errno=", -r, ")\n")
		if r == -kernel.EAGAIN {
			println("runtime: may need to increase max user processes (ulimit -u)")
		}
		throw("newosproc")
	}
}

// reuseM takes an M whose thread has ended, if there is one.
func reuseM() *M {
	task.Lock(&sched.lock)
	var prev *M
	for mp := sched.freeM; mp != nil; mp = mp.FreeLink {
		if atomic.Load(&mp.FreeWait) != 0 {
			prev = mp
			continue
		}
		if prev == nil {
			sched.freeM = mp.FreeLink
		} else {
			prev.FreeLink = mp.FreeLink
		}
		task.Unlock(&sched.lock)
		resetM(mp)
		return mp
	}
	task.Unlock(&sched.lock)
	return nil
}

// resetM makes mp as good as new, keeping what was allocated for it.
func resetM(mp *M) {
	g0, gs, walker, extra, cache, stacks, tr, random := mp.G0, mp.GSignal, mp.Walker, mp.Extra, mp.MCache, mp.Stacks, mp.Trace, mp.Getrandom
	task.MemclrNoHeapPointers(unsafe.Pointer(mp), unsafe.Sizeof(M{}))
	mp.G0, mp.GSignal, mp.Walker, mp.Extra, mp.MCache, mp.Stacks, mp.Trace, mp.Getrandom = g0, gs, walker, extra, cache, stacks, tr, random
}

// mstart is where a thread begins, on g0.
//
//go:linkname mstart runtime.mstart
func mstart() {
	mp := task.Getg().M
	initThread(mp)
	if fn := mp.StartFn; fn != nil {
		fn()
	}
	if mp != mainM {
		acquireP(mp.NextP)
		mp.NextP = nil
	}
	schedule()
}

// initThread prepares the running thread for signals.
func initThread(mp *M) {
	mp.ProcID = uint64(kernel.Gettid())
	initSignalStack(mp)
	kernel.Sigprocmask(kernel.SigSetmask, &mp.SigMask, nil)
}

// exitM ends the running thread: its goroutine exited while locked to it. It
// runs on g0 with a P. The first thread cannot end without the process, it
// sleeps for ever.
func exitM() {
	mp := task.Getg().M
	if mp == mainM {
		handoffP(releaseP())
		task.Lock(&sched.lock)
		sched.nFreedM++
		checkDead()
		task.Unlock(&sched.lock)
		for {
			park(mp)
		}
	}
	setThreadProfiler(0)
	dropSignalStack(mp)
	if threadCaches {
		FreeP(mp.P) // its caches are the thread's
	}
	task.Lock(&sched.lock)
	unlinkM(mp)
	// The stack is in use until the kernel call that ends the thread.
	atomic.Store(&mp.FreeWait, 1)
	mp.FreeLink = sched.freeM
	sched.freeM = mp
	task.Unlock(&sched.lock)
	handoffP(releaseP())
	task.Lock(&sched.lock)
	sched.nFreedM++
	checkDead()
	task.Unlock(&sched.lock)
	task.ExitThread(&mp.FreeWait)
}

func unlinkM(mp *M) {
	if allm == mp {
		atomic.StorepNoWB(unsafe.Pointer(&allm), unsafe.Pointer(mp.AllLink))
		return
	}
	for m := allm; m != nil; m = m.AllLink {
		if m.AllLink == mp {
			atomic.StorepNoWB(unsafe.Pointer(&m.AllLink), unsafe.Pointer(mp.AllLink))
			return
		}
	}
	throw("unlinkM: M not in list")
}

// park blocks the running thread until its note is woken.
func park(mp *M) {
	task.NoteSleep(&mp.Park)
	task.NoteClear(&mp.Park)
}

// putIdleM and getIdleM keep the list of idle Ms. The lock is held.
func putIdleM(mp *M) {
	mp.SchedLink = sched.idleM
	sched.idleM = mp
	sched.nIdleM++
	checkDead()
}

func getIdleM() *M {
	mp := sched.idleM
	if mp != nil {
		sched.idleM = mp.SchedLink
		mp.SchedLink = nil
		sched.nIdleM--
	}
	return mp
}

// stopM blocks the running M until it is given a P.
func stopM() {
	mp := task.Getg().M
	if mp.Locks != 0 {
		throw("stopm: holding locks")
	}
	if mp.P != nil || mp.Spinning {
		throw("stopm: holding p or spinning")
	}
	task.Lock(&sched.lock)
	putIdleM(mp)
	task.Unlock(&sched.lock)
	park(mp)
	acquireP(mp.NextP)
	mp.NextP = nil
}

// startM runs some M with pp; if pp is nil, with an idle P, and none means that
// there is nothing to do. A spinning caller has already counted the new M.
func startM(pp *P, spinning bool) {
	mp := task.Acquirem()
	task.Lock(&sched.lock)
	if pp == nil {
		pp = getIdleP()
		if pp == nil {
			task.Unlock(&sched.lock)
			task.Releasem(mp)
			return
		}
	}
	next := getIdleM()
	if next == nil {
		id := reserveMID()
		task.Unlock(&sched.lock)
		newM(nil, pp, spinning, id)
		task.Releasem(mp)
		return
	}
	task.Unlock(&sched.lock)
	if next.Spinning || next.NextP != nil {
		throw("startm: m is spinning or has a p")
	}
	next.Spinning = spinning
	next.NextP = pp
	task.NoteWakeup(&next.Park)
	task.Releasem(mp)
}

// stopLockedM gives the P away and blocks until the goroutine that the M is
// locked to may run.
func stopLockedM() {
	mp := task.Getg().M
	if mp.LockedG == nil || mp.LockedG.LockedM != mp {
		throw("stoplockedm: inconsistent locking")
	}
	if mp.P != nil {
		handoffP(releaseP())
	}
	task.Lock(&sched.lock)
	sched.nLockedIdle++
	checkDead()
	task.Unlock(&sched.lock)
	park(mp)
	if s := atomic.Load(&mp.LockedG.Status) &^ task.Gscan; s != task.Grunnable {
		throw("stoplockedm: not runnable")
	}
	acquireP(mp.NextP)
	mp.NextP = nil
}

// startLockedM hands the running M's P to the M that gp is locked to.
func startLockedM(gp *G) {
	mp := gp.LockedM
	if mp == task.Getg().M {
		throw("startlockedm: locked to me")
	}
	task.Lock(&sched.lock)
	sched.nLockedIdle--
	task.Unlock(&sched.lock)
	mp.NextP = releaseP()
	task.NoteWakeup(&mp.Park)
	stopM()
}

// LockOSThread and its internal twin wire the goroutine to its thread.

// LockThread is for the runtime's own use, without a claim by the user.
func LockThread() {
	mp := task.Getg().M
	mp.LockedInt++
	wireThread()
}

// UnlockThread undoes LockThread.
func UnlockThread() {
	mp := task.Getg().M
	if mp.LockedInt == 0 {
		throw("unlockOSThread: not locked")
	}
	mp.LockedInt--
	unwireThread()
}

// ThreadLocked reports whether the goroutine is wired to its thread.
func ThreadLocked() bool {
	gp := task.Getg()
	return gp.LockedM != nil && gp.M.LockedG != nil
}

//go:linkname LockOSThread runtime.LockOSThread
func LockOSThread() {
	mp := task.Getg().M
	mp.LockedExt++
	if mp.LockedExt == 0 {
		mp.LockedExt--
		panic("LockOSThread nesting overflow")
	}
	wireThread()
}

//go:linkname UnlockOSThread runtime.UnlockOSThread
func UnlockOSThread() {
	mp := task.Getg().M
	if mp.LockedExt == 0 {
		return
	}
	mp.LockedExt--
	unwireThread()
}

//go:nosplit
func wireThread() {
	if !kernel.HasThreads {
		return // there is one thread, which is everybody's
	}
	gp := task.Getg()
	gp.M.LockedG = gp
	gp.LockedM = gp.M
}

//go:nosplit
func unwireThread() {
	gp := task.Getg()
	if gp.M.LockedInt != 0 || gp.M.LockedExt != 0 {
		return
	}
	gp.M.LockedG = nil
	gp.LockedM = nil
}

// SetMaxThreads is debug.SetMaxThreads.
func SetMaxThreads(n int) int {
	task.Lock(&sched.lock)
	old := int(sched.maxM)
	sched.maxM = int32(min(n, 1<<31-1))
	over := sched.mCount() > sched.maxM
	task.Unlock(&sched.lock)
	if over {
		throw("thread exhaustion")
	}
	return old
}

// ThreadCount is the number of threads of the process.
func ThreadCount() int32 { return sched.mCount() }

// ThreadsCreated is the number of Ms ever made.
func ThreadsCreated() int64 { return sched.nextMID }
