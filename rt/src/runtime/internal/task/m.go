//go:build strata

package task

import (
	"internal/chacha8rand"
	"unsafe"
)

// An M is a thread of the operating system.
type M struct {
	G0      *G // system stack
	GSignal *G // signal stack
	CurG    *G // the goroutine it runs
	P       *P
	TLS     [4]uintptr // [0] is the current g, at -8(FS)
	MoreBuf MoreBuf    // who called the function that ran out of stack
	VDSOSP  uintptr    // not 0 while in the vDSO: for profiling signals
	VDSOPC  uintptr
	WBSpare [2]uintptr // where write barriers without a P put their words
	Runs    *Runs      // of the P's cache, or NoRuns

	StartFn func() // runs on g0 first
	ID      int64
	ProcID  uint64 // kernel's thread id

	MCache unsafe.Pointer // *heap.Cache, where caches belong to threads and not to Ps; so Stacks
	Stacks unsafe.Pointer // *stack.Cache

	NextP *P // to start with after waking
	OldP  *P // had before the system call

	Mallocing  int32
	Throwing   int32
	Dying      int32
	Locks      int32
	GCing      int32
	ProfileHz  int32
	PrintLock  int32
	PreemptOff string // not empty: do not preempt, and why

	Spinning     bool // looks for work
	Blocked      bool // waits on a note
	InWBFlush    bool
	IncGo        bool
	FreeWait     uint32
	NeedsStop    uint32
	PreemptGen   uint32 // completed preemption requests
	SignalPend   uint32 // a preemption signal is under way
	SyscallTick  uint32
	LockedExt    uint32 // LockOSThread nesting
	LockedInt    uint32
	TraceSkip    int32
	Park         Note
	LockedG      *G
	AllLink      *M
	SchedLink    *M // in the list of idle Ms
	FreeLink     *M
	SigMask      uint64
	SigStack     Stack
	CreatePCs    [32]uintptr
	WaitUnlock   func(*G, unsafe.Pointer) bool
	WaitLock     unsafe.Pointer
	WaitReason   uint8
	WaitTraceRsn uint8

	Rand      chacha8rand.State
	CheapRand uint64
	Getrandom unsafe.Pointer // the vDSO's state of getrandom, nil before its first use

	SyscallTime int64
	ProfStack   []uintptr
	Profiling   unsafe.Pointer
	Walker      unsafe.Pointer // the stack layer's scratch memory

	// Arguments and results of functions that run on the system stack: they are plain functions, since closures
	// would have to be allocated. Whoever fills them must not be preempted before they have been read; a nested
	// use saves what it overwrites.
	Arg  [8]uintptr
	ArgP [4]unsafe.Pointer
	Ret  [4]uintptr
	RetP [2]unsafe.Pointer

	Trace     uintptr // what it writes events of a trace with
	TraceBusy uint32  // changes goroutines without a P

	Extra [4]unsafe.Pointer
}

// MoreBuf is the caller of the function whose prologue called morestack.
type MoreBuf struct {
	SP uintptr
	PC uintptr
	G  *G
}

// M0 is the first thread, Sched0 its scheduling goroutine.
var (
	M0 M
	G0 G
)
