//go:build strata

package heap

import (
	"internal/abi"
	"internal/runtime/atomic"
	"runtime/internal/kernel"
	"runtime/internal/race"
	"runtime/internal/task"
	"unsafe"
)

// ZeroBase is the address of all objects of size 0.
//
//go:linkname ZeroBase runtime.zerobase
var ZeroBase uintptr

const maxAlloc = 1 << 47

// Hooks of the layers above; nil until they are set.
var (
	// Collect starts a collection if one is due. It is called after an allocation, on the goroutine, which may be
	// preempted.
	Collect func()

	// Sampled may record the allocation of an object in the memory profile; it calls NextSample.
	Sampled func(p unsafe.Pointer, size uintptr)
)

// Live is an estimate of the bytes in objects that are reachable or were
// allocated since the last collection; LiveScan is the part of it in objects with pointers. Collect is called when
// Live has reached Trigger; while a collection marks, Trigger is 0.
var (
	Live     uint64
	LiveScan uint64
	Trigger  uint64 = 4 << 20
)

// AllocateMarked is true while a collection is marking: new objects are born
// marked.
var AllocateMarked bool

// CollectAlways is the stress mode that collects at every allocation.
var CollectAlways bool

func addLive(class SpanClass, n uintptr) {
	atomic.Xadd64(&Live, int64(n))
	if !class.NoScan() {
		atomic.Xadd64(&LiveScan, int64(n))
	}
}

// Malloc returns an object of size bytes. typ tells where its pointers are: it
// is the type of the object or, if size is larger, of the elements of an
// array; nil means that there are none. Without needzero, pointer-free objects may hold garbage.
//
//go:linkname Malloc runtime.mallocgc
func Malloc(size uintptr, typ *abi.Type, needzero bool) unsafe.Pointer {
	scan := typ != nil && typ.PtrBytes != 0
	if size-1 >= maxRunSize {
		if size == 0 {
			return unsafe.Pointer(&ZeroBase)
		}
		return mallocBig(size, typ, scan, needzero)
	}
	if scan {
		class := uintptr(fineClass[(size+7)/8])
		return newScan(uintptr(ClassSize[class]), 2*class, arrayMask(size, typ))
	}
	if size < tinySize {
		return newTiny(size, tinyAlign(size))
	}
	class := uintptr(fineClass[(size+7)/8])
	return newPlain(uintptr(ClassSize[class]), 2*class+1)
}

// MallocHeader returns an object that begins with a value of type typ, which has pointers, with rest bytes without pointers behind it; nil if
// that is too large for one of the small objects, whose pointers are told word by word.
func MallocHeader(typ *abi.Type, rest uintptr) unsafe.Pointer {
	size := typ.Size_ + rest
	if rest > maxRunSize || size > maxRunSize {
		return nil
	}
	class := uintptr(fineClass[(size+7)/8])
	return newScan(uintptr(ClassSize[class]), 2*class, arrayMask(typ.Size_, typ))
}

// mallocBig is Malloc for objects that are not taken from runs.
func mallocBig(size uintptr, typ *abi.Type, scan, needzero bool) unsafe.Pointer {
	mp := begin()
	c := cacheOf(mp)
	var p unsafe.Pointer
	refilled := false
	switch {
	case size > MaxSmall:
		p = mallocLarge(mp, size, typ, needzero)
		refilled = true
	case scan:
		p, refilled = c.mallocScan(mp, size, typ)
	default:
		p, refilled = c.mallocNoScan(mp, size, needzero)
	}
	if race.Enabled {
		race.Clear(uintptr(p), SpanOf(uintptr(p)).ElemSize)
	}
	task.PublicationBarrier()
	if AllocateMarked {
		markNew(uintptr(p))
	}
	end(mp, c, p, SpanOf(uintptr(p)).Class, size, refilled)
	return p
}

// begin begins an allocation that may have to ask for memory.
func begin() *task.M {
	mp := task.Acquirem()
	if mp.Mallocing != 0 {
		kernel.Throw("malloc deadlock")
	}
	mp.Mallocing = 1
	return mp
}

// end ends it: it shows the object to the profile and lets a collection start.
func end(mp *task.M, c *Cache, p unsafe.Pointer, class SpanClass, size uintptr, refilled bool) {
	sample := c.sampleDue(class)
	mp.Mallocing = 0
	task.Releasem(mp)
	if sample {
		Sampled(p, size)
	}
	if (refilled && atomic.Load64(&Live) >= Trigger || CollectAlways) && Collect != nil {
		Collect()
	}
}

