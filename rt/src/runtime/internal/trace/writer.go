//go:build strata

package trace

import (
	"internal/runtime/atomic"
	"internal/trace/tracev2"
	"runtime/internal/page"
	"runtime/internal/stack"
	"runtime/internal/task"
	"unsafe"
)

// A writer is what an M writes events with. It stays with the M's record.
type writer struct {
	next  uintptr // in writers
	block uintptr // being filled, or 0
	u     stack.Unwinder
	pcs   [tracev2.MaxFramesPerStack]uintptr
}

// writers lists all writers; they are never freed.
var writers uintptr

func writerOf(mp *task.M) *writer {
	if mp.Trace == 0 {
		w := (*writer)(page.Persistent(unsafe.Sizeof(writer{}), 8))
		mp.Trace = uintptr(unsafe.Pointer(w))
		for {
			w.next = atomic.Loaduintptr(&writers)
			if atomic.Casuintptr(&writers, w.next, mp.Trace) {
				break
			}
		}
	}
	return (*writer)(unsafe.Pointer(mp.Trace))
}

// flush hands the block over.
func (w *writer) flush() {
	if w.block == 0 {
		return
	}
	b := blockAt(w.block)
	w.block = 0
	b.seal(gen)
	push(b, gen)
}

// Event writes an event of the running thread, with its arguments behind the time.
func Event(ev tracev2.EventType, args ...uint64) {
	mp := task.Getg().M
	w := writerOf(mp)
	need := 1 + maxUvarint*(1+uintptr(len(args)))
	// An M's record may serve another thread later.
	if w.block != 0 && (!blockAt(w.block).has(need) || blockAt(w.block).thread != mp.ProcID) {
		w.flush()
	}
	now := uint64(task.Nanotime())
	if w.block == 0 {
		b := newBlock()
		b.thread, b.time, b.last = mp.ProcID, now, now
		w.block = uintptr(unsafe.Pointer(b))
	}
	b := blockAt(w.block)
	now = max(now, b.last+1)
	b.byte(byte(ev))
	b.uvarint(now - b.last)
	b.last = now
	for _, a := range args {
		b.uvarint(a)
	}
}

// Stack is the number of the stack of gp, which runs on the caller's M or not at
// all; 0 if gp is nil.
func Stack(gp *task.G) uint64 {
	if gp == nil {
		return 0
	}
	w := writerOf(task.Getg().M)
	w.u.Init(gp)
	n := w.u.Callers(0, w.pcs[:])
	return PutStack(w.pcs[:n])
}

// PutStack is the number of a stack given as return addresses.
func PutStack(pcs []uintptr) uint64 {
	if len(pcs) == 0 {
		return 0
	}
	return stacks[gen%2].put(unsafe.Pointer(&pcs[0]), uintptr(len(pcs))*8)
}

// String is the number of a string.
func String(s string) uint64 { return StringIn(gen, s) }

// StringIn is the number of a string in generation g.
func StringIn(g uint64, s string) uint64 {
	if len(s) == 0 {
		return 0
	}
	s = s[:min(len(s), tracev2.MaxEventTrailerDataSize)]
	return names[g%2].put(unsafe.Pointer(unsafe.StringData(s)), uintptr(len(s)))
}
