//go:build strata

package gc

import (
	"internal/abi"
	"internal/runtime/atomic"
	"math/bits"
	"runtime/internal/design"
	"runtime/internal/heap"
	"runtime/internal/kernel"
	"runtime/internal/page"
	"runtime/internal/sched"
	"runtime/internal/task"
	"unsafe"
)

// marksShared is true while several workers mark: marks are set atomically.
var marksShared bool

// Marking is 1 while marking runs beside the program.
var Marking uint32

// Current is the number of the cycle that marks beside the program, or of the last one.
var Current uint32

// BeginBeside has marks set atomically, objects born marked, allocation reported, and stores go through the barrier from now
// on. The world is stopped, and each P and cache is prepared.
func BeginBeside() {
	Current = Log.Cycles + 1
	ResetWork()
	for i := int32(0); i < sched.ProcsMade(); i++ {
		pp := sched.Proc(i)
		pp.WBBuf.Reset()
		pp.GCTime = 0
		WorkOf(pp) // barriers rely on it
	}
	heap.EachCache((*heap.Cache).ForgetTaken)
	heap.EachCache((*heap.Cache).CutRuns) // those taken from now on are marked
	Jobs.Prepare()
	marksShared = true
	heap.Marking, heap.AllocateMarked = true, true
	heap.Trigger = 0 // allocation reports to assists
	WriteBarrier = 1
	atomic.Store(&Marking, 1)
}

// EndBeside ends what BeginBeside began.
func EndBeside() {
	heap.Marking, heap.AllocateMarked = false, false
	marksShared = false
	FlushCaches()
	atomic.Store(&Marking, 0)
}

// markExact marks the object that p points to, if it points into the heap.
func markExact(w unsafe.Pointer, p uintptr) {
	if p-page.Base < page.Reserved {
		(*Work)(w).mark(p)
	}
}

// markMaybe is markExact for words that may not be pointers.
func markMaybe(w unsafe.Pointer, p uintptr) {
	if p-page.Base < page.MappedEnd()-page.Base {
		(*Work)(w).mark(p)
	}
}

// mark makes the object that p points into grey, or black if it has no
// pointers. p is an address of the heap.
func (w *Work) mark(p uintptr) {
	s := heap.SpanAt(p)
	if s == nil || p >= s.Limit {
		return
	}
	i := s.Index(p)
	word, bit := s.MarkWord(i), uint64(1)<<(i%64)
	if *word&bit != 0 && !checking || !s.Complete(i) {
		return
	}
	switch {
	case checking:
		w.check(s, i)
		return
	case !marksShared:
		*word |= bit
	case atomic.Or64(word, bit)&bit != 0:
		return
	}
	w.bytes += uint64(s.ElemSize)
	if !s.Class.NoScan() {
		w.scanBytes += uint64(s.ElemSize)
		if design.MarksSpans && s.HasBitmap() {
			w.putSpan(s, i)
		} else {
			w.put(greyOf(s, i))
		}
	}
}

// Drain follows pointers until there is no grey object left that this worker
// can get at.
func (w *Work) Drain() {
	for n := 1; ; n++ {
		o := w.get()
		if o == 0 {
			return
		}
		w.scan(o)
		if marksShared && n%shareEvery == 0 {
			w.offer()
		}
	}
}

// scan follows the pointers of a grey object.
func (w *Work) scan(o grey) {
	obj := o.addr()
	if checking {
		w.from = obj
	}
	if words := o.words(); words != 0 {
		w.Done += int64(words * 8)
		w.scanWords(obj, heap.Bitmap(obj, words))
		return
	}
	w.scanTyped(obj, heap.SpanAt(obj))
}

// oblet is how much of a large object is scanned at a time: several workers
// share it, and none is kept from stopping.
const oblet = 128 << 10

