//go:build strata

package trace

import (
	"internal/trace/tracev2"
	"runtime/internal/page"
	"runtime/internal/task"
	"unsafe"
)

// Samples of the profile of processor time that are taken while a trace is on. Signal
// handlers write them, one at a time, into the buffer of the generation; those that
// find no room there are lost.

const maxSamples = 2048

type sample struct {
	time, thread, proc, goid uint64
	n                        int
	pcs                      [64]uintptr
}

type sampleBuffer struct {
	n    int
	list *[maxSamples]sample
}

var samples [2]sampleBuffer

// beginSamples empties the buffer of the generation that begins.
func beginSamples() {
	b := &samples[gen%2]
	if b.list == nil {
		p := page.Persistent(unsafe.Sizeof(*b.list), 8)
		*(*uintptr)(unsafe.Pointer(&b.list)) = uintptr(p)
	}
	b.n = 0
}

// Sample records that the thread mp was interrupted in a stack. It is called by the
// handlers of signals, which take turns.
func Sample(mp *task.M, pcs []uintptr) {
	if On == 0 {
		return
	}
	b := &samples[gen%2]
	if b.list == nil || b.n == maxSamples {
		return
	}
	s := &b.list[b.n]
	s.time, s.thread, s.proc, s.goid = uint64(task.Nanotime()), mp.ProcID, noThread, 0
	if mp.P != nil {
		s.proc = uint64(mp.P.ID)
	}
	if mp.CurG != nil {
		s.goid = mp.CurG.GoID
	}
	s.n = min(len(pcs), len(s.pcs))
	for i := range s.n {
		s.pcs[i] = pcs[i]
	}
	b.n++
}

// WriteSamples writes the samples of generation g, which is over.
func WriteSamples(g uint64) {
	out := NewSection(g, tracev2.EvCPUSamples)
	b := &samples[g%2]
	for i := range b.n {
		s := &b.list[i]
		id := stacks[g%2].put(unsafe.Pointer(&s.pcs), uintptr(s.n)*8)
		out.Record(tracev2.EvCPUSample, []uint64{s.time, s.thread, s.proc, s.goid, id}, "")
	}
	out.Close()
}
