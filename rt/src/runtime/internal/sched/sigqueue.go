//go:build strata

package sched

import (
	"internal/runtime/atomic"
	"runtime/internal/kernel"
	"runtime/internal/task"
)

// The queue between handlers and package os/signal: a bit mask of pending
// signals and a state that says whether its one receiver sleeps.
var sigq struct {
	note       task.Note
	mask       [(kernel.NSIG + 31) / 32]uint32 // pending
	wanted     [(kernel.NSIG + 31) / 32]uint32 // os/signal wants them
	ignored    [(kernel.NSIG + 31) / 32]uint32
	recv       [(kernel.NSIG + 31) / 32]uint32 // taken by the receiver
	state      atomic.Uint32
	delivering atomic.Uint32 // handlers between the look at wanted and the end
	inUse      bool
}

const (
	sigIdle      = 0
	sigReceiving = 1
	sigSending   = 2
)

// sendSignal queues a signal if it is wanted. It runs in handlers.
func sendSignal(s uint32) bool {
	if s == kernel.SIGSYS && atomic.Load(&sigsysIgnored) != 0 {
		return true
	}
	bit := uint32(1) << (s & 31)
	if s >= kernel.NSIG {
		return false
	}
	i := s / 32
	sigq.delivering.Add(1)
	if atomic.Load(&sigq.wanted[i])&bit == 0 {
		sigq.delivering.Add(-1)
		return false
	}
	for {
		mask := atomic.Load(&sigq.mask[i])
		if mask&bit != 0 {
			sigq.delivering.Add(-1)
			return true // pending already
		}
		if atomic.Cas(&sigq.mask[i], mask, mask|bit) {
			break
		}
	}
	for done := false; !done; {
		switch sigq.state.Load() {
		case sigIdle:
			done = sigq.state.CompareAndSwap(sigIdle, sigSending)
		case sigSending:
			done = true // notified already
		case sigReceiving:
			if sigq.state.CompareAndSwap(sigReceiving, sigIdle) {
				task.NoteWakeup(&sigq.note)
				done = true
			}
		}
	}
	sigq.delivering.Add(-1)
	return true
}

// signal_recv returns the next signal. While its goroutine blocks here, the
// thread blocks with it, as in a system call.
//
//go:linkname signal_recv os/signal.signal_recv
func signal_recv() uint32 {
	for {
		for i := range sigq.recv {
			if sigq.recv[i] == 0 {
				continue
			}
			for b := uint32(0); b < 32; b++ {
				if sigq.recv[i]&(1<<b) != 0 {
					sigq.recv[i] &^= 1 << b
					return uint32(i)*32 + b
				}
			}
		}
		waitSignal()
		for i := range sigq.mask {
			sigq.recv[i] = atomic.Xchg(&sigq.mask[i], 0)
		}
	}
}

func waitSignal() {
	for {
		switch sigq.state.Load() {
		case sigIdle:
			if sigq.state.CompareAndSwap(sigIdle, sigReceiving) {
				noteSleepG(&sigq.note)
				task.NoteClear(&sigq.note)
				return
			}
		case sigSending:
			if sigq.state.CompareAndSwap(sigSending, sigIdle) {
				return
			}
		}
	}
}

// noteSleepG sleeps on a note on a goroutine's stack, giving the P away.
func noteSleepG(n *task.Note) {
	entersyscallblock()
	task.NoteTSleep(n, -1)
	exitsyscall()
}

//go:linkname signalWaitUntilIdle os/signal.signalWaitUntilIdle
func signalWaitUntilIdle() {
	// A handler that has seen the old masks must be through, and the receiver
	// must have passed on what there was and sleep again.
	for sigq.delivering.Load() != 0 {
		Gosched()
	}
	for sigq.state.Load() != sigReceiving {
		Gosched()
	}
}

//go:linkname signal_enable os/signal.signal_enable
func signal_enable(s uint32) {
	if !sigq.inUse {
		sigq.inUse = true
		task.NoteClear(&sigq.note)
	}
	if s >= kernel.NSIG {
		return
	}
	i, bit := s/32, uint32(1)<<(s&31)
	atomic.Store(&sigq.wanted[i], sigq.wanted[i]|bit)
	atomic.Store(&sigq.ignored[i], sigq.ignored[i]&^bit)
	if sigTable[s].flags&sigNotify == 0 {
		return
	}
	mp := task.Acquirem()
	if atomic.Cas(&handling[s], 0, 1) {
		if sigTable[s].flags&sigDefault != 0 {
			firstHandler[s] = getHandler(s)
		}
		setHandler(s, ourHandler)
	}
	task.Releasem(mp)
}

//go:linkname signal_disable os/signal.signal_disable
func signal_disable(s uint32) {
	if s >= kernel.NSIG {
		return
	}
	mp := task.Acquirem()
	if sigTable[s].flags&sigNotify != 0 && (sigTable[s].flags&sigDefault != 0 || !wantHandler(s)) {
		atomic.Store(&handling[s], 0)
		setHandler(s, firstHandler[s])
	}
	task.Releasem(mp)
	i, bit := s/32, uint32(1)<<(s&31)
	atomic.Store(&sigq.wanted[i], sigq.wanted[i]&^bit)
}

//go:linkname signal_ignore os/signal.signal_ignore
func signal_ignore(s uint32) {
	if s >= kernel.NSIG {
		return
	}
	mp := task.Acquirem()
	if sigTable[s].flags&sigNotify != 0 {
		atomic.Store(&handling[s], 0)
		setHandler(s, ignoreHandler)
	}
	task.Releasem(mp)
	i, bit := s/32, uint32(1)<<(s&31)
	atomic.Store(&sigq.wanted[i], sigq.wanted[i]&^bit)
	atomic.Store(&sigq.ignored[i], sigq.ignored[i]|bit)
}

func signalIgnored(s uint32) bool {
	return s < kernel.NSIG && atomic.Load(&sigq.ignored[s/32])&(1<<(s&31)) != 0
}

//go:linkname signal_ignored os/signal.signal_ignored
func signal_ignored(s uint32) bool {
	if signalIgnored(s) {
		return true
	}
	// Ignored since before the program started.
	return s < kernel.NSIG && atomic.Load(&handling[s]) == 0 && firstHandler[s] == ignoreHandler
}