// ready returns the class's span, in which there is a free object: it is the one to come next.
func (c *Cache) ready(mp *task.M, class SpanClass) (s *Span, i uintptr, refilled bool) {
	s = c.spans[class]
	i = s.nextFree()
	if i < s.NElems {
		return s, i, false
	}
	arg, ret := mp.Arg[0], mp.Ret[0]
	mp.Arg[0] = uintptr(class)
	task.Systemstack(refill)
	if mp.Ret[0] == 0 {
		outOfMemory()
	}
	mp.Arg[0], mp.Ret[0] = arg, ret
	s = c.spans[class]
	return s, s.nextFree(), true
}

// alloc takes an object of the class, without clearing it.
func (c *Cache) alloc(mp *task.M, class SpanClass) (p uintptr, s *Span, i uintptr, refilled bool) {
	s, i, refilled = c.ready(mp, class)
	s.take(i)
	c.nextSample[class] -= int64(s.ElemSize)
	return s.Base + i*s.ElemSize, s, i, refilled
}

func (c *Cache) mallocNoScan(mp *task.M, size uintptr, needzero bool) (unsafe.Pointer, bool) {
	p, s, _, refilled := c.alloc(mp, SpanClass(classOf(size)<<1|1))
	if needzero && s.NeedZero {
		task.MemclrNoHeapPointers(unsafe.Pointer(p), s.ElemSize)
	}
	s.publish()
	return unsafe.Pointer(p), refilled
}

func (c *Cache) mallocScan(mp *task.M, size uintptr, typ *abi.Type) (unsafe.Pointer, bool) {
	p, s, i, refilled := c.alloc(mp, SpanClass(classOf(size)<<1))
	if s.NeedZero {
		task.MemclrNoHeapPointers(unsafe.Pointer(p), s.ElemSize)
	}
	s.setType(i, typ)
	s.publish()
	return unsafe.Pointer(p), refilled
}

func mallocLarge(mp *task.M, size uintptr, typ *abi.Type, needzero bool) unsafe.Pointer {
	scan := typ != nil && typ.PtrBytes != 0
	arg0, arg1, ret := mp.Arg[0], mp.Arg[1], mp.Ret[0]
	mp.Arg[0], mp.Arg[1] = size, 1
	if scan {
		mp.Arg[1] = 0
	}
	task.Systemstack(allocLarge)
	s := (*Span)(unsafe.Pointer(mp.Ret[0]))
	if s == nil {
		outOfMemory()
	}
	mp.Arg[0], mp.Arg[1], mp.Ret[0] = arg0, arg1, ret
	p := unsafe.Pointer(s.Base)
	if s.NeedZero && (needzero || scan) {
		task.MemclrNoHeapPointers(p, s.ElemSize)
	}
	if scan {
		s.setType(0, typ)
	}
	s.publish()
	return p
}

// allocLarge makes a span for an object of Arg[0] bytes; Arg[1] is 1 if it has
// no pointers. It returns the span in Ret[0].
func allocLarge() {
	mp := task.Getg().M
	size, class := mp.Arg[0], SpanClass(mp.Arg[1])
	mp.Ret[0] = 0
	npages := (size + pageSize - 1) >> pageShift
	if size > maxAlloc {
		return
	}
	paySweep(npages << pageShift)
	s := allocSpan(npages, class)
	if s == nil {
		return
	}
	s.nextFree()
	s.take(0)
	c := cacheOf(mp)
	c.allocs[0]++
	c.largeBytes += uint64(s.ElemSize)
	c.nextSample[class] -= int64(s.ElemSize)
	c.taken += s.ElemSize
	addLive(class, s.ElemSize)
	centrals[class].put(s)
	mp.Ret[0] = uintptr(unsafe.Pointer(s))
}

// markNew marks an object that was allocated while a collection marks.
func markNew(p uintptr) {
	s := SpanOf(p)
	if s == nil {
		return
	}
	i := s.Index(p)
	atomic.Or64(s.MarkWord(i), 1<<(i%64))
}

func outOfMemory() {
	kernel.Throw("out of memory")
}

// New returns a zeroed object of type t.
//
//go:linkname New runtime.newobject
func New(t *abi.Type) unsafe.Pointer { return Malloc(t.Size_, t, true) }
