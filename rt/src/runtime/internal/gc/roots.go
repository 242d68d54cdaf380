//go:build strata

package gc

import (
	"internal/abi"
	"runtime/internal/heap"
	"runtime/internal/sched"
	"runtime/internal/stack"
	"runtime/internal/task"
	"unsafe"
)

// The roots of marking: global variables, stacks, the records of goroutines,
// threads and processors (which lie outside the heap), and records about
// objects.

var typeG, typeM, typeP *abi.Type

func initRoots() {
	typeG = abi.TypeOf((*task.G)(nil)).Elem()
	typeM = abi.TypeOf((*task.M)(nil)).Elem()
	typeP = abi.TypeOf((*task.P)(nil)).Elem()
}

// markRoots marks everything that is reachable in one step. The world is
// stopped.
func (w *Work) markRoots() {
	w.markGlobals()
	for i, n := 0, sched.NumG(); i < n; i++ {
		w.markG(sched.GAt(i))
	}
	w.markRecords()
}

// markRecords marks from the records of threads, Ps, and objects.
func (w *Work) markRecords() {
	for mp := sched.AllM(); mp != nil; mp = mp.AllLink {
		w.scanArray(uintptr(unsafe.Pointer(mp)), typeM.Size_, typeM)
		w.markRecord(mp.G0)
		w.markRecord(mp.GSignal)
	}
	for i := int32(0); i < sched.MaxProcs; i++ {
		if pp := sched.Proc(i); pp != nil {
			w.scanArray(uintptr(unsafe.Pointer(pp)), typeP.Size_, typeP)
		}
	}
	specialsWork = w
	heap.ForSpecials(markSpecial)
	w.markQueues()
}

func (w *Work) markGlobals() {
	m := &stack.Module
	w.scanMask(m.Data, m.EData-m.Data, m.DataMask)
	w.scanMask(m.BSS, m.EBSS-m.BSS, m.BSSMask)
}

// markG marks from a goroutine's record and stack.
func (w *Work) markG(gp *task.G) {
	w.markRecord(gp)
	switch sched.ReadStatus(gp) &^ task.Gscan {
	case task.Gdead, task.Gidle:
		return
	}
	w.scanned += uint64(w.stacks.Scan(gp))
	if shrinkStacks && sched.ReadStatus(gp)&^task.Gscan != task.Grunning {
		stack.Shrink(gp)
	}
}

func (w *Work) markRecord(gp *task.G) {
	if gp != nil {
		w.scanArray(uintptr(unsafe.Pointer(gp)), typeG.Size_, typeG)
	}
}

// shrinkStacks lets collections halve stacks that are mostly unused.
var shrinkStacks = true

var specialsWork *Work // argument of markSpecial

// markSpecial marks what a record keeps alive. A finalizer keeps everything
// that its object can reach, but not the object itself: it is the object's
// being unmarked that makes it run.
func markSpecial(s *heap.Span, sp *heap.Special) {
	w := specialsWork
	if sp.Ref != nil {
		w.mark(uintptr(sp.Ref))
	}
	switch sp.Kind {
	case heap.KindFinalizer:
		obj := s.Object(s.Index(s.Base + sp.Offset))
		if !s.Class.NoScan() {
			w.scanObject(obj, s)
		}
	case heap.KindPin:
		w.mark(s.Base + sp.Offset)
	}
}
