//go:build strata && !wasm

package sched

import (
	"runtime/internal/kernel"
	"runtime/internal/task"
	"unsafe"
)

// The kernel's vDSO has a generator of random bytes, which needs some memory for each thread that calls it. The
// kernel says how large that is and how to map it: it drops what is there in children and when memory is short, so
// no two processes see the same bytes. A thread's state stays with its M.

// randomStates is where new states are cut from. Asked says that the kernel has told the rest.
var randomStates struct {
	lock        task.Mutex
	asked       bool
	size        uintptr // of one state; 0: there is no such function
	prot, flags uint32
	next, end   uintptr
}

// randomParams is what the kernel fills when asked for.
type randomParams struct {
	size, prot, flags uint32
	_                 [13]uint32
}

// vgetrandom fills p from the vDSO. It declines where that does not have the function; then the caller uses the
// system call.
//
// The goroutine must stay on its thread while the vDSO works on the thread's state: the runtime is never preempted
// asynchronously, and nothing here checks for room on the stack.
//
//go:linkname vgetrandom runtime.vgetrandom
//go:nosplit
func vgetrandom(p []byte, flags uint32) (n int, supported bool) {
	for task.Getg().M.Getrandom == nil { // adding one may end on another thread
		if kernel.VDSOGetrandom == 0 || !addRandomState() {
			return -1, false
		}
	}
	state := task.Getg().M.Getrandom
	return task.VDSOGetrandom(unsafe.Pointer(unsafe.SliceData(p)), uintptr(len(p)), flags, state, randomStates.size), true
}

// addRandomState gives the running M a state, if there is memory.
func addRandomState() bool {
	mp := task.Acquirem()
	task.Lock(&randomStates.lock)
	if !randomStates.asked {
		askRandomParams()
	}
	mp.Getrandom = cutRandomState()
	ok := mp.Getrandom != nil
	task.Unlock(&randomStates.lock)
	task.Releasem(mp)
	return ok
}

// askRandomParams asks the kernel what states are like. The lock is held.
func askRandomParams() {
	s := &randomStates
	s.asked = true
	var p randomParams
	if task.VDSOGetrandom(nil, 0, 0, unsafe.Pointer(&p), ^uintptr(0)) == 0 && p.size > 0 && uintptr(p.size) <= kernel.PageSize {
		s.size, s.prot, s.flags = uintptr(p.size), p.prot, p.flags
		return
	}
	kernel.VDSOGetrandom = 0
}

// cutRandomState gives memory for a state that lies within one page and shares no cache line. The lock is held.
func cutRandomState() unsafe.Pointer {
	const line = 64
	s := &randomStates
	if s.size == 0 {
		return nil
	}
	if s.next+s.size > s.end {
		page := uintptr(kernel.MapAs(kernel.PageSize, s.prot, s.flags))
		if page == 0 {
			return nil
		}
		s.next, s.end = page, page+kernel.PageSize
	}
	state := s.next
	s.next += (s.size + line - 1) &^ (line - 1)
	return unsafe.Pointer(state)
}
