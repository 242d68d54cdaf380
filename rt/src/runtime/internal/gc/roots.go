//go:build strata

package gc

import (
	"internal/abi"
	"internal/runtime/atomic"
	"runtime/internal/heap"
	"runtime/internal/sched"
	"runtime/internal/stack"
	"runtime/internal/task"
	"unsafe"
)

// The roots of marking: global variables, stacks, the records of goroutines,
// threads and processors (which lie outside the heap), and records about
// objects.

var typeG, typeM, typeP, typeTimers *abi.Type

func initRoots() {
	typeG = abi.TypeOf((*task.G)(nil)).Elem()
	typeM = abi.TypeOf((*task.M)(nil)).Elem()
	typeP = abi.TypeOf((*task.P)(nil)).Elem()
	typeTimers = sched.TimerHeapType()
}

// markRoots marks everything that is reachable in one step. The world is
// stopped.
func (w *Work) MarkRoots() {
	w.MarkStacks()
	w.markBase()
}

// markBase is markRoots without goroutines.
func (w *Work) markBase() {
	w.MarkGlobals()
	w.MarkRecords()
	heap.StartSpecials()
	heap.ForSpecials(^uintptr(0), markSpecial, unsafe.Pointer(w))
	w.markQueues()
}

// markStacks marks from all goroutines. The world is stopped.
func (w *Work) MarkStacks() {
	n := sched.NumG()
	for i := sched.NextG(0, n); i < n; i = sched.NextG(i+1, n) {
		w.MarkG(sched.GAt(i))
	}
}

// markRecords marks from the records of threads and Ps. Code without a P stores
// into them without a barrier, so this is done again when all is marked.
func (w *Work) MarkRecords() {
	w.root = "record of a thread or P"
	for mp := sched.AllM(); mp != nil; mp = mp.AllLink {
		w.scanArray(uintptr(unsafe.Pointer(mp)), typeM.Size_, typeM)
		w.MarkRecord(mp.G0)
		w.MarkRecord(mp.GSignal)
	}
	for i := int32(0); i < sched.ProcsMade(); i++ {
		pp := sched.Proc(i)
		w.scanArray(uintptr(unsafe.Pointer(pp)), typeP.Size_, typeP)
		w.scanArray(uintptr(pp.Timers), typeTimers.Size_, typeTimers)
	}
}

func (w *Work) MarkGlobals() {
	w.root = "global variables"
	m := &stack.Module
	w.scanMask(m.Data, m.EData-m.Data, m.DataMask.Bits)
	w.scanMask(m.BSS, m.EBSS-m.BSS, m.BSSMask.Bits)
}

// markG marks from a goroutine's record and stack.
func (w *Work) MarkG(gp *task.G) {
	w.root, w.rootID = "goroutine", gp.GoID
	w.MarkRecord(gp)
	switch sched.ReadStatus(gp) &^ task.Gscan {
	case task.Gdead, task.Gidle:
		return
	}
	w.scanStack(gp)
	if shrinkStacks && !checking && sched.ReadStatus(gp)&^task.Gscan != task.Grunning {
		stack.Shrink(gp)
	}
}

func (w *Work) scanStack(gp *task.G) {
	n := w.stacks.Scan(gp)
	w.scanned += uint64(n)
	w.Done += int64(n)
	w.nstacks++
}

// adaptStacks chooses the size of new goroutines' stacks: the mean that the
// goroutines of the last cycle used.
func adaptStacks(n *Counts) {
	if n.nstacks == 0 {
		return
	}
	mean := uintptr(n.scanned/n.nstacks) + task.StackGuard
	size := uintptr(task.StackMin)
	for size < mean && size < maxStart {
		size *= 2
	}
	stack.SetStartingSize(size)
}

const maxStart = 32 << 10

func (w *Work) MarkRecord(gp *task.G) {
	if gp != nil {
		w.scanArray(uintptr(unsafe.Pointer(gp)), typeG.Size_, typeG)
	}
}

// shrinkStacks lets collections halve stacks that are mostly unused.
var shrinkStacks = true

// markSpecial marks what a record keeps alive. A finalizer keeps everything
// that its object can reach, but not the object itself: it is the object's
// being unmarked that makes it run.
func markSpecial(worker unsafe.Pointer, s *heap.Span, sp *heap.Special) {
	w := (*Work)(worker)
	if sp.Ref != nil {
		markExact(worker, uintptr(sp.Ref))
	}
	switch sp.Kind {
	case heap.KindFinalizer:
		if !s.Class.NoScan() {
			w.scan(greyOf(s, s.Index(s.Base+sp.Offset)))
		}
	case heap.KindPin:
		w.mark(s.Base + sp.Offset)
	}
}

// SpecialAdded is called for each record that is added: while marking, the
// others may have been visited already. The goroutine is not preempted.
func SpecialAdded(s *heap.Span, sp *heap.Special) {
	if atomic.Load(&Marking) == 0 {
		return
	}
	task.Systemstack(func() { markSpecial(unsafe.Pointer(WorkOf(task.Getg().M.P)), s, sp) })
}
