//go:build strata

// Package page hands out runs of pages of the collected heap and of stacks,
// and memory for the runtime's own tables.
//
// One range of addresses is reserved at start and made usable arena by arena.
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

	ArenaSize = 64 << 20 // bytes made usable at a time

	groupChunks = 64
	groupPages  = groupChunks * chunkPages

	maxReserve = 512 << 30
	minReserve = 1 << 30
	hint       = 0xc000000000 // high enough to look like no small integer, and easy to recognise in a dump
)

// The heap's addresses: [Base, Base+Reserved), usable below Base+mapped.
var (
	Base     uintptr
	Reserved uintptr

	lock   task.Mutex
	mapped uintptr
	chunks *[maxReserve / Size / chunkPages]chunk
	sums   *[maxReserve / Size / chunkPages]summary
	groups *[maxReserve / Size / groupPages]summary
	first  uintptr // no group before this one has a free page

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

// Init reserves the heap's addresses.
func Init() {
	for size := uintptr(maxReserve); size >= minReserve; size /= 2 {
		p := kernel.Reserve(hint, size+ArenaSize)
		if p != 0 {
			Base = (p + ArenaSize - 1) &^ (ArenaSize - 1)
			Reserved = size
			break
		}
	}
	if Base == 0 {
		kernel.Throw("cannot reserve address space for the heap")
	}
	nchunks := Reserved / Size / chunkPages
	ngroups := (nchunks + groupChunks - 1) / groupChunks
	chunks = (*[maxReserve / Size / chunkPages]chunk)(Table(nchunks * unsafe.Sizeof(chunk{})))
	sums = (*[maxReserve / Size / chunkPages]summary)(Table(nchunks * unsafe.Sizeof(summary{})))
	groups = (*[maxReserve / Size / groupPages]summary)(Table(ngroups * unsafe.Sizeof(summary{})))
}

// Table returns zeroed memory for a large table, most of which may never be
// touched.
func Table(size uintptr) unsafe.Pointer {
	p := kernel.Alloc(size)
	if p == nil {
		kernel.Throw("cannot allocate memory for the heap's tables")
	}
	return p
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
	last := min((g+1)*groupChunks, mapped/Size/chunkPages)
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

// grow makes arenas for n more pages usable.
func grow(n uintptr) bool {
	size := (n<<Shift + ArenaSize - 1) &^ (ArenaSize - 1)
	if size < n<<Shift || size > Reserved-mapped {
		return false
	}
	addr := Base + mapped
	if !kernel.Map(addr, size) {
		return false
	}
	if Mapped != nil {
		Mapped(addr, size) // before anybody takes an address in it for usable
	}
	from := mapped / Size / chunkPages
	first = min(first, from/groupChunks)
	mapped += size
	stats.Mapped = mapped
	stats.Released += size
	for c := from; c < mapped/Size/chunkPages; c++ {
		chunks[c].released.set(0, chunkPages)
		sums[c] = summary{chunkPages, chunkPages, chunkPages}
	}
	for c := from; c < mapped/Size/chunkPages; c += groupChunks - c%groupChunks {
		updateGroup(c / groupChunks)
	}
	first = min(first, from/groupChunks) // a group that was mapped in part and full may have been passed over
	return true
}

// Mapped is called with each range that becomes usable, under the lock.
var Mapped func(addr, size uintptr)

// MappedEnd is the end of the usable addresses.
//
//go:nosplit
func MappedEnd() uintptr { return Base + mapped }
