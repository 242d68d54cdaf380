//go:build strata

package gc

import (
	"internal/runtime/atomic"
	"internal/runtime/sys"
	"runtime/internal/heap"
	"runtime/internal/kernel"
	"runtime/internal/page"
	"runtime/internal/stack"
	"runtime/internal/task"
	"unsafe"
)

// Work that marking has found but not done: addresses of objects that are
// marked but whose pointers have not been followed ("grey"). A worker keeps
// them in a block of its own; full blocks go to a list from which all workers
// take.

const (
	blockSize = page.Size
	aheadLen  = 16
	foundLen  = 16
)

// A grey is the address of a grey object, or of a part of a large one. Where a bitmap tells the object's pointers its
// number of words stands in the bits above, which addresses do not need: scanning does without the span then.
type grey uintptr

const addrBits = 48

// greyOf names object i of s.
func greyOf(s *heap.Span, i uintptr) grey {
	o := grey(s.Object(i))
	if s.HasBitmap() {
		o |= grey(s.ElemSize / 8 << addrBits)
	}
	return o
}

func (o grey) addr() uintptr { return uintptr(o) & (1<<addrBits - 1) }

// words is 0 where there is no bitmap.
func (o grey) words() uintptr { return uintptr(o) >> addrBits }

// prefetch gets what scanning needs on its way into the processor's cache.
func (o grey) prefetch() {
	sys.Prefetch(o.addr())
	if o.words() != 0 {
		heap.PrefetchBitmap(o.addr())
	}
}

// A block is a stack of grey objects. Blocks are referred to by address: storing a
// pointer could run the write barrier, whose work lands here.
type block struct {
	next blockRef
	n    uintptr
	objs [blockSize/8 - 2]grey
}

type blockRef uintptr

func (r blockRef) get() *block { return (*block)(unsafe.Pointer(r)) }
func (b *block) ref() blockRef { return blockRef(unsafe.Pointer(b)) }

// Work is the state of one marking worker. It lies outside the heap.
type Work struct {
	cur blockRef
	counts
	ahead  [aheadLen]grey    // grey objects, taken in turn
	found  [foundLen]uintptr // addresses that wait for being marked, from head to tail
	turn   uint32
	head   uint32
	tail   uint32
	work   int64 // bytes scanned and not yet reported
	stacks stack.Scanner
	mode   mode    // of a worker goroutine
	from   uintptr // the object being scanned, for check.go
	root   string  // or the root
	rootID uint64
	next   *Work
}

// counts are what a worker did in a cycle.
type counts struct {
	bytes     uint64 // marked
	scanBytes uint64 // of these, in objects with pointers
	scanned   uint64 // bytes of stacks visited
	nstacks   uint64
}

func (c *counts) add(d *counts) {
	c.bytes += d.bytes
	c.scanBytes += d.scanBytes
	c.scanned += d.scanned
	c.nstacks += d.nstacks
	*d = counts{}
}

var (
	workLock task.Mutex
	full     blockRef // blocks with work
	empty    blockRef
	nfull    uint32
	nempty   uint32

	blockBytes uintptr // memory of all blocks
	workers    *Work   // all workers ever made

	mainWork *Work // of the thread that stopped the world
)

// newWork makes a worker's state.
func newWork() *Work {
	w := (*Work)(page.Persistent(unsafe.Sizeof(Work{}), 64))
	w.stacks.Exact = markExact
	w.stacks.Maybe = markMaybe
	w.stacks.W = unsafe.Pointer(w)
	task.Lock(&workLock)
	w.next = workers
	workers = w
	task.Unlock(&workLock)
	return w
}

// put adds a grey object.
func (w *Work) put(obj grey) {
	b := w.cur.get()
	if b == nil || b.n == uintptr(len(b.objs)) {
		b = w.roomy()
	}
	b.objs[b.n] = obj
	b.n++
}

