//go:build strata

// Package page hands out runs of pages of the collected heap and of stacks,
// and memory for the runtime's own tables.
//
// One range of addresses is reserved at start and made usable bit by bit.
// Free pages are found first fit, lowest address first, which keeps the heap
// dense: a bit per page, summaries of the free runs of each chunk (4 MB) and
// of each group of chunks (256 MB).
//
// Everything here must run on a system stack: a goroutine whose stack had to
// grow while it holds the lock would wait for itself.
package page

import (
	"runtime/internal/kernel"
	"runtime/internal/task"
	"unsafe"
)

const (
	Shift = 13
	Size  = 1 << Shift // bytes of a page

	chunkSize = chunkPages * Size
	maxStep   = 64 << 20 // bytes made usable at a time, unless more are asked for

	groupChunks = 64
	groupPages  = groupChunks * chunkPages

	maxReserve = 512 << 30
)

// The heap's addresses: [Base, Base+Reserved), usable below Base+mapped.
var (
	Base     uintptr
	Reserved uintptr

	lock   task.Mutex
	mapped uintptr
	chunks *[maxReserve / chunkSize]chunk
	sums   *[maxReserve / chunkSize]summary
	groups *[maxReserve / Size / groupPages]summary
	first  uintptr // no group before this one has a free page

	chunkTable, sumTable, groupTable Table // where these lie

	stats Stats
)

// Stats counts bytes. Freshly mapped pages count as released.
type Stats struct {
	Mapped   uintptr // usable addresses
	InUse    uintptr // in allocated runs
	Released uintptr // free, without memory behind them
	Meta     uintptr // the tables of this package
}

// ReadStats returns the present figures.
func ReadStats() Stats { return stats }

// Init reserves the heap's addresses and those of this package's tables.
func Init() {
	reserveHeap()
	nchunks := Reserved / chunkSize
	chunkTable.Reserve(nchunks * unsafe.Sizeof(chunk{}))
	sumTable.Reserve(nchunks * unsafe.Sizeof(summary{}))
	groupTable.Reserve((nchunks + groupChunks - 1) / groupChunks * unsafe.Sizeof(summary{}))
	chunks = (*[maxReserve / chunkSize]chunk)(unsafe.Pointer(chunkTable.Base))
	sums = (*[maxReserve / chunkSize]summary)(unsafe.Pointer(sumTable.Base))
	groups = (*[maxReserve / Size / groupPages]summary)(unsafe.Pointer(groupTable.Base))
}

// Alloc returns the address of n pages, or 0 when there is no memory. clean
// says that they are zero.
func Alloc(n uintptr) (addr uintptr, clean bool) {
	task.Lock(&lock)
	at, ok := find(n)
	if !ok {
		if !grow(n) {
			task.Unlock(&lock)
			return 0, false
		}
		at, ok = find(n)
		if !ok {
			kernel.Throw("page: no room after growing")
		}
	}
	clean = take(at, n)
	task.Unlock(&lock)
	payLimit()
	return Base + at<<Shift, clean
}

// Free gives n pages back.
func Free(addr, n uintptr) {
	task.Lock(&lock)
	at := (addr - Base) >> Shift
	first = min(first, at/groupPages)
	stats.InUse -= n << Shift
	for n > 0 {
		c, lo := at/chunkPages, uint(at%chunkPages)
		hi := uint(min(uintptr(lo)+n, chunkPages))
		chunks[c].used.clear(lo, hi)
		update(c)
		n -= uintptr(hi - lo)
		at += uintptr(hi - lo)
	}
	task.Unlock(&lock)
}

// take marks pages used and reports whether all of them were released.
func take(at, n uintptr) bool {
	stats.InUse += n << Shift
	clean := true
	for n > 0 {
		c, lo := at/chunkPages, uint(at%chunkPages)
		hi := uint(min(uintptr(lo)+n, chunkPages))
		ch := &chunks[c]
		ch.used.set(lo, hi)
		fresh := ch.released.count(lo, hi)
		if fresh != hi-lo {
			clean = false
		}
		if fresh != 0 {
			ch.released.clear(lo, hi)
			stats.Released -= uintptr(fresh) << Shift
		}
		update(c)
		n -= uintptr(hi - lo)
		at += uintptr(hi - lo)
	}
	return clean
}

