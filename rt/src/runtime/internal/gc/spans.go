//go:build strata

package gc

import (
	"internal/runtime/atomic"
	"math/bits"
	"runtime/internal/heap"
)

// Marking by spans, after the collector that Go calls Green Tea: not objects wait for being scanned but spans with small
// objects, in the order in which they became grey. While a span waits more of its objects get marked, and all are scanned
// together, in the order of memory. A span has, beside its marks, a bit for each object that has been scanned; what is
// marked and not scanned is due. It is in a queue at most once (heap.Span.Queued).
//
// The queue of a worker is a block that it fills and one that it empties; full blocks go to everybody. Entries are
// addresses of pages: spans of objects with bitmaps have one.

// spanQueue is what a worker has of spans.
type spanQueue struct {
	in, out blockRef
	at      uintptr // entries of out that are done

	span *heap.Span // whose objects are being taken one by one
	due  uint64     // of the word before word
	word uintptr
}

// ahead is how many entries before its turn a span's record is fetched into the processor's cache.
const spansAhead = 4

// putSpan adds the span of object i, which has just been marked, unless it waits already. If the worker has nothing else to
// do it is to scan the object at once: chains are followed without a way through queues.
func (w *Work) putSpan(s *heap.Span, i uintptr) {
	if s.WaitsForMany() {
		return
	}
	if w.lonely() && s.TakeOne(i, marksShared) {
		w.put(greyOf(s, i))
		return
	}
	if !s.Queue(i, marksShared) {
		return
	}
	b := w.spans.in.get()
	if b == nil || b.n == uintptr(len(b.objs)) {
		if b != nil {
			publish(b)
		}
		b = freshBlock()
		b.spans = true
		w.spans.in = b.ref()
	}
	b.objs[b.n] = grey(s.Base)
	b.n++
}

// dueObject returns the next object of the span at hand, or of the next span with few objects due. Spans with many are
// scanned on the way. 0 means that the worker has no spans.
func (w *Work) dueObject() grey {
	q := &w.spans
	for {
		for q.due == 0 && q.span != nil {
			if q.word*64 >= q.span.NElems {
				q.span = nil
				break
			}
			q.due = q.span.TakeDue(q.word, marksShared)
			q.word++
		}
		if q.span != nil {
			i := (q.word-1)*64 + uintptr(bits.TrailingZeros64(q.due))
			q.due &= q.due - 1
			return greyOf(q.span, i)
		}
		s := w.nextSpan()
		if s == nil {
			return 0
		}
		if i, single := s.Unqueue(marksShared); single {
			return greyOf(s, i)
		}
		if n := s.CountDue(); n >= denseFrom {
			w.scanDense(s)
			continue
		}
		q.span, q.word = s, 0
	}
}

// lonely reports whether the worker has no objects and no spans that wait.
func (w *Work) lonely() bool {
	q := &w.spans
	if b := w.cur.get(); b != nil && b.n != 0 || q.span != nil || w.taken != w.fetched {
		return false
	}
	in, out := q.in.get(), q.out.get()
	return (in == nil || in.n == 0) && (out == nil || q.at == out.n)
}

// A span is dense when so many objects are due: then they are not fetched one by one.
const denseFrom = 4

// nextSpan takes a span out of the worker's queue.
func (w *Work) nextSpan() *heap.Span {
	q := &w.spans
	b := q.out.get()
	if b == nil || q.at == b.n {
		in := q.in.get()
		if in == nil || in.n == 0 {
			return nil
		}
		q.in, q.out, q.at = q.out, q.in, 0
		if b != nil {
			b.n = 0
		}
		b = in
	}
	s := heap.SpanAt(uintptr(b.objs[q.at]))
	q.at++
	if k := q.at + spansAhead; k < b.n {
		p := uintptr(b.objs[k])
		heap.PrefetchMark(p)
		heap.PrefetchBitmap(p)
	}
	return s
}

// scanDense follows the pointers of all objects of s that are due, and of those that become due by that: what points into its own span, as
// much does, is followed while the span is in the processor's cache. Few that are left at the end wait for more.
func (w *Work) scanDense(s *heap.Span) {
	words := s.ElemSize / 8
	for more := true; more; {
		for k := uintptr(0); k*64 < s.NElems; k++ {
			if due := s.TakeDue(k, marksShared); due != 0 {
				w.Done += int64(uintptr(bits.OnesCount64(due)) * s.ElemSize)
				w.scanDue(s.Base+k*64*s.ElemSize, due, words)
			}
		}
		w.settle()
		more = s.CountDue() >= denseFrom
	}
}

