//go:build strata

package gc

import (
	"runtime/internal/design"
	"runtime/internal/heap"
	"runtime/internal/kernel"
	"runtime/internal/page"
	"runtime/internal/stack"
	"runtime/internal/task"
	"unsafe"
)

// WriteBarrier is not 0 while a concurrent design marks: compiled code then
// hands the pointers that it writes, and those that it overwrites, to the P's
// buffer before each store that may hit the heap.
//
//go:linkname WriteBarrier runtime.writeBarrier
var WriteBarrier uint32

// BarrierOn reports whether the runtime's own stores need the barrier now.
func BarrierOn() bool { return design.WriteBarrier && WriteBarrier != 0 }

// flushBarriers is called by gcWriteBarrier when the running P's buffer is
// full. All registers are saved.
//
//go:linkname flushBarriers runtime.wbBufFlush
//go:nosplit
func flushBarriers() {
	if !design.WriteBarrier {
		kernel.Throw("write barrier in a program that has none")
	}
	task.Systemstack(flushOwn)
}

func flushOwn() { FlushP(task.Getg().M.P) }

// FlushP shades what is in pp's buffer. Its entries are pairs: a new pointer
// and what it overwrites. The insertion barrier needs only the first.
func FlushP(pp *task.P) {
	w := WorkOf(pp)
	b := &pp.WBBuf
	start := uintptr(unsafe.Pointer(&b.Buf[0]))
	n := (b.Next - start) / 8
	for i := uintptr(0); i < n; i++ {
		if i%2 == 0 || !design.InsertBarrier {
			w.Shade(b.Buf[i])
		}
	}
	b.Reset()
}

// WorkOf returns pp's own worker, for barriers and assists.
func WorkOf(pp *task.P) *Work {
	if pp.GCWork == nil {
		pp.GCWork = unsafe.Pointer(NewWork())
	}
	return (*Work)(pp.GCWork)
}

// Shade marks the object that p points to, if it points into the heap. p may be
// any word.
func (w *Work) Shade(p uintptr) {
	if p-page.Base < page.MappedEnd()-page.Base {
		w.mark(p)
	}
}

// BulkBarrier shades the pointers that a copy of n bytes from src to dst, or a
// clear when src is nil, overwrites and writes. dst and src are words of
// objects, of variables or of stacks.
func BulkBarrier(dst, src unsafe.Pointer, n uintptr) {
	if !BarrierOn() || n == 0 {
		return
	}
	mp := task.Acquirem()
	if mp.P == nil {
		task.Releasem(mp)
		return
	}
	b := &mp.P.WBBuf
	p := uintptr(dst)
	if obj, s, i := heap.FindObject(p); obj == 0 {
		bulkOutside(b, p, uintptr(src), n)
	} else if !s.Class.NoScan() {
		bulkObject(b, p-obj, s, obj, i, uintptr(src), n)
	}
	task.Releasem(mp)
}

// bulkObject takes the pointer words of n bytes from off on in an object, and
// the words of the source that will replace them.
func bulkObject(b *task.WBBuf, off uintptr, s *heap.Span, obj, i, src, n uintptr) {
	for k := uintptr(0); k < n; k += 8 {
		if !s.IsPointer(obj, i, off+k) {
			continue
		}
		v := uintptr(0)
		if src != 0 {
			v = *(*uintptr)(unsafe.Pointer(src + k))
		}
		putBarrier(b, v, *(*uintptr)(unsafe.Pointer(obj + off + k)))
	}
}

// bulkOutside does so for memory that is no object: somebody's stack, a
// variable or a record of the runtime. Which words are pointers is not known. What is overwritten in a stack
// does not count.
func bulkOutside(b *task.WBBuf, p, src, n uintptr) {
	m := &stack.Module
	global := p >= m.Data && p < m.EBSS
	for k := uintptr(0); k+8 <= n; k += 8 {
		v, old := uintptr(0), uintptr(0)
		if src != 0 {
			v = *(*uintptr)(unsafe.Pointer(src + k))
		}
		if global {
			old = *(*uintptr)(unsafe.Pointer(p + k))
		}
		putBarrier(b, v, old)
	}
}

// putBarrier adds a pair to the buffer of the running P.
func putBarrier(b *task.WBBuf, v, old uintptr) {
	if v == 0 && old == 0 {
		return
	}
	if b.Next+16 > b.End {
		task.Systemstack(flushOwn)
	}
	*(*[2]uintptr)(unsafe.Pointer(b.Next)) = [2]uintptr{v, old}
	b.Next += 16
}