// scanTyped marks what the object at obj points to, which has a type. Of a large object it scans
// the oblet at obj; with the first one it makes the others grey.
func (w *Work) scanTyped(obj uintptr, s *heap.Span) {
	t := s.Type(s.Index(obj))
	if t == nil {
		kernel.Throw("gc: object without a type")
	}
	if s.ElemSize <= oblet {
		w.Done += int64(s.ElemSize)
		w.scanArray(obj, s.ElemSize, t)
		return
	}
	if obj == s.Base {
		for p := obj + oblet; p < s.Limit; p += oblet {
			w.put(grey(p))
		}
	}
	end := min(obj+oblet, s.Limit)
	w.Done += int64(end - obj)
	w.scanPart(s.Base, obj, end, t)
}

// scanWords marks what those of the 64 words from p on point to whose bits are
// set.
func (w *Work) scanWords(p uintptr, mask uint64) {
	for mask != 0 {
		at := p + uintptr(bits.TrailingZeros64(mask))*8
		mask &= mask - 1
		if v := *(*uintptr)(unsafe.Pointer(at)); v-page.Base < page.Reserved {
			w.find(v)
		}
	}
}

// find is mark, some time later: marks lie elsewhere than objects, and by then have come into the processor's cache.
func (w *Work) find(p uintptr) {
	if checking {
		w.mark(p) // it wants to know which object is being scanned
		return
	}
	heap.PrefetchMark(p)
	if w.tail-w.head == foundLen {
		w.mark(w.found[w.head%foundLen])
		w.head++
	}
	w.found[w.tail%foundLen] = p
	w.tail++
}

// settle marks what has been found.
func (w *Work) settle() {
	for w.head != w.tail {
		p := w.found[w.head%foundLen]
		w.head++
		w.mark(p)
	}
}

// scanArray marks what the values of type t in size bytes from p on point to.
// The memory behind the last value is zero.
func (w *Work) scanArray(p, size uintptr, t *abi.Type) {
	mask := heap.Mask(t)
	for end := p + size; p < end; p += t.Size_ {
		w.scanMask(p, min(t.PtrBytes, end-p), mask)
	}
}

// scanPart is scanArray for the words in [from, to) of an array at base.
func (w *Work) scanPart(base, from, to uintptr, t *abi.Type) {
	mask := heap.Mask(t)
	off := (from - base) % t.Size_ // in the value at hand
	for from < to {
		if off < t.PtrBytes {
			w.scanMaskFrom(from, min(t.PtrBytes-off, to-from), mask, off/8)
		}
		from += t.Size_ - off
		off = 0
	}
}

// scanMaskFrom is scanMask with the bits of the mask from skip on.
func (w *Work) scanMaskFrom(p, n uintptr, mask *byte, skip uintptr) {
	if head := skip % 8; head != 0 {
		words := min(8-head, n/8)
		b := uint64(*(*byte)(unsafe.Add(unsafe.Pointer(mask), skip/8))) >> head & (1<<words - 1)
		w.scanWords(p, b)
		p, n, skip = p+words*8, n-words*8, skip+words
	}
	w.scanMask(p, n, (*byte)(unsafe.Add(unsafe.Pointer(mask), skip/8)))
}

// scanMask marks what n bytes from p on point to, of which mask tells the
// pointers.
func (w *Work) scanMask(p, n uintptr, mask *byte) {
	words := n / 8
	for i := uintptr(0); i < words; i += 8 {
		b := uint64(*(*byte)(unsafe.Add(unsafe.Pointer(mask), i/8)))
		if left := words - i; left < 8 {
			b &= 1<<left - 1
		}
		if b != 0 {
			w.scanWords(p+i*8, b)
		}
	}
}

// scanRange is scanMask for memory all of whose words may be pointers.
func (w *Work) scanRange(p, end uintptr) {
	for ; p < end; p += 8 {
		if v := *(*uintptr)(unsafe.Pointer(p)); v-page.Base < page.Reserved {
			w.find(v)
		}
	}
}

// DrainSome follows pointers until it has done so much work, or gp is asked to
// stop; false if there was no work.
func (w *Work) DrainSome(gp *task.G, limit int64) bool {
	limit += w.Done
	for n := 0; w.Done < limit && !gp.Preempt; n++ {
		obj := w.get()
		if obj == 0 {
			return n > 0
		}
		w.scan(obj)
	}
	return true
}
