//go:build strata

package race

import (
	"internal/runtime/atomic"
	"runtime/internal/kernel"
	"runtime/internal/page"
	"runtime/internal/task"
	"unsafe"
)

// A granule is the shadow of eight bytes: two cells, and an overflow with more of them.
type granule struct {
	word   [2]uint64 // accesses, 0 for none
	stack  [2]uint32 // where they were made
	more   uint32    // number of the overflow, 0 for none
	object uint32    // the first by which goroutines synchronise here, 0 for none
}

const (
	granuleSize  = unsafe.Sizeof(granule{})
	overflowSize = 14
	soilShift    = 12
)

// overflow has the cells that a granule has no room for. When it is full, an arbitrary one is forgotten.
type overflow struct {
	word  [overflowSize]uint64
	stack [overflowSize]uint32
	next  uint32
	turn  uint32
}

const (
	overflowChunk  = 512
	overflowChunks = 1 << 16
	stripes        = 1 << 12
)

var shadow struct {
	heapBase, heapSize, heapShadow uintptr
	dataBase, dataSize, dataShadow uintptr
	soiled                         uintptr // a byte per 4 KB of the heap: is there anything in its shadow?
	locks                          [stripes]struct {
		l uint32
		_ [15]uint32
	}

	lock   task.Mutex
	chunks *[overflowChunks]uintptr
	used   uint32
	free   uint32
}

func initShadow(data, end uintptr) {
	s := &shadow
	s.heapBase, s.heapSize = page.Base, page.Reserved
	s.dataBase, s.dataSize = data&^7, (end-data&^7+7)&^7
	s.heapShadow = lazily(s.heapSize / 8 * granuleSize)
	s.dataShadow = lazily(s.dataSize / 8 * granuleSize)
	s.soiled = lazily(s.heapSize >> soilShift)
	s.chunks = (*[overflowChunks]uintptr)(unsafe.Pointer(lazily(overflowChunks * 8)))
	objects.chunks = (*[objectChunks]uintptr)(unsafe.Pointer(lazily(objectChunks * 8)))
}

// lazily returns addresses that become zeroed memory when they are first used.
func lazily(size uintptr) uintptr {
	const readWrite, privateAnonymousNoReserve = 3, 0x4022
	p := kernel.MapAs(size, readWrite, privateAnonymousNoReserve)
	if p == nil {
		kernel.Throw("race: cannot reserve addresses for the shadow memory (is there a limit on addresses, ulimit -v?)")
	}
	return uintptr(p)
}

// granuleOf is the shadow of an address, nil if it has none.
//
//go:nosplit
func granuleOf(addr uintptr) *granule {
	s := &shadow
	if off := addr - s.heapBase; off < s.heapSize {
		return (*granule)(unsafe.Pointer(s.heapShadow + off>>3*granuleSize))
	}
	if off := addr - s.dataBase; off < s.dataSize {
		return (*granule)(unsafe.Pointer(s.dataShadow + off>>3*granuleSize))
	}
	return nil
}

func stripe(g *granule) *uint32 {
	x := uintptr(unsafe.Pointer(g)) / granuleSize
	return &shadow.locks[(x^x>>12)%stripes].l
}

// soil notes that the shadow of addr is not empty.
func soil(addr uintptr) {
	if off := addr - shadow.heapBase; off < shadow.heapSize {
		if p := (*uint8)(unsafe.Pointer(shadow.soiled + off>>soilShift)); *p == 0 {
			*p = 1
		}
	}
}

// Clear forgets all about memory that has become new objects.
func Clear(addr, size uintptr) {
	off := addr - shadow.heapBase
	if off >= shadow.heapSize {
		return
	}
	end := off + size
	for off < end {
		next := min((off|(1<<soilShift-1))+1, end)
		if *(*uint8)(unsafe.Pointer(shadow.soiled + off>>soilShift)) != 0 {
			clearPart(off, next)
		}
		off = next
	}
}

func clearPart(off, end uintptr) {
	for at := off &^ 7; at < end; at += 8 {
		g := (*granule)(unsafe.Pointer(shadow.heapShadow + at>>3*granuleSize))
		if g.more|g.object != 0 {
			if g.object != 0 {
				freeObjects(g.object)
			}
			if g.more != 0 {
				freeOverflow(g.more)
			}
		}
		*g = granule{}
	}
}

func overflowAt(i uint32) *overflow {
	return (*overflow)(unsafe.Pointer(shadow.chunks[i/overflowChunk] + uintptr(i%overflowChunk)*unsafe.Sizeof(overflow{})))
}

func newOverflow() uint32 {
	s := &shadow
	task.Lock(&s.lock)
	i := s.free
	if i != 0 {
		s.free = overflowAt(i).next
		*overflowAt(i) = overflow{}
	} else if s.used+1 < overflowChunk*overflowChunks {
		s.used++
		i = s.used
		if c := &s.chunks[i/overflowChunk]; *c == 0 {
			*c = uintptr(page.Large(overflowChunk * unsafe.Sizeof(overflow{})))
		}
	}
	task.Unlock(&s.lock)
	return i
}