// roomy gives a full block to everybody and starts a fresh one.
func (w *Work) roomy() *block {
	if w.cur != 0 {
		publish(w.cur.get())
	}
	b := freshBlock()
	w.cur = b.ref()
	return b
}

// release makes the worker's work visible to others.
func (w *Work) release() {
	w.settle()
	for i, obj := range w.ahead {
		if obj != 0 {
			w.ahead[i] = 0
			w.put(obj)
		}
	}
	if b := w.cur.get(); b != nil && b.n != 0 {
		w.cur = 0
		publish(b)
	}
}

// publish puts a block on the list from which all take.
func publish(b *block) {
	task.Lock(&workLock)
	b.next = full
	full = b.ref()
	atomic.Store(&nfull, nfull+1)
	task.Unlock(&workLock)
}

// freshBlock returns an empty block. It may be called wherever a barrier runs, that is with nearly any lock held, so it
// stores no pointers and takes no lock but workLock and the page allocator's, whose holders store none either.
func freshBlock() *block {
	task.Lock(&workLock)
	b := empty.get()
	if b != nil {
		empty = b.next
		nempty--
	}
	task.Unlock(&workLock)
	if b == nil {
		p, _ := page.Alloc(blockSize >> page.Shift)
		if p == 0 {
			kernel.Throw("out of memory")
		}
		atomic.Xadduintptr(&blockBytes, blockSize)
		b = blockRef(p).get()
	}
	b.next, b.n = 0, 0
	return b
}

// freeBlocks gives the memory of empty blocks back after a cycle, but for a few.
func freeBlocks() {
	const keep = 16
	for {
		task.Lock(&workLock)
		b := blockRef(0)
		if nempty > keep {
			b = empty
			empty = b.get().next
			nempty--
		}
		task.Unlock(&workLock)
		if b == 0 {
			return
		}
		page.Free(uintptr(b), blockSize>>page.Shift)
		atomic.Xadduintptr(&blockBytes, ^uintptr(blockSize-1))
	}
}

// WorkMemory is the bytes of memory that hold grey objects.
func WorkMemory() uintptr { return atomic.Loaduintptr(&blockBytes) }

// get returns a grey object, or 0 when there is none anywhere. Objects pass
// through a short queue, so that each has had time to come into the processor's cache.
func (w *Work) get() grey {
	i := w.turn % aheadLen
	w.turn++
	obj := w.ahead[i]
	next := w.pop()
	w.ahead[i] = next
	if next != 0 {
		next.prefetch()
		if obj != 0 {
			return obj
		}
	} else if obj != 0 {
		return obj
	}
	return w.getSlow()
}

// getSlow is for a queue with a gap: it fills gaps as long as there is work,
// and returns the next object.
func (w *Work) getSlow() grey {
	w.settle()
	for n := 0; n < aheadLen; n++ {
		i := w.turn % aheadLen
		w.turn++
		obj := w.ahead[i]
		w.ahead[i] = w.pop()
		if obj != 0 {
			return obj
		}
	}
	// Once round: what was popped on the way is in the queue now.
	for n := 0; n < aheadLen; n++ {
		i := w.turn % aheadLen
		w.turn++
		if obj := w.ahead[i]; obj != 0 {
			w.ahead[i] = 0
			return obj
		}
	}
	return 0
}

// pop takes an object from the worker's block or from others.
func (w *Work) pop() grey {
	b := w.cur.get()
	if b == nil || b.n == 0 {
		b = w.steal()
		if b == nil {
			return 0
		}
	}
	b.n--
	return b.objs[b.n]
}

// steal exchanges the worker's empty block for one with work.
func (w *Work) steal() *block {
	if atomic.Load(&nfull) == 0 {
		return nil
	}
	task.Lock(&workLock)
	b := full.get()
	if b != nil {
		full = b.next
		atomic.Store(&nfull, nfull-1)
		if old := w.cur.get(); old != nil {
			old.next = empty
			empty = w.cur
			nempty++
		}
		w.cur = b.ref()
	}
	task.Unlock(&workLock)
	return b
}
