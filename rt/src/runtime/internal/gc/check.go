//go:build strata

package gc

import (
	"runtime/internal/heap"
	"runtime/internal/kernel"
	"runtime/internal/page"
	"runtime/internal/task"
	"unsafe"
)

// Check makes every cycle, at its end with the world stopped, mark a second time and
// prove that everything reachable has been marked: the stress mode STRATASTRESS=check.
var Check bool

// checked has a bit for each 8 bytes of the heap: the object that starts there
// has been reached by the second marking.
var checked *[1 << 40]byte

// checkMarks runs on the system stack.
func checkMarks() {
	used := (page.MappedEnd() - page.Base) / 64
	if checked == nil {
		checked = (*[1 << 40]byte)(page.Table(page.Reserved / 64))
	} else {
		task.MemclrNoHeapPointers(unsafe.Pointer(checked), used)
	}
	checking = true
	w := checkWork
	if w == nil {
		w = newWork()
		w.stacks.Exact, w.stacks.Maybe = checkExact, checkMaybe
		checkWork = w
	}
	w.from = 0
	w.markRoots()
	w.drain()
	w.counts, w.work = counts{}, 0
	checking = false
}

var (
	checking  bool
	checkWork *Work
)

func checkExact(w unsafe.Pointer, p uintptr) { (*Work)(w).shade(p) }

// checkMaybe ignores words of interrupted frames: they may be left over from
// objects that are long dead.
func checkMaybe(unsafe.Pointer, uintptr) {}

// check is mark for the second marking.
func (w *Work) check(s *heap.Span, i uintptr) {
	obj := s.Object(i)
	at := (obj - page.Base) / 8
	b := &checked[at/8]
	if *b>>(at%8)&1 != 0 {
		return
	}
	*b |= 1 << (at % 8)
	if !s.Marked(i) {
		print("runtime: object ", unsafe.Pointer(obj), " of ", s.ElemSize, " bytes, number ", i, " of its span, is reachable but not marked")
		if from := w.from; from != 0 {
			fs := heap.SpanOf(from)
			print(" (from ", unsafe.Pointer(from), " of ", fs.ElemSize, " bytes)")
		} else {
			print(" (from ", w.root, " ", w.rootID, ")")
		}
		print("\n")
		kernel.Throw("found unmarked object")
	}
	if !s.Class.NoScan() {
		w.put(greyOf(s, i))
	}
}