// update brings the summaries of chunk c and its group up to date.
func update(c uintptr) {
	now := chunks[c].used.summarise()
	if sums[c] == now {
		return
	}
	sums[c] = now
	updateGroup(c / groupChunks)
}

func updateGroup(g uintptr) {
	s := sums[g*groupChunks]
	size := uint32(chunkPages)
	last := min((g+1)*groupChunks, mapped/chunkSize)
	for i := g*groupChunks + 1; i < last; i++ {
		s = s.join(size, sums[i], chunkPages)
		size += chunkPages
	}
	if size < groupPages {
		s.end = 0 // what follows is not mapped
	}
	groups[g] = s
}

// find returns the first page of the lowest n free pages in a row.
func find(n uintptr) (at uintptr, ok bool) {
	run := uintptr(0) // free pages just before the group at hand
	ngroups := (mapped>>Shift + groupPages - 1) / groupPages
	for g := first; g < ngroups; g++ {
		s := groups[g]
		if s.max == 0 && g == first {
			first++
		}
		if run+uintptr(s.start) >= n {
			return g*groupPages - run, true
		}
		if uintptr(s.max) >= n {
			return findChunk(g, n), true
		}
		if s.start == groupPages {
			run += groupPages
		} else {
			run = uintptr(s.end)
		}
	}
	return 0, false
}

// findChunk finds n free pages inside group g, which has them.
func findChunk(g, n uintptr) uintptr {
	run := uintptr(0)
	for c := g * groupChunks; c < (g+1)*groupChunks; c++ {
		s := sums[c]
		if run+uintptr(s.start) >= n {
			return c*chunkPages - run
		}
		if uintptr(s.max) >= n {
			return c*chunkPages + uintptr(chunks[c].used.fit(uint(n)))
		}
		if s.start == chunkPages {
			run += chunkPages
		} else {
			run = uintptr(s.end)
		}
	}
	kernel.Throw("page: summary is wrong")
	return 0
}

// grow makes addresses for n more pages usable; it takes more at a time the more there are already.
func grow(n uintptr) bool {
	need := (n<<Shift + chunkSize - 1) &^ (chunkSize - 1)
	if need < n<<Shift || need > Reserved-mapped {
		if Reserved < maxReserve {
			print("runtime: out of memory: cannot allocate ", need, "-byte block (", mapped, " in use)\n")
			return false
		}
		noMemory()
	}
	size := min(max(need, min(mapped/8&^(chunkSize-1), maxStep)), Reserved-mapped)
	addr := Base + mapped
	if !kernel.Map(addr, size) {
		size = need
		if !kernel.Map(addr, size) {
			noMemory()
		}
	}
	if Mapped != nil {
		Mapped(addr, size) // before anybody takes an address in it for usable
	}
	from := mapped / chunkSize
	to := from + size/chunkSize
	chunkTable.Extend(to * unsafe.Sizeof(chunk{}))
	sumTable.Extend(to * unsafe.Sizeof(summary{}))
	groupTable.Extend((to + groupChunks - 1) / groupChunks * unsafe.Sizeof(summary{}))
	mapped += size
	stats.Mapped = mapped
	stats.Released += size
	for c := from; c < to; c++ {
		chunks[c].released.set(0, chunkPages)
		sums[c] = summary{chunkPages, chunkPages, chunkPages}
	}
	for c := from; c < to; c += groupChunks - c%groupChunks {
		updateGroup(c / groupChunks)
	}
	first = min(first, from/groupChunks) // a group that was mapped in part and full may have been passed over
	return true
}

// noMemory ends a process to which the kernel gives no more memory, whatever it is for.
func noMemory() { kernel.Throw("runtime: out of memory") }

// Mapped is called with each range that becomes usable, under the lock.
var Mapped func(addr, size uintptr)

// MappedEnd is the end of the usable addresses.
//
//go:nosplit
func MappedEnd() uintptr { return Base + mapped }
