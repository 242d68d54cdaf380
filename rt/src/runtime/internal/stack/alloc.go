//go:build strata

package stack

import (
	"internal/runtime/atomic"
	"math/bits"
	"runtime/internal/design"
	"runtime/internal/heap"
	"runtime/internal/kernel"
	"runtime/internal/page"
	"runtime/internal/task"
	"unsafe"
)

// Memory of stacks. Sizes are powers of two. Stacks of less than largeStack
// bytes are slots of blocks of that size, which go back to the heap when none of their slots is in use; larger
// ones are runs of pages. Each P keeps a few free stacks of each small size. Everything here runs on a system stack.

const (
	minOrder   = 11 // 2 KB
	smallOrder = 15 // 32 KB: from here on pages
	orders     = smallOrder - minOrder
	largeStack = 1 << smallOrder

	cacheMax = 32 << 10 // bytes of one size in a cache
)

// A freeList holds the free stacks of one size in a cache.
type freeList struct {
	n      int
	stacks [cacheMax / task.StackMin]uintptr
}

// Cache is a P's store of free stacks.
type Cache struct {
	lists [orders]freeList
}

// capacity is how many stacks of an order a cache holds at most.
func capacity(o uint) int { return cacheMax / task.StackMin >> o }

var (
	pool  [orders]heap.Slots
	large uintptr // bytes of large stacks
)

// Init prepares the memory of stacks.
func Init() {
	for o := range pool {
		pool[o].Init(task.StackMin << o)
	}
}

// InUse returns the bytes of memory taken for stacks.
func InUse() uintptr {
	n := atomic.Loaduintptr(&large)
	for o := range pool {
		n += pool[o].Bytes()
	}
	return n
}

var startingSize uintptr = task.StackMin

// StartingSize is the size of a new goroutine's stack. Segments start as large as they go on.
func StartingSize() uintptr {
	if design.SegmentsStacks {
		return segmentSize
	}
	return startingSize
}

// SetStartingSize changes it; size is a power of two of at least 2 KB.
func SetStartingSize(size uintptr) { startingSize = size }

func order(size uintptr) uint { return uint(bits.TrailingZeros64(uint64(size))) - minOrder }

// Alloc returns a stack of size bytes, a power of two of at least 2 KB.
func Alloc(size uintptr) task.Stack {
	if size&(size-1) != 0 || size < task.StackMin {
		kernel.Throw("stack size is no power of two")
	}
	var p uintptr
	if size >= largeStack {
		p, _ = page.Alloc(size >> page.Shift)
		atomic.Xadduintptr(&large, size)
	} else {
		p = allocSmall(order(size))
	}
	if p == 0 {
		kernel.Throw("out of memory")
	}
	return task.Stack{Lo: p, Hi: p + size}
}

// Free takes a stack back.
func Free(s task.Stack) {
	size := s.Hi - s.Lo
	if poisonFree {
		for p := s.Lo; p < s.Hi; p += 8 {
			*(*uintptr)(unsafe.Pointer(p)) = 0xdeadbeefdeadbeef
		}
	}
	if size >= largeStack {
		atomic.Xadduintptr(&large, -size)
		page.Free(s.Lo, size>>page.Shift)
		return
	}
	o := order(size)
	c := cache()
	if c == nil {
		one := [1]uintptr{s.Lo}
		pool[o].Free(one[:])
		return
	}
	l := &c.lists[o]
	if limit := capacity(o); l.n == limit {
		l.n -= limit / 2
		pool[o].Free(l.stacks[l.n:limit])
	}
	l.stacks[l.n] = s.Lo
	l.n++
}

var poisonFree bool

// cache returns the running P's store, or nil without a P.
func cache() *Cache {
	pp := task.Getg().M.P
	if pp == nil {
		return nil
	}
	if pp.Stacks == nil {
		pp.Stacks = page.Persistent(unsafe.Sizeof(Cache{}), 64)
	}
	return (*Cache)(pp.Stacks)
}

func allocSmall(o uint) uintptr {
	c := cache()
	if c == nil {
		var one [1]uintptr
		pool[o].Alloc(one[:])
		return one[0]
	}
	l := &c.lists[o]
	if l.n == 0 {
		l.n = pool[o].Alloc(l.stacks[:capacity(o)/2])
		if l.n == 0 {
			return 0
		}
	}
	l.n--
	return l.stacks[l.n]
}

// FlushCache gives the free stacks of pp to everybody.
func FlushCache(pp *task.P) {
	c := (*Cache)(pp.Stacks)
	if c == nil {
		return
	}
	for o := range c.lists {
		l := &c.lists[o]
		pool[o].Free(l.stacks[:l.n])
		l.n = 0
	}
}

// Trim gives memory back that became free while the collector marked.
func Trim() {
	for o := range pool {
		pool[o].Trim()
	}
}
