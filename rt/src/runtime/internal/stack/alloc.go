//go:build strata

package stack

import (
	"internal/runtime/atomic"
	"math/bits"
	"runtime/internal/design"
	"runtime/internal/kernel"
	"runtime/internal/page"
	"runtime/internal/task"
	"unsafe"
)

// Memory of stacks. Sizes are powers of two. Stacks of less than largeStack
// bytes come from blocks of largeStack bytes that are cut up and never put
// together again; larger ones are runs of pages. Each P keeps a few free stacks
// of each small size. Everything here runs on a system stack.

const (
	minOrder   = 11 // 2 KB
	smallOrder = 15 // 32 KB: from here on pages
	orders     = smallOrder - minOrder
	largeStack = 1 << smallOrder

	cacheMax  = 32 << 10 // bytes of one size in a cache
	cacheHalf = cacheMax / 2
)

// freeStack is a free stack, in lists through its first word.
type freeStack struct {
	next *freeStack
}

type freeList struct {
	first *freeStack
	bytes uintptr
}

func (l *freeList) push(p uintptr, size uintptr) {
	f := (*freeStack)(unsafe.Pointer(p))
	f.next = l.first
	l.first = f
	l.bytes += size
}

func (l *freeList) pop(size uintptr) uintptr {
	f := l.first
	if f == nil {
		return 0
	}
	l.first = f.next
	l.bytes -= size
	return uintptr(unsafe.Pointer(f))
}

// Cache is a P's store of free stacks.
type Cache struct {
	lists [orders]freeList
}

var (
	poolLock task.Mutex
	pool     [orders]freeList

	inUse uintptr // bytes of all stacks that Alloc gave out
)

// InUse returns the bytes of stacks in use.
func InUse() uintptr { return atomic.Loaduintptr(&inUse) }

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
	atomic.Xadduintptr(&inUse, size)
	var p uintptr
	if size >= largeStack {
		p, _ = page.Alloc(size >> page.Shift)
	} else {
		p = allocSmall(order(size), size)
	}
	if p == 0 {
		kernel.Throw("out of memory (stack allocation)")
	}
	return task.Stack{Lo: p, Hi: p + size}
}

// Free takes a stack back.
func Free(s task.Stack) {
	size := s.Hi - s.Lo
	atomic.Xadduintptr(&inUse, -size)
	if poisonFree {
		for p := s.Lo; p < s.Hi; p += 8 {
			*(*uintptr)(unsafe.Pointer(p)) = 0xdeadbeefdeadbeef
		}
	}
	if size >= largeStack {
		page.Free(s.Lo, size>>page.Shift)
		return
	}
	o := order(size)
	c := cache()
	if c == nil {
		task.Lock(&poolLock)
		pool[o].push(s.Lo, size)
		task.Unlock(&poolLock)
		return
	}
	l := &c.lists[o]
	l.push(s.Lo, size)
	if l.bytes > cacheMax {
		task.Lock(&poolLock)
		for l.bytes > cacheHalf {
			pool[o].push(l.pop(size), size)
		}
		task.Unlock(&poolLock)
	}
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

func allocSmall(o uint, size uintptr) uintptr {
	c := cache()
	if c == nil {
		task.Lock(&poolLock)
		p := takeFromPool(o, size)
		task.Unlock(&poolLock)
		return p
	}
	l := &c.lists[o]
	if p := l.pop(size); p != 0 {
		return p
	}
	task.Lock(&poolLock)
	for l.bytes < cacheHalf {
		p := takeFromPool(o, size)
		if p == 0 {
			break
		}
		l.push(p, size)
	}
	task.Unlock(&poolLock)
	return l.pop(size)
}

func takeFromPool(o uint, size uintptr) uintptr {
	if p := pool[o].pop(size); p != 0 {
		return p
	}
	block, _ := page.Alloc(largeStack >> page.Shift)
	if block == 0 {
		return 0
	}
	for off := size; off < largeStack; off += size {
		pool[o].push(block+off, size)
	}
	return block
}

// FlushCache gives the free stacks of pp to everybody.
func FlushCache(pp *task.P) {
	c := (*Cache)(pp.Stacks)
	if c == nil {
		return
	}
	task.Lock(&poolLock)
	for o := range c.lists {
		size := uintptr(task.StackMin) << o
		for c.lists[o].first != nil {
			pool[o].push(c.lists[o].pop(size), size)
		}
	}
	task.Unlock(&poolLock)
}