// scanDue follows the pointers of those of 64 objects from p on, of so many words each, whose bits are set: of the words of
// these objects, a bit each, those that the page's bitmap calls pointers.
func (w *Work) scanDue(p uintptr, due uint64, words uintptr) {
	pointers := heap.PageBitmap(p)
	first := p / 8 % heap.PageWords / 64
	if words == 2 {
		for half := range uintptr(2) {
			mask := spread(uint32(due >> (32 * half)))
			mask |= mask << 1
			if mask &= pointers[first+half]; mask != 0 {
				w.scanWords(p+half*512, mask)
			}
			if due>>32 == 0 {
				return // the bitmap may end
			}
		}
		return
	}
	ones := ^uint64(0) >> (64 - words)
	mask, at := uint64(0), uintptr(0) // of the 64 words from at*64 on
	for ; due != 0; due &= due - 1 {
		off := uintptr(bits.TrailingZeros64(due)) * words
		if off/64 != at {
			if mask &= pointers[first+at]; mask != 0 {
				w.scanWords(p+at*512, mask)
			}
			mask, at = 0, off/64
		}
		mask |= ones << (off % 64)
		if over := ones >> 1 >> (63 - off%64); over != 0 {
			if mask &= pointers[first+at]; mask != 0 {
				w.scanWords(p+at*512, mask)
			}
			mask, at = over, at+1
		}
	}
	if mask &= pointers[first+at]; mask != 0 {
		w.scanWords(p+at*512, mask)
	}
}

// spread moves bit i to bit 2i.
func spread(b uint32) uint64 {
	x := uint64(b)
	x = (x | x<<16) & 0x0000ffff0000ffff
	x = (x | x<<8) & 0x00ff00ff00ff00ff
	x = (x | x<<4) & 0x0f0f0f0f0f0f0f0f
	x = (x | x<<2) & 0x3333333333333333
	return (x | x<<1) & 0x5555555555555555
}

// releaseSpans makes the worker's spans visible to others.
func (w *Work) releaseSpans() {
	q := &w.spans
	for s := q.span; s != nil; s = nil {
		for {
			for ; q.due != 0; q.due &= q.due - 1 {
				w.put(greyOf(s, (q.word-1)*64+uintptr(bits.TrailingZeros64(q.due))))
			}
			if q.word*64 >= s.NElems {
				break
			}
			q.due = s.TakeDue(q.word, marksShared)
			q.word++
		}
		q.span = nil
	}
	if b := q.out.get(); b != nil && q.at < b.n {
		q.dropDone(b)
		q.out, q.at = 0, 0
		publish(b)
	}
	if b := q.in.get(); b != nil && b.n != 0 {
		q.in = 0
		publish(b)
	}
}

// dropDone takes the entries that are done out of the block that is being emptied.
func (q *spanQueue) dropDone(b *block) {
	copy(b.objs[:b.n-q.at], b.objs[q.at:b.n])
	b.n -= q.at
	q.at = 0
}

// shareSpans gives half of the worker's spans away.
func (w *Work) shareSpans() {
	q := &w.spans
	b := q.out.get()
	if b == nil || b.n-q.at < 2 {
		if in := q.in.get(); in != nil && in.n >= 2 {
			q.in = 0
			publish(in)
		}
		return
	}
	half := (b.n - q.at) / 2
	fresh := freshBlock()
	fresh.spans = true
	b.n -= half
	copy(fresh.objs[:half], b.objs[b.n:b.n+half])
	fresh.n = half
	publish(fresh)
}

// takeSpans makes a block of spans from the common list the one that the worker empties. The lists' lock is held.
func (w *Work) takeSpans() {
	b := lists.spans.get()
	if lists.spans = b.next; lists.spans == 0 {
		lists.lastSpans = 0
	}
	atomic.Store(&lists.nfull, lists.nfull-1)
	q := &w.spans
	if old := q.out.get(); old != nil {
		lists.putEmpty(old)
	}
	q.out, q.at = b.ref(), 0
}
