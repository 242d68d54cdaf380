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
func (w *Work) markRoots() {
	w.markStacks()
	w.markBase()
}

// markBase is markRoots without goroutines.
func (w *Work) markBase() {
	w.markGlobals()
	w.markRecords()
	heap.StartSpecials()
	heap.ForSpecials(^uintptr(0), markSpecial, unsafe.Pointer(w))
	w.markQueues()
}

// markStacks marks from all goroutines. The world is stopped.
func (w *Work) markStacks() {
	n := sched.NumG()
	for i := sched.NextG(0, n); i < n; i = sched.NextG(i+1, n) {
		w.markG(sched.GAt(i))
	}
}

// markRecords marks from the records of threads and Ps. Code without a P stores
// into them without a barrier, so this is done again when all is marked.
func (w *Work) markRecords() {
	w.root = "record of a thread or P"
	for mp := sched.AllM(); mp != nil; mp = mp.AllLink {
		w.scanArray(uintptr(unsafe.Pointer(mp)), typeM.Size_, typeM)
		w.markRecord(mp.G0)
		w.markRecord(mp.GSignal)
	}
	for i := int32(0); i < sched.ProcsMade(); i++ {
		pp := sched.Proc(i)
		w.scanArray(uintptr(unsafe.Pointer(pp)), typeP.Size_, typeP)
		w.scanArray(uintptr(pp.Timers), typeTimers.Size_, typeTimers)
	}
}

func (w *Work) markGlobals() {
	w.root = "global variables"
	m := &stack.Module
	w.scanMask(m.Data, m.EData-m.Data, m.DataMask.Bits)
	w.scanMask(m.BSS, m.EBSS-m.BSS, m.BSSMask.Bits)
}

// markG marks from a goroutine's record and stack.
func (w *Work) markG(gp *task.G) {
	w.root, w.rootID = "goroutine", gp.GoID
	w.markRecord(gp)
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
	w.work += int64(n)
	w.nstacks++
}

// adaptStacks chooses the size of new goroutines' stacks: the mean that the
// goroutines of the last cycle used.
func adaptStacks(n *counts) {
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

func (w *Work) markRecord(gp *task.G) {
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

// specialAdded is called for each record that is added: while marking, the
// others may have been visited already. The goroutine is not preempted.
func specialAdded(s *heap.Span, sp *heap.Special) {
	if atomic.Load(&marking) == 0 {
		return
	}
	mp := task.Getg().M
	old := mp.ArgP
	mp.ArgP[0], mp.ArgP[1] = unsafe.Pointer(s), unsafe.Pointer(sp)
	task.Systemstack(markAdded)
	mp.ArgP = old
}

func markAdded() {
	mp := task.Getg().M
	markSpecial(unsafe.Pointer(workOf(mp.P)), (*heap.Span)(mp.ArgP[0]), (*heap.Special)(mp.ArgP[1]))
}

// Root jobs of concurrent marking, in this order: shards of the global
// variables, batches of spans with records, the records of threads and Ps with
// the queues, goroutines.
const (
	globalShard  = 256 << 10
	specialBatch = 64 // spans
)

type rootJobs struct {
	next                            uint32 // to be done; the others are under way or done
	dataEnd, bssEnd, specialEnd, gs uint32
	end                             uint32
}

var jobs rootJobs

// prepare counts the jobs. The world is stopped.
func (j *rootJobs) prepare() {
	m := &stack.Module
	j.dataEnd = shards(m.EData - m.Data)
	j.bssEnd = j.dataEnd + shards(m.EBSS-m.BSS)
	j.specialEnd = j.bssEnd + uint32(heap.StartSpecials()+specialBatch-1)/specialBatch
	j.gs = j.specialEnd + 1
	j.end = j.gs + uint32(sched.NumG())
	atomic.Store(&j.next, 0)
}

func shards(n uintptr) uint32 { return uint32((n + globalShard - 1) / globalShard) }

// left reports whether there are jobs that nobody has begun.
func (j *rootJobs) left() bool { return atomic.Load(&j.next) < j.end }

// take returns the next job, or end. It passes over goroutines that were dead: those that start now are born black.
func (j *rootJobs) take() uint32 {
	for {
		i := atomic.Load(&j.next)
		job := i
		if i >= j.gs {
			job = j.gs + uint32(sched.NextG(int(i-j.gs), int(j.end-j.gs)))
		}
		if i == j.end || atomic.Cas(&j.next, i, min(job+1, j.end)) {
			return job
		}
	}
}

// rootJob does the next job and reports whether there was one.
func (w *Work) rootJob() bool {
	i := jobs.take()
	if i == jobs.end {
		return false
	}
	m := &stack.Module
	switch {
	case i < jobs.dataEnd:
		w.globalShard(m.Data, m.EData, m.DataMask.Bits, i)
	case i < jobs.bssEnd:
		w.globalShard(m.BSS, m.EBSS, m.BSSMask.Bits, i-jobs.dataEnd)
	case i < jobs.specialEnd:
		heap.ForSpecials(specialBatch, markSpecial, unsafe.Pointer(w))
	case i < jobs.gs:
		w.markRecords()
		w.markQueues()
	default:
		w.scanGoroutine(sched.GAt(int(i - jobs.gs)))
	}
	return true
}

func (w *Work) globalShard(from, to uintptr, mask *byte, i uint32) {
	off := uintptr(i) * globalShard
	n := min(to-from-off, globalShard)
	w.work += int64(n)
	w.scanMask(from+off, n, (*byte)(unsafe.Add(unsafe.Pointer(mask), off/64)))
}

// scanGoroutine stops a goroutine for as long as it takes to mark from its
// stack and record. Afterwards it is black: see concurrent.go.
func (w *Work) scanGoroutine(gp *task.G) {
	if gp.GCWorker || gp.ScanCycle == current {
		return // workers are looked at when all is marked
	}
	s := sched.SuspendG(gp)
	if s.Dead {
		return
	}
	w.markRecord(gp)
	w.scanStack(gp)
	gp.ScanCycle = current
	if shrinkStacks {
		shrink(gp)
	}
	sched.ResumeG(s)
}

// shrink halves gp's stack if that pays. A goroutine with an M waits on the
// system stack, where its arguments may point to its own.
func shrink(gp *task.G) {
	if gp.M == nil {
		stack.Shrink(gp)
	}
}
