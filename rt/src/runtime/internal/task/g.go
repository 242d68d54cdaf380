//go:build strata

// Package task holds goroutines (G), threads (M) and processors (P) as data,
// the assembly that switches between them, and the two primitives on which the
// layers above block: a futex mutex and a one-shot note.
//
// Gs, Ms and Ps live outside the collected heap and are never freed, only
// reused. The collector treats each of them as a root.
//
// Field offsets that assembly relies on stand in offsets.h and are checked in
// offsets.go.
package task

import "unsafe"

// Stack is the half-open address range [Lo, Hi) of a stack.
type Stack struct {
	Lo, Hi uintptr
}

// Goroutine states. Gscan may be added to Grunnable, Grunning, Gsyscall,
// Gwaiting and Gpreempted: whoever added it owns the goroutine's stack until
// it is taken away again.
const (
	Gidle      uint32 = 0
	Grunnable  uint32 = 1
	Grunning   uint32 = 2
	Gsyscall   uint32 = 3
	Gwaiting   uint32 = 4
	Gdead      uint32 = 6
	Gcopystack uint32 = 8
	Gpreempted uint32 = 9
	Gscan      uint32 = 0x1000
)

// Stack bounds, as in the linker's no-split check. A prologue of a frame of
// at most StackSmall bytes may let SP go StackSmall below StackGuard0.
const (
	StackMin     = 2048
	StackSmall   = 128
	StackGuard   = 928
	StackPreempt = ^uintptr(0) - 1313 // above every SP: the next prologue enters newstack
	StackPoison  = ^uintptr(0) - 2625 // the same, for the stress mode that moves stacks
	StackFork    = ^uintptr(0) - 1233 // between fork and exec: growth is a bug
)

// A G is a goroutine.
type G struct {
	Stack       Stack   // bounds of the whole stack
	StackGuard0 uintptr // compared by prologues; poisoned to ask for a preemption
	StackGuard1 uintptr // lower limit on g0 and gsignal

	Panic *Panic
	Defer *Defer
	M     *M
	Sched Gobuf                   // while not running, or while its M runs on g0 for it
	_     [6 - gobufWords]uintptr // Go's Gobuf has six words: assembly of modules reads GoID at its offset in Go

	SyscallSP  uintptr // while in Gsyscall: the stack from here on is in use
	SyscallPC  uintptr
	SyscallBP  uintptr
	StackTopSP uintptr // SP expected at the outermost frame

	Param       unsafe.Pointer // passed by the waker
	Status      uint32
	StackLock   uint32
	GoID        uint64
	SchedLink   *G // in the queue it stands in
	AllLink     *G
	WaitSince   int64
	WaitReason  uint8
	Preempt     bool // stop at the next safe point
	PreemptStop bool // when stopping, go to Gpreempted instead of the run queue
	ShrinkStack bool // when stopping, shrink the stack

	AsyncSafePoint bool // stopped at an asynchronous safe point: innermost frame is scanned conservatively
	PanicOnFault   bool
	ThrowSplit     bool // the stack may not grow
	System         bool // belongs to the runtime: invisible to deadlock detection and user tracebacks
	InGC           bool // does the collector's work: its allocations cause none
	GCWorker       bool // a worker of the collector: scanned only while the world is stopped

	ActiveStackChans bool   // sudogs of this stack may be used by others now
	ParkingOnChan    uint32 // about to park on a channel: the stack must not be shrunk

	Sig      uint32 // the signal that sigpanic turns into a panic
	SigCode0 uintptr
	SigCode1 uintptr
	SigPC    uintptr

	ParentGoID uint64
	GoPC       uintptr // the go statement that made it
	StartPC    uintptr
	Ancestors  unsafe.Pointer

	Waiting    *Sudog // sudogs this goroutine waits on, in lock order
	Labels     unsafe.Pointer
	Timer      unsafe.Pointer // cached timer of time.Sleep
	SleepWhen  int64
	SelectDone uint32 // did a case win the race?
	Leaked     bool   // in the last search for leaks nothing was found that could wake it

	// WaitAddr is the semaphore or condition variable that it waits on, until somebody has chosen to wake it.
	WaitAddr uintptr

	LockedM *M

	CoroArg unsafe.Pointer
	Bubble  unsafe.Pointer // synctest bubble
	Race    uintptr        // its thread, for the race detector

	FipsIndicator  uint8
	FipsOnlyBypass bool
	DitWanted      bool
	Throwing       bool

	ScanCycle   uint32 // the collection in which the stack was last scanned
	AssistCycle uint32 // the one that AssistBytes belongs to
	AssistBytes int64  // allocation that is paid for by marking, or, negative, debt
	RunningTime int64
	RunnableAt  int64
	TrackSeq    uint8

	ProfState uint32 // progress of a goroutine profile
	TraceSeq  uint64 // of its events in the current generation of a trace
	Assisting bool   // marks for the collector, as traces have it

	FreeDefers    *Defer // records on the heap that were used, for the next ones
	NumFreeDefers uint8

	Index   uint32  // among all Gs
	Segment uintptr // the last segment, for segmented stacks
	Extra   [4]unsafe.Pointer
	Scratch [8]uintptr
}

// A Sudog stands for a goroutine in a wait list of a channel, a semaphore or
// a notification list. Elem may point into the goroutine's stack.
type Sudog struct {
	G    *G
	Next *Sudog
	Prev *Sudog
	Elem unsafe.Pointer // data element; may point into the stack of G

	AcquireTime int64
	ReleaseTime int64
	Ticket      uint32

	IsSelect bool // G.SelectDone must be won to wake it
	Success  bool // woken by a value rather than by close

	Waiters  uint16
	Parent   *Sudog // tree of semaphore addresses
	WaitLink *Sudog // next in G.Waiting, or in the list of one semaphore
	WaitTail *Sudog
	C        unsafe.Pointer // the channel
	Addr     unsafe.Pointer // the semaphore, or a select case
}

// Defer is one deferred call. Records of defer statements that run at most
// once live in the frame of the deferring function.
type Defer struct {
	Heap      bool
	RangeFunc bool // Head collects the defers of a range-over-func body
	SP        uintptr
	PC        uintptr
	Fn        func()
	Link      *Defer
	Head      *Defer
}

// Panic is one running panic or Goexit. The fields after Link belong to the
// layer that runs panics; stack copying adjusts those that are addresses of
// the stack: StartSP, SP and NextSP.
type Panic struct {
	Arg  any
	Link *Panic

	StartPC, StartSP uintptr        // frame that called gopanic or Goexit
	SP, PC           uintptr        // frame whose deferred calls run now
	Open             unsafe.Pointer // *stack.OpenDefers of that frame while some are due
	NextSP, NextPC   uintptr        // frame to look at after that one; NextPC 0: none

	Recovered  bool
	Repanicked bool
	Goexit     bool
	Aborted    bool
}
