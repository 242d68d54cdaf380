//go:build strata

package page

import (
	"runtime/internal/kernel"
	"runtime/internal/task"
	"unsafe"
)

// Memory for the runtime's own records: never collected, never given back.

const persistentBlock = 256 << 10

var persistent struct {
	lock task.Mutex
	next uintptr
	end  uintptr
}

// Persistent returns size zeroed bytes that are never freed. align is a power
// of two; 0 means 8.
func Persistent(size, align uintptr) unsafe.Pointer {
	align = max(align, 8)
	if size >= persistentBlock/4 {
		return Large(size)
	}
	task.Lock(&persistent.lock)
	p := (persistent.next + align - 1) &^ (align - 1)
	if persistent.next == 0 || p+size > persistent.end {
		block := uintptr(kernel.Alloc(persistentBlock))
		if block == 0 {
			task.Unlock(&persistent.lock) // a traceback may want some, too
			noMemory()
		}
		stats.Meta += persistentBlock
		p = block
		persistent.end = block + persistentBlock
	}
	persistent.next = p + size
	task.Unlock(&persistent.lock)
	return unsafe.Pointer(p)
}

// Large returns size zeroed bytes, most of which may never be touched. They are never freed.
func Large(size uintptr) unsafe.Pointer {
	p := kernel.Alloc(size)
	if p == nil {
		noMemory()
	}
	return p
}

// A Fixed hands out zeroed records of one size, which can be freed. Its user
// provides the lock.
type Fixed struct {
	Size  uintptr
	InUse uintptr // records
	free  uintptr // list through the first word
}

// Alloc returns a zeroed record.
func (f *Fixed) Alloc() unsafe.Pointer {
	f.InUse++
	if f.free == 0 {
		align := uintptr(8)
		if f.Size%64 == 0 {
			align = 64 // a cache line
		}
		return Persistent(f.Size, align)
	}
	p := unsafe.Pointer(f.free)
	f.free = *(*uintptr)(p)
	task.MemclrNoHeapPointers(p, f.Size)
	return p
}

// Free takes a record back.
func (f *Fixed) Free(p unsafe.Pointer) {
	f.InUse--
	*(*uintptr)(p) = f.free
	f.free = uintptr(p)
}
