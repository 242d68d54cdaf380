//go:build strata

package page

import (
	"internal/goexperiment"
	"runtime/internal/kernel"
	"unsafe"
)

// Where the heap lies. Its address is different in each process, so that one who can
// have a program misuse an address does not know any. For debugging it is always the same, easy to recognise in a dump, where
// the program was built with GOEXPERIMENT=norandomizedheapbase64, or where the kernel has been told
// not to choose addresses at random, as debuggers and setarch -R do.
//
// Stacks of goroutines lie in the heap. Those of threads and all tables are where the kernel puts them.
const (
	fixedBase  = 0xc000000000
	randomFrom = 1 << 40 // high enough to look like no small integer
	randomTo   = 1 << 46 // low enough for the kernel's own choices, from 1<<47 downwards
	baseAlign  = 64 << 20
)

func startAddress() uintptr {
	if !goexperiment.RandomizedHeapBase64 || kernel.Random == nil || kernel.FixedAddresses() {
		return fixedBase
	}
	// The bytes also seed the program's random numbers, which addresses must not tell of.
	w := (*[2]uint64)(unsafe.Pointer(kernel.Random))
	x := w[0] ^ w[1]<<32 ^ w[1]>>32
	x = (x ^ x>>33) * 0xff51afd7ed558ccd
	x = (x ^ x>>33) * 0xc4ceb9fe1a85ec53
	x ^= x >> 33
	return randomFrom + uintptr(x%((randomTo-randomFrom-maxReserve)/baseAlign))*baseAlign
}

// reserveHeap sets Base and Reserved. Where the process may not have maxReserve addresses, it takes
// a share of what it can have, and leaves the rest to everything that is not the heap.
func reserveHeap() {
	at := startAddress()
	size := uintptr(maxReserve)
	for ; !reserveAt(at, size); size -= (size/8 + chunkSize - 1) &^ (chunkSize - 1) {
		if size <= chunkSize {
			kernel.Throw("out of memory: cannot reserve address space for the heap")
		}
	}
	if size < maxReserve {
		keep := max(size/8*7&^(chunkSize-1), chunkSize)
		kernel.Free(Base+keep, size-keep)
		size = keep
	}
	Reserved = size
}

// reserveAt reserves size addresses, at the given one if nothing is in the way, and sets Base.
func reserveAt(at, size uintptr) bool {
	p := kernel.Reserve(at, size)
	if p == 0 {
		return false
	}
	if p%chunkSize != 0 {
		kernel.Free(p, size)
		if p = kernel.Reserve(0, size+chunkSize); p == 0 {
			return false
		}
		up := -p % chunkSize
		kernel.Free(p, up)
		kernel.Free(p+up+size, chunkSize-up)
		p += up
	}
	Base = p
	return true
}

// A Table is addresses for a large table, of which a beginning is usable, zeroed memory.
type Table struct {
	Base  uintptr
	size  uintptr
	ready uintptr // bytes that are usable
}

const tableStep = 64 << 10

// Reserve is for a table of at most size bytes.
func (t *Table) Reserve(size uintptr) {
	t.size = (size + tableStep - 1) &^ (tableStep - 1)
	t.Base = kernel.Reserve(0, t.size)
	if t.Base == 0 {
		kernel.Throw("out of memory: cannot reserve address space for the heap's tables")
	}
}

// Extend makes the first n bytes usable.
func (t *Table) Extend(n uintptr) {
	n = (n + tableStep - 1) &^ (tableStep - 1)
	if n <= t.ready {
		return
	}
	if !kernel.Map(t.Base+t.ready, n-t.ready) {
		noMemory()
	}
	stats.Meta += n - t.ready
	t.ready = n
}
