//go:build strata

package sched

import (
	"internal/runtime/atomic"
	"math/bits"
	"runtime/internal/task"
	"unsafe"
)

// All Gs ever made, in an array that doubles; Gs and old arrays are never
// freed, so readers need no lock: they load the length first.
var (
	allgLock task.Mutex
	allgs    **G
	allgCap  uintptr
	allgLen  atomic.Uintptr
)

// shelved has a bit for each of allgs that is dead and in the shared lists, not with a P. Whoever looks at all Gs
// passes over these without touching their records: a program that once had many goroutines has many of them. It is
// written under sched.freeLock.
var shelved *uint64

// NumG is the number of Gs ever made; GAt is the i-th of them.
func NumG() int { return int(allgLen.Load()) }

func GAt(i int) *G {
	base := atomic.Loadp(unsafe.Pointer(&allgs))
	return *(**G)(unsafe.Add(base, uintptr(i)*8))
}

// NextG returns the index, from i on and below end, of the next G that may be alive, or end. Those that it passes over
// may have come alive since the call began.
func NextG(i, end int) int {
	base := atomic.Loadp(unsafe.Pointer(&shelved))
	for i < end {
		w := ^atomic.Load64(bitWord(base, uintptr(i))) >> (i % 64)
		if w != 0 {
			return min(i+bits.TrailingZeros64(w), end)
		}
		i += 64 - i%64
	}
	return end
}

func bitWord(base unsafe.Pointer, i uintptr) *uint64 { return (*uint64)(unsafe.Add(base, i/64*8)) }

// setShelved notes whether gp is in the shared lists. sched.freeLock is held.
func setShelved(gp *G, in bool) {
	w := bitWord(unsafe.Pointer(shelved), uintptr(gp.Index))
	bit := uint64(1) << (gp.Index % 64)
	if in {
		atomic.Store64(w, *w|bit)
	} else {
		atomic.Store64(w, *w&^bit)
	}
}

func addG(gp *G) {
	task.Lock(&allgLock)
	n := allgLen.Load()
	if n == allgCap {
		growAllgs(n)
	}
	gp.Index = uint32(n)
	*(*uintptr)(unsafe.Add(unsafe.Pointer(allgs), n*8)) = uintptr(unsafe.Pointer(gp))
	allgLen.Store(n + 1)
	task.Unlock(&allgLock)
}

// growAllgs makes the arrays of n Gs, which are full, twice as long. allgLock is held.
func growAllgs(n uintptr) {
	bigger := max(2*n, 64)
	gs, bits := persistent(bigger*8), persistent(bigger/64*8)
	task.Lock(&sched.freeLock)
	if n > 0 {
		task.Memmove(gs, unsafe.Pointer(allgs), n*8)
		task.Memmove(bits, unsafe.Pointer(shelved), n/64*8)
	}
	atomic.StorepNoWB(unsafe.Pointer(&shelved), bits)
	task.Unlock(&sched.freeLock)
	atomic.StorepNoWB(unsafe.Pointer(&allgs), gs)
	allgCap = bigger
}
