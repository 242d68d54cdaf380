//go:build strata

package task

import "unsafe"

// Processor states.
const (
	Pidle    uint32 = 0
	Prunning uint32 = 1
	Psyscall uint32 = 2
	Pgcstop  uint32 = 3
	Pdead    uint32 = 4
)

// RunqSize is the capacity of a P's local run queue.
const RunqSize = 256

// A P is the right to run Go code, with the caches that need no lock.
type P struct {
	ID          int32
	Status      uint32
	WBBuf       WBBuf
	MCache      unsafe.Pointer // *heap.Cache; nil while no thread with caches of its own has the P
	M           *M
	Link        *P
	SchedTick   uint32
	SyscallTick uint32

	// What the monitor saw last.
	MonSchedTick   uint32
	MonSyscallTick uint32
	MonSchedWhen   int64
	MonSyscallWhen int64

	GoIDCache    uint64
	GoIDCacheEnd uint64

	// Ring of runnable goroutines: the owner adds at RunqTail, everybody takes at RunqHead by compare-and-swap.
	RunqHead uint32
	RunqTail uint32
	Runq     [RunqSize]*G
	RunNext  *G // runs next, inheriting the time slice

	GFree     *G // dead goroutines
	GFreeN    int32
	Preempt   bool
	InGC      bool
	Sudogs    *Sudog // free sudogs, through Next
	SudogN    int32
	DeferN    int32
	Defers    *Defer         // free defer records, through Link
	Stacks    unsafe.Pointer // *stack.Cache: free stacks
	GCWork    unsafe.Pointer // *gc.Work: mark buffers
	Timers    unsafe.Pointer // timers of this P, owned by the layer sched
	SafePoint uint32         // run the safe-point function at the next safe point
	StatSeq   uint32         // odd while statistics of this P are being written

	IdleSince  int64
	GCTime     int64
	AssistTime int64
	WorkerMode uint8
	Worker     *G

	TraceSeq    uint64 // of its events in the current generation of a trace
	TraceThread uint64 // while in a system call: the thread there

	Extra [4]unsafe.Pointer
}

// WBEntries is the capacity of a write-barrier buffer.
const WBEntries = 512

// WBBuf holds pointers that write barriers have to shade. Next is nearly
// always below End; gcWriteBarrier flushes when it would pass it.
type WBBuf struct {
	Next uintptr
	End  uintptr
	Buf  [WBEntries]uintptr
}

// Reset empties the buffer.
//
//go:nosplit
func (b *WBBuf) Reset() {
	start := uintptr(unsafe.Pointer(&b.Buf[0]))
	b.Next = start
	b.End = start + unsafe.Sizeof(b.Buf)
}
