//go:build strata

package race

import (
	"internal/runtime/atomic"
	"runtime/internal/page"
	"runtime/internal/task"
	"unsafe"
)

// Stacks are kept once each and known by number; 0 is one that is not known.

const (
	maxDepth    = 48      // frames of a stack that are kept
	depotSlots  = 1 << 20 // of the hash table
	depotLimit  = depotSlots / 4 * 3
	depotMemory = 512 << 20
)

type stackRecord struct {
	hash uint32
	n    uint32
	pcs  [maxDepth]uintptr // n of them
}

var depot struct {
	lock  task.Mutex
	slots *[depotSlots]uint32
	addrs *[depotLimit + 1]uintptr // of records by number
	n     uint32
	bytes uintptr
}

func initDepot() {
	depot.slots = (*[depotSlots]uint32)(unsafe.Pointer(lazily(depotSlots * 4)))
	depot.addrs = (*[depotLimit + 1]uintptr)(unsafe.Pointer(lazily((depotLimit + 1) * 8)))
}

// capture keeps the stack of gp at a return address pc with the frame pointer fp.
func capture(gp *task.G, t *Thread, pc, fp uintptr) uint32 {
	last := &t.recent[(pc^pc>>6)%recentStacks]
	if stands(gp, *last, pc, fp) {
		return *last
	}
	var pcs [maxDepth]uintptr
	*last = intern(pcs[:walk(gp, pc, fp, pcs[:])])
	return *last
}

// stands tells whether a stack is the one that walk would find.
func stands(gp *task.G, i uint32, pc, fp uintptr) bool {
	if i == 0 {
		return false
	}
	r := (*stackRecord)(unsafe.Pointer(depot.addrs[i]))
	lo, hi := gp.Stack.Lo, gp.Stack.Hi-16
	for k := uint32(0); k < r.n; k++ {
		if r.pcs[k] != pc {
			return false
		}
		if fp < lo || fp > hi {
			return k+1 == r.n
		}
		lo = fp + 8
		pc = *(*uintptr)(unsafe.Pointer(fp + 8))
		fp = *(*uintptr)(unsafe.Pointer(fp))
	}
	return pc == 0 || r.n == maxDepth
}

// Capture is capture with a function in front of which the runtime stands, at its first instruction.
func Capture(gp *task.G, inner, pc, fp uintptr) uint32 {
	var pcs [maxDepth]uintptr
	n := 0
	if inner != 0 {
		pcs[0] = inner + 1
		n = 1
	}
	return intern(pcs[:n+walk(gp, pc, fp, pcs[n:])])
}

// walk follows frame pointers: each points to its caller's, which stands below the return address.
func walk(gp *task.G, pc, fp uintptr, pcs []uintptr) int {
	n := 0
	lo, hi := gp.Stack.Lo, gp.Stack.Hi-16
	for n < len(pcs) && pc != 0 {
		pcs[n] = pc
		n++
		if fp < lo || fp > hi {
			break
		}
		lo = fp + 8
		pc = *(*uintptr)(unsafe.Pointer(fp + 8))
		fp = *(*uintptr)(unsafe.Pointer(fp))
	}
	return n
}

func intern(pcs []uintptr) uint32 {
	h := uint64(len(pcs))
	for _, pc := range pcs {
		h = (h ^ uint64(pc)) * 0x9e3779b97f4a7c15
		h ^= h >> 29
	}
	hash := uint32(h>>32) | 1
	slot := hash % depotSlots
	for {
		i := atomic.Load(&depot.slots[slot])
		if i == 0 {
			break
		}
		if same(i, hash, pcs) {
			return i
		}
		slot = (slot + 1) % depotSlots
	}
	return add(slot, hash, pcs)
}

func same(i, hash uint32, pcs []uintptr) bool {
	r := (*stackRecord)(unsafe.Pointer(depot.addrs[i]))
	if r.hash != hash || int(r.n) != len(pcs) {
		return false
	}
	for k, pc := range pcs {
		if r.pcs[k] != pc {
			return false
		}
	}
	return true
}

// add makes a record, if nobody has made one since, and there is room.
func add(slot, hash uint32, pcs []uintptr) uint32 {
	task.Lock(&depot.lock)
	for depot.slots[slot] != 0 {
		if i := depot.slots[slot]; same(i, hash, pcs) {
			task.Unlock(&depot.lock)
			return i
		}
		slot = (slot + 1) % depotSlots
	}
	size := 8 + uintptr(len(pcs))*8
	if depot.n == depotLimit || depot.bytes+size > depotMemory {
		task.Unlock(&depot.lock)
		return 0
	}
	depot.n++
	depot.bytes += size
	i := depot.n
	r := (*stackRecord)(page.Persistent(size, 8))
	r.hash, r.n = hash, uint32(len(pcs))
	for k, pc := range pcs {
		r.pcs[k] = pc
	}
	depot.addrs[i] = uintptr(unsafe.Pointer(r))
	atomic.Store(&depot.slots[slot], i)
	task.Unlock(&depot.lock)
	return i
}

// Stack gives the return addresses of a stack.
func Stack(i uint32) []uintptr {
	if i == 0 || i > depot.n {
		return nil
	}
	r := (*stackRecord)(unsafe.Pointer(depot.addrs[i]))
	return r.pcs[:r.n]
}