func freeOverflow(i uint32) {
	s := &shadow
	task.Lock(&s.lock)
	overflowAt(i).next = s.free
	s.free = i
	task.Unlock(&s.lock)
}

// A Race is two accesses that nothing orders.
type Race struct {
	Addr          uintptr
	Write, Prev   bool // does the present one write, the earlier one?
	Stack, Stack2 uint32
	Who, Who2     Epoch
}

// Found reports a race. It is called on the goroutine of the later access, without locks.
var Found func(r *Race)

// Access is told of an access of gp to the bytes [addr, addr+size), at most eight and within a granule: kind is Read or Write, perhaps with
// Atomic. pc is the return address of the call that tells of it, fp the frame pointer there.
//
//go:nosplit
func Access(gp *task.G, addr, size uintptr, kind uint64, pc, fp uintptr) {
	if gp.Race == 0 || addr-gp.Stack.Lo < gp.Stack.Hi-gp.Stack.Lo {
		return
	}
	g := granuleOf(addr)
	if g == nil {
		return
	}
	w := Of(gp).base | kind | (1<<size-1)<<(addr&7)
	if w0 := atomic.Load64(&g.word[0]); w0 == w || w0 == w|writeBit && kind&Atomic == 0 {
		return
	}
	if w1 := atomic.Load64(&g.word[1]); w1 == w || w1 == w|writeBit && kind&Atomic == 0 {
		return
	}
	slow(gp, addr, w, pc, fp)
}

// slow is Access for what is not the repetition of an access in the same epoch.
func slow(gp *task.G, addr uintptr, w uint64, pc, fp uintptr) {
	mp := task.Acquirem()
	t := Of(gp)
	stack := capture(gp, t, pc, fp)
	g := granuleOf(addr)
	l := stripe(g)
	spin(l)
	s := search{t: t, w: w}
	for i := range g.word {
		s.cell(&g.word[i], &g.stack[i])
	}
	if g.more != 0 {
		o := overflowAt(g.more)
		for i := range o.word {
			s.cell(&o.word[i], &o.stack[i])
		}
	}
	if !s.known {
		s.keep(g, addr, stack)
	}
	unspin(l)
	var r Race
	if s.with != 0 {
		r = Race{Addr: addr, Write: w&writeBit != 0, Prev: s.with&writeBit != 0, Stack: stack, Stack2: s.withStack,
			Who: lookUp(t.tid, t.time), Who2: lookUp(tidOf(s.with), timeOf(s.with))}
	}
	task.Releasem(mp)
	if s.with != 0 && Found != nil {
		Found(&r)
	}
}

// search compares an access with the earlier ones of a granule.
type search struct {
	t         *Thread
	w         uint64
	freeWord  *uint64 // a cell that the access may have
	freeStack *uint32
	known     bool   // the access need not be kept
	with      uint64 // the access that it races with
	withStack uint32
}

func (s *search) cell(word *uint64, stack *uint32) {
	c, w := *word, s.w
	if c == 0 {
		s.take(word, stack)
		return
	}
	if c&w&maskBits == 0 {
		return
	}
	own := tidOf(c) == s.t.tid
	ordered := own || s.t.clock.get(tidOf(c)) >= timeOf(c)
	conflict := (c|w)&writeBit != 0 && c&w&atomicBit == 0
	switch {
	case !ordered && conflict:
		if s.with == 0 {
			s.with, s.withStack = c, *stack
		}
	case own && timeOf(c) == s.t.time && w&maskBits&^c == 0 && (w&^c)&writeBit == 0 && (c&^w)&atomicBit == 0:
		s.known = true
	case ordered && c&maskBits&^w == 0 && (c&^w)&writeBit == 0 && (w&^c)&atomicBit == 0:
		// What races with the old access and comes later races with this one, too.
		*word = 0
		s.take(word, stack)
	}
}

func (s *search) take(word *uint64, stack *uint32) {
	if s.freeWord == nil {
		s.freeWord, s.freeStack = word, stack
	}
}

// keep puts the access into a cell.
func (s *search) keep(g *granule, addr uintptr, stack uint32) {
	soil(addr)
	if s.freeWord == nil {
		if g.more == 0 {
			g.more = newOverflow()
		}
		i := 0
		if g.more == 0 { // there is no more room at all
			s.freeWord, s.freeStack = &g.word[1], &g.stack[1]
		} else {
			o := overflowAt(g.more)
			for i < overflowSize && o.word[i] != 0 {
				i++
			}
			if i == overflowSize {
				i = int(o.turn % overflowSize)
				o.turn++
			}
			s.freeWord, s.freeStack = &o.word[i], &o.stack[i]
		}
	}
	*s.freeStack = stack
	atomic.Store64(s.freeWord, s.w)
}

// Range is Access for any number of bytes.
func Range(gp *task.G, addr, size uintptr, kind uint64, pc, fp uintptr) {
	for size > 0 {
		n := min(8-addr&7, size)
		Access(gp, addr, n, kind, pc, fp)
		addr += n
		size -= n
	}
}
