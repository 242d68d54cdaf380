//go:build strata

package gc

import (
	"internal/runtime/atomic"
	"internal/runtime/sys"
	"runtime/internal/design"
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
	next  blockRef
	n     uintptr
	spans bool // see spans.go
	objs  [blockSize/8 - 3]grey
}

type blockRef uintptr

func (r blockRef) get() *block { return (*block)(unsafe.Pointer(r)) }
func (b *block) ref() blockRef { return blockRef(unsafe.Pointer(b)) }

// Work is the state of one marking worker. It lies outside the heap.
type Work struct {
	cur blockRef
	Counts
	ahead          [aheadLen]grey    // grey objects, from taken to fetched
	found          [foundLen]uintptr // addresses that wait for being marked, from head to tail
	fetched, taken uint32
	head, tail     uint32
	Done           int64 // bytes scanned and not yet reported
	Mode           uint8 // of a worker goroutine, for its plan
	spans          spanQueue
	stacks         stack.Scanner
	from           uintptr // the object being scanned, for check.go
	root           string  // or the root
	rootID         uint64
	next           *Work
}

// Counts are what a worker did in a cycle.
type Counts struct {
	bytes     uint64 // marked
	scanBytes uint64 // of these, in objects with pointers
	scanned   uint64 // bytes of stacks visited
	nstacks   uint64
}

func (c *Counts) Add(d *Counts) {
	c.bytes += d.bytes
	c.scanBytes += d.scanBytes
	c.scanned += d.scanned
	c.nstacks += d.nstacks
	*d = Counts{}
}

// A pool has the blocks of all workers.
type pool struct {
	lock          task.Mutex
	full          blockRef // blocks with work
	spans         blockRef // and those with spans, the oldest first
	lastSpans     blockRef
	empty         blockRef
	nfull, nempty uint32
	bytes         uintptr // memory of all blocks
	workers       *Work   // all workers ever made
}

var lists pool

// Main is the worker of the thread that stopped the world.
var Main *Work

// HaveWork reports whether there is work that everybody may take.
func HaveWork() bool { return atomic.Load(&lists.nfull) != 0 }

// NewWork makes a worker's state.
func NewWork() *Work {
	w := (*Work)(page.Persistent(unsafe.Sizeof(Work{}), 64))
	w.stacks.Exact = markExact
	w.stacks.Maybe = markMaybe
	w.stacks.W = unsafe.Pointer(w)
	task.Lock(&lists.lock)
	w.next = lists.workers
	lists.workers = w
	task.Unlock(&lists.lock)
	return w
}

// ResetWork prepares all workers for a cycle. The world is stopped.
func ResetWork() {
	for w := lists.workers; w != nil; w = w.next {
		w.Counts = Counts{}
		w.Done = 0
	}
}

// TotalWork takes what all workers have counted. The world is stopped.
func TotalWork() Counts {
	total := Counts{}
	for w := lists.workers; w != nil; w = w.next {
		total.Add(&w.Counts)
	}
	return total
}

// Born counts n bytes that were marked when they were allocated, scan of them in objects with pointers.
func (c *Counts) Born(n, scan uint64) {
	c.bytes += n
	c.scanBytes += scan
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

// Release makes the worker's work visible to others.
func (w *Work) Release() {
	w.settle()
	if design.MarksSpans {
		w.releaseSpans()
	}
	for ; w.taken != w.fetched; w.taken++ {
		w.put(w.ahead[w.taken%aheadLen])
	}
	if b := w.cur.get(); b != nil && b.n != 0 {
		w.cur = 0
		publish(b)
	}
}

// publish puts a block on the list from which all take.
func publish(b *block) {
	task.Lock(&lists.lock)
	if design.MarksSpans && b.spans {
		b.next = 0
		if last := lists.lastSpans.get(); last != nil {
			last.next = b.ref()
		} else {
			lists.spans = b.ref()
		}
		lists.lastSpans = b.ref()
	} else {
		b.next = lists.full
		lists.full = b.ref()
	}
	atomic.Store(&lists.nfull, lists.nfull+1)
	task.Unlock(&lists.lock)
}

// putEmpty keeps an empty block for the next who needs one. The lock is held.
func (l *pool) putEmpty(b *block) {
	b.next = l.empty
	l.empty = b.ref()
	l.nempty++
}

// freshBlock returns an empty block. It may be called wherever a barrier runs, that is with nearly any lock held, so it
// stores no pointers and takes no lock but workLock and the page allocator's, whose holders store none either.
func freshBlock() *block {
	task.Lock(&lists.lock)
	b := lists.empty.get()
	if b != nil {
		lists.empty = b.next
		lists.nempty--
	}
	task.Unlock(&lists.lock)
	if b == nil {
		p, _ := page.Alloc(blockSize >> page.Shift)
		if p == 0 {
			kernel.Throw("out of memory")
		}
		atomic.Xadduintptr(&lists.bytes, blockSize)
		b = blockRef(p).get()
	}
	b.next, b.n, b.spans = 0, 0, false
	return b
}

// trim gives the memory of empty blocks back after a cycle, but for a few.
func (l *pool) trim() {
	const keep = 16
	for {
		task.Lock(&lists.lock)
		b := blockRef(0)
		if lists.nempty > keep {
			b = lists.empty
			lists.empty = b.get().next
			lists.nempty--
		}
		task.Unlock(&lists.lock)
		if b == 0 {
			return
		}
		page.Free(uintptr(b), blockSize>>page.Shift)
		atomic.Xadduintptr(&lists.bytes, ^uintptr(blockSize-1))
	}
}

// WorkMemory is the bytes of memory that hold grey objects.
func WorkMemory() uintptr { return atomic.Loaduintptr(&lists.bytes) }

// get returns a grey object, or 0 when there is none anywhere. Objects pass
// through a short queue, so that each has had time to come into the processor's cache.
func (w *Work) get() grey {
	for {
		for w.fetched-w.taken < aheadLen {
			o := w.pop()
			if o == 0 {
				break
			}
			o.prefetch()
			w.ahead[w.fetched%aheadLen] = o
			w.fetched++
		}
		if w.fetched != w.taken {
			o := w.ahead[w.taken%aheadLen]
			w.taken++
			return o
		}
		if w.head == w.tail {
			return 0
		}
		w.settle()
	}
}

// pop takes an object from what the worker has, or from others.
func (w *Work) pop() grey {
	for {
		if b := w.cur.get(); b != nil && b.n != 0 {
			b.n--
			return b.objs[b.n]
		}
		if design.MarksSpans {
			if o := w.dueObject(); o != 0 {
				return o
			}
			if b := w.cur.get(); b != nil && b.n != 0 {
				continue // of a dense span
			}
		}
		if !w.steal() {
			return 0
		}
	}
}

// steal exchanges the worker's empty block for one with work.
func (w *Work) steal() bool {
	if atomic.Load(&lists.nfull) == 0 {
		return false
	}
	task.Lock(&lists.lock)
	b := lists.full.get()
	switch {
	case b != nil:
		lists.full = b.next
		atomic.Store(&lists.nfull, lists.nfull-1)
		if old := w.cur.get(); old != nil {
			lists.putEmpty(old)
		}
		w.cur = b.ref()
	case design.MarksSpans && lists.spans != 0:
		w.takeSpans()
	default:
		task.Unlock(&lists.lock)
		return false
	}
	task.Unlock(&lists.lock)
	return true
}
