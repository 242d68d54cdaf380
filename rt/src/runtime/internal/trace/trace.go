//go:build strata

// Package trace records what happens in the scheduler and the collector, in the
// format of internal/trace/tracev2.
//
// Every thread writes events into a block of its own; full blocks go to the
// reader. A trace consists of generations, each with its own tables of stacks and
// strings. The world is stopped between two generations, so that the thread that
// stopped it can write down the status of every goroutine and P.
//
// Laws:
//
//   - A thread writes on its system stack, while it owns a P or is between Enter
//     and Leave. So with the world stopped, and after Freeze, nobody writes.
//   - An event stands next to the change that it tells of, before others can
//     change the goroutine or P again: its sequence number orders it.
//   - Nothing here allocates from the heap or holds a lock while calling others.
package trace

import (
	"internal/runtime/atomic"
	"runtime/internal/kernel"
	"runtime/internal/task"
	"unsafe"
)

// On is 1 while events are recorded. It changes only while the world is stopped
// and frozen.
var On uint32

// gen is the current generation.
var gen uint64

// Gen is the number of the current generation.
func Gen() uint64 { return gen }

// frozen is set while no thread may begin a section.
var frozen uint32

// Enter begins a section in which a thread without a P changes goroutines and
// writes events; it waits while a new generation begins. Leave ends it.
func Enter() {
	mp := task.Getg().M
	for {
		atomic.Xchg(&mp.TraceBusy, 1)
		if atomic.Load(&frozen) == 0 {
			return
		}
		atomic.Store(&mp.TraceBusy, 0)
		kernel.Usleep(20)
	}
}

// Leave ends a section.
func Leave() { atomic.Store(&task.Getg().M.TraceBusy, 0) }

// Freeze keeps threads without a P from beginning sections and waits for those
// that are in one; list is the list of all Ms. The world is stopped.
func Freeze(list *task.M) {
	atomic.Xchg(&frozen, 1)
	for mp := list; mp != nil; mp = mp.AllLink {
		for atomic.Load(&mp.TraceBusy) != 0 {
			kernel.Usleep(5)
		}
	}
}

// Thaw undoes Freeze.
func Thaw() { atomic.Store(&frozen, 0) }

// NextGeneration begins a generation. The world is stopped and frozen.
func NextGeneration() {
	gen++
	beginSamples()
	On = 1
}

// EndGeneration hands over what all threads have written. The world is stopped
// and frozen. The tables of the generation stay until Forget.
func EndGeneration() {
	for w := (*writer)(unsafe.Pointer(writers)); w != nil; w = (*writer)(unsafe.Pointer(w.next)) {
		w.flush()
	}
	On = 0
}

// Forget empties the tables of generation g.
func Forget(g uint64) {
	stacks[g%2].reset()
	names[g%2].reset()
}
