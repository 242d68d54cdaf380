//go:build strata

package gc

import (
	"runtime/internal/design"
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
	w := markAgain(checkMaybe)
	w.MarkRoots()
	w.Drain()
	endAgain(w)
}

// markAgain begins a second marking, for which maybe takes the words of interrupted frames.
func markAgain(maybe func(w unsafe.Pointer, p uintptr)) *Work {
	used := (page.MappedEnd() - page.Base) / 64
	if checked == nil {
		checked = (*[1 << 40]byte)(page.Large(page.Reserved / 64))
	} else {
		task.MemclrNoHeapPointers(unsafe.Pointer(checked), used)
	}
	checking = true
	w := checkWork
	if w == nil {
		w = NewWork()
		w.stacks.Exact = checkExact
		checkWork = w
	}
	w.stacks.Maybe = maybe
	w.from = 0
	return w
}

func endAgain(w *Work) {
	w.Counts, w.Done = Counts{}, 0
	checking = false
}

var (
	checking  bool
	checkWork *Work
)

func checkExact(w unsafe.Pointer, p uintptr) { (*Work)(w).Shade(p) }

// checkMaybe ignores words of interrupted frames: they may be left over from
// objects that are long dead.
func checkMaybe(unsafe.Pointer, uintptr) {}

// checkBit is where the bit of the object at obj is.
func checkBit(obj uintptr) (*byte, byte) {
	at := (obj - page.Base) / 8
	return &checked[at/8], 1 << (at % 8)
}

// check is mark for the second marking.
func (w *Work) check(s *heap.Span, i uintptr) {
	obj := s.Object(i)
	b, bit := checkBit(obj)
	if *b&bit != 0 {
		return
	}
	*b |= bit
	if !design.NeverCollects && !s.Marked(i) {
		if leaking {
			return // a word of an interrupted frame that is no pointer
		}
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
