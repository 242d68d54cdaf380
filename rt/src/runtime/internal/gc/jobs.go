//go:build strata

package gc

import (
	"internal/runtime/atomic"
	"runtime/internal/design"
	"runtime/internal/heap"
	"runtime/internal/sched"
	"runtime/internal/stack"
	"runtime/internal/task"
	"unsafe"
)

// Root jobs, in this order: shards of the global
// variables, batches of spans with records, the records of threads and Ps with
// the queues, goroutines.
const (
	globalShard  = 256 << 10
	specialBatch = 64 // spans
)

// RootJobs are what marking starts from, in jobs that workers take.
type RootJobs struct {
	next                            uint32 // to be done; the others are under way or done
	dataEnd, bssEnd, specialEnd, gs uint32
	end                             uint32
}

var Jobs RootJobs

// Prepare counts the jobs. The world is stopped.
func (j *RootJobs) Prepare() {
	m := &stack.Module
	j.dataEnd = shards(m.EData - m.Data)
	j.bssEnd = j.dataEnd + shards(m.EBSS-m.BSS)
	j.specialEnd = j.bssEnd + uint32(heap.StartSpecials()+specialBatch-1)/specialBatch
	j.gs = j.specialEnd + 1
	j.end = j.gs + uint32(sched.NumG())
	atomic.Store(&j.next, 0)
}

func shards(n uintptr) uint32 { return uint32((n + globalShard - 1) / globalShard) }

// Left reports whether there are jobs that nobody has begun.
func (j *RootJobs) Left() bool { return atomic.Load(&j.next) < j.end }

// take returns the next job, or end. It passes over goroutines that were dead: those that start now are born black.
func (j *RootJobs) take() uint32 {
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

// RootJob does the next job and reports whether there was one.
func (w *Work) RootJob() bool {
	i := Jobs.take()
	if i == Jobs.end {
		return false
	}
	m := &stack.Module
	switch {
	case i < Jobs.dataEnd:
		w.globalShard(m.Data, m.EData, m.DataMask.Bits, i)
	case i < Jobs.bssEnd:
		w.globalShard(m.BSS, m.EBSS, m.BSSMask.Bits, i-Jobs.dataEnd)
	case i < Jobs.specialEnd:
		heap.ForSpecials(specialBatch, markSpecial, unsafe.Pointer(w))
	case i < Jobs.gs:
		w.MarkRecords()
		w.markQueues()
	default:
		w.scanGoroutine(sched.GAt(int(i - Jobs.gs)))
	}
	return true
}

func (w *Work) globalShard(from, to uintptr, mask *byte, i uint32) {
	off := uintptr(i) * globalShard
	n := min(to-from-off, globalShard)
	w.Done += int64(n)
	w.scanMask(from+off, n, (*byte)(unsafe.Add(unsafe.Pointer(mask), off/64)))
}

// scanGoroutine stops a goroutine for as long as it takes to mark from its
// stack and record. Afterwards it is black: see package concurrent.
func (w *Work) scanGoroutine(gp *task.G) {
	if !design.ConcurrentMark {
		w.MarkG(gp) // all are stopped
		return
	}
	if gp.GCWorker || gp.ScanCycle == Current {
		return // workers are looked at when all is marked
	}
	s := sched.SuspendG(gp)
	if s.Dead {
		return
	}
	w.MarkRecord(gp)
	w.scanStack(gp)
	gp.ScanCycle = Current
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
