//go:build strata

package stack

import (
	"runtime/internal/design"
	"runtime/internal/kernel"
	"runtime/internal/task"
	"unsafe"
)

// An Unwinder walks the frames of a stack from the innermost outwards:
//
//	for u.Init(gp); u.Valid(); u.Next() { ... }
type Unwinder struct {
	G  *task.G // whose stack the frame lies on
	Fn Func    // invalid at the end

	PC uintptr // where the frame stands: a return address unless Exact
	SP uintptr // lowest address of the frame
	FP uintptr // address just above the return address: the incoming arguments

	// Exact: PC is the very instruction at which the frame was interrupted, or entry of a function that has not begun.
	Exact bool
	// Async: interrupted where no call is, so that registers may hold pointers that no map names.
	Async bool
	// Callee is the FuncID of the frame before.
	Callee uint8

	link linkRegister // of a frame that is not set up

	index int32    // of the frame's stack maps, if cache is set
	cache *pcCache // nil: none

	segment uintptr // on which the frame lies, if stacks have several

	follow bool // go on with the M's goroutine at the end of its system stack
}

// Valid reports whether there is a frame.
func (u *Unwinder) Valid() bool { return u.Fn.Valid() }

// Init starts at the innermost frame of gp, which does not run on its stack at
// present, or is in Systemstack or in a system call.
func (u *Unwinder) Init(gp *task.G) {
	if gp.SyscallSP != 0 {
		u.InitAt(gp, gp.SyscallPC, gp.SyscallSP)
		return
	}
	u.InitAt(gp, gp.Sched.PC, gp.Sched.SP)
}

// InitAt starts at a frame of gp that stands at the return address pc, with
// its SP.
func (u *Unwinder) InitAt(gp *task.G, pc, sp uintptr) {
	u.G, u.PC, u.SP = gp, pc, sp
	u.Callee = IDNormal
	u.Async = false
	u.follow = false
	u.suspended(gp)
	if design.SegmentsStacks {
		u.enterSegment()
	}
	// A goroutine that has never run stands at the entry of its function.
	u.Exact = sp+8 == gp.StackTopSP && Find(pc).entryIs(pc)
	u.resolve()
}

// InitFault starts at the frame of an instruction at which a signal came. With
// follow, a walk of a system stack goes on with the goroutine that the M runs.
func (u *Unwinder) InitFault(gp *task.G, pc, sp uintptr, follow bool) {
	u.G, u.PC, u.SP = gp, pc, sp
	u.Callee = IDNormal
	u.Exact, u.Async, u.follow = true, true, follow
	u.interrupted()
	if design.SegmentsStacks {
		u.enterSegment()
	}
	u.resolve()
}

func (f Func) entryIs(pc uintptr) bool { return f.Valid() && f.Entry() == pc }

// LookupPC is the instruction that the frame's tables are to be asked about.
func (u *Unwinder) LookupPC() uintptr {
	if u.Exact {
		return u.PC
	}
	return u.PC - 1
}

// A pcCache remembers what the tables say of a few PCs: many goroutines stand
// at the same ones, and decoding is slow. Functions are kept by the address of
// their record, so that no write barrier runs.
type pcCache [256]struct {
	pc    uintptr
	fn    uintptr
	delta int32
	index int32
}

// lookup is resolve with the cache.
func (u *Unwinder) lookup(at uintptr) {
	e := &u.cache[(at^at>>8)%uintptr(len(u.cache))]
	if e.pc != at {
		f := Find(at)
		if !f.Valid() {
			u.Fn = Func{}
			return
		}
		e.fn = uintptr(unsafe.Pointer(f.r))
		e.delta = f.SPDelta(at)
		e.index = max(f.pcdata(pcdataStackMap, at), 0)
		e.pc = at
	}
	u.Fn = Func{(*funcRecord)(unsafe.Pointer(e.fn))}
	u.index = e.index
	if e.delta < 0 {
		u.Fn = Func{}
		return
	}
	u.FP = u.SP + uintptr(e.delta) + 8
}

// resolve finds the function and frame of PC and SP.
func (u *Unwinder) resolve() {
	at := u.LookupPC()
	if u.cache != nil {
		u.lookup(at)
		return
	}
	u.Fn = Find(at)
	if !u.Fn.Valid() {
		return
	}
	delta := u.Fn.SPDelta(at)
	if delta < 0 {
		u.Fn = Func{}
		return
	}
	u.FP = u.SP + uintptr(delta) + 8
}

// Next goes to the caller.
func (u *Unwinder) Next() {
	f := u.Fn
	u.Callee = f.ID()
	if entry := f.Entry(); entry == systemstackPC() || entry == morestackPC && u.G == u.G.M.G0 {
		u.leaveSystemStack()
		return
	}
	if f.TopFrame() || u.FP < u.SP || !design.SegmentsStacks && u.G.Stack.Hi != 0 && u.FP > u.G.Stack.Hi {
		u.Fn = Func{}
		return
	}
	ret := u.returnAddress()
	if ret == 0 {
		u.Fn = Func{}
		return
	}
	// The callers of these were interrupted rather than called them.
	u.Exact = u.Callee == IDSigpanic || u.Callee == IDAsyncPreempt
	u.Async = u.Callee == IDAsyncPreempt
	u.PC, u.SP = ret, u.callerSP()
	if design.SegmentsStacks && ret == task.LessstackPC() {
		u.PC, u.SP = u.leaveSegment()
	}
	u.resolve()
}

var switchPC, morestackPC uintptr

func systemstackPC() uintptr {
	if switchPC == 0 {
		morestackPC = task.MorestackPC()
		switchPC = task.SystemstackPC()
	}
	return switchPC
}

// leaveSystemStack goes on with the goroutine for which Systemstack or morestack was called.
func (u *Unwinder) leaveSystemStack() {
	gp := u.G.M.CurG
	if !u.follow || gp == nil || gp == u.G {
		u.Fn = Func{}
		return
	}
	u.G, u.PC, u.SP = gp, gp.Sched.PC, gp.Sched.SP
	u.Exact, u.Async, u.follow = false, false, false
	if design.SegmentsStacks {
		u.enterSegment()
	}
	u.resolve()
}

// SPInBody is SP of the frame where its function's code addresses its slots.
func (u *Unwinder) SPInBody() uintptr { return u.SP }

// HasFrame reports whether the frame is set up: it is not at the call of
// morestack, nor at the entry.
func (u *Unwinder) HasFrame() bool { return u.FP-8 > u.SP }

// Callers stores the return addresses of the logical frames of u's stack to
// pcs, skipping the first skip, and returns their number. Frames of wrappers
// made by the compiler are left out, unless a panic was raised in them.
// Addresses of inlined frames and of interrupted ones are increased by 1, so that
// all are return addresses.
func (u *Unwinder) Callers(skip int, pcs []uintptr) int {
	n := 0
	for ; u.Valid() && n < len(pcs); u.Next() {
		callee := u.Callee
		for l := LogicalAt(u.Fn, u.LookupPC()); ; l = l.Caller() {
			hidden := l.ID() == IDWrapper && callee != IDPanic && callee != IDSigpanic
			callee = l.ID()
			switch {
			case hidden:
			case skip > 0:
				skip--
			case n < len(pcs):
				pcs[n] = l.PC() + 1
				n++
			}
			if !l.Inlined() || n == len(pcs) {
				break
			}
		}
	}
	return n
}

var _ = kernel.Throw
