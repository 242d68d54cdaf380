//go:build strata

package stack

import (
	"internal/runtime/atomic"
	"runtime/internal/design"
	"runtime/internal/kernel"
	"runtime/internal/task"
	"unsafe"
)

// Segmented stacks. A function that finds too little room gets a segment of its own: morestack copies what it was
// passed in memory to the top of the new segment and lets it return to lessstack, which brings the results back, gives
// the segment up and goes on in the caller. Nothing moves, so no pointer is ever adjusted; and a call at the end of a
// segment splits the stack every time anew.

// segmentSize is the size of a segment, unless one function needs more.
const segmentSize = 8 << 10

// segment describes a segment; it stands at its upper end. The first segment of a goroutine has none.
type segment struct {
	own   task.Stack
	prev  uintptr    // the segment before, none for the first
	below task.Stack // the segment of the caller
	sp    uintptr    // there: address of the return address
	pc    uintptr    // the return address
	args  uintptr    // size of arguments, results and spill area behind it
	copy  uintptr    // address of their copy
	total uintptr    // bytes of all segments up to this one
}

// at is the segment that an address stands for. Addresses are kept as integers, so that no write barrier runs.
func at(p uintptr) *segment { return (*segment)(unsafe.Pointer(p)) }

// split puts the function at the top of gp's stack, which has not begun, on a segment of its own.
func split(gp *task.G) {
	args := uintptr(0)
	if f := Find(gp.Sched.PC - 1); f.Valid() {
		args = uintptr(max(f.ArgsSize(), 0))
	}
	size := uintptr(segmentSize)
	for size < need(gp)+args+unsafe.Sizeof(segment{})+16 {
		size *= 2
	}
	total := gp.Stack.Hi - gp.Stack.Lo
	if gp.Segment != 0 {
		total = at(gp.Segment).total
	}
	total += size
	if total > MaxSize {
		overflow(gp)
	}
	status := claim(gp)
	own := Alloc(size)
	s := (*segment)(unsafe.Pointer(own.Hi - unsafe.Sizeof(segment{})))
	s.own, s.prev, s.below, s.sp, s.args, s.total = own, gp.Segment, gp.Stack, gp.Sched.SP, args, total
	s.pc = *(*uintptr)(unsafe.Pointer(s.sp))
	s.copy = uintptr(unsafe.Pointer(s)) - args
	task.Memmove(unsafe.Pointer(s.copy), unsafe.Pointer(s.sp+8), args)
	*(*uintptr)(unsafe.Pointer(s.copy - 8)) = task.LessstackPC()
	gp.Segment = uintptr(unsafe.Pointer(s))
	gp.Stack = own
	gp.Sched.SP = s.copy - 8
	task.ResetGuard(gp)
	atomic.Store(&gp.Status, status)
}

// splitstack is called on g0 for the running goroutine, on machines without stubs that call newstack.
//
//go:linkname splitstack runtime.splitstack
func splitstack() { split(task.Getg().M.CurG) }

// oldstack is called on g0 by lessstack, when the function for which the last segment was made has returned. It
// leaves in gp.Sched where its caller goes on.
//
//go:linkname oldstack runtime.oldstack
func oldstack() {
	gp := task.Getg().M.CurG
	status := claim(gp)
	s := at(gp.Segment)
	task.Memmove(unsafe.Pointer(s.sp+8), unsafe.Pointer(s.copy), s.args)
	gp.Sched.SP, gp.Sched.PC = s.sp+8, s.pc
	drop(gp)
	if gp.Preempt {
		gp.StackGuard0 = task.StackPreempt
	}
	atomic.Store(&gp.Status, status)
}

// drop gives up gp's last segment.
func drop(gp *task.G) {
	s := at(gp.Segment)
	gp.Segment = s.prev
	gp.Stack = s.below
	task.ResetGuard(gp)
	Free(s.own)
}

// Unwind gives up the segments above the one that sp lies in: gp is about to go on there.
func Unwind(gp *task.G, sp uintptr) {
	if !design.SegmentsStacks {
		return
	}
	for sp < gp.Stack.Lo || sp > gp.Stack.Hi {
		if gp.Segment == 0 {
			kernel.Throw("stack pointer outside of all segments")
		}
		drop(gp)
	}
}

// Reset leaves a dead goroutine its first segment.
func Reset(gp *task.G) {
	for design.SegmentsStacks && gp.Segment != 0 {
		drop(gp)
	}
}

// Contains reports whether p points into the stack of gp.
func Contains(gp *task.G, p uintptr) bool {
	if gp.Stack.Lo <= p && p < gp.Stack.Hi {
		return true
	}
	if design.SegmentsStacks {
		for q := gp.Segment; q != 0; q = at(q).prev {
			if s := at(q); s.below.Lo <= p && p < s.below.Hi {
				return true
			}
		}
	}
	return false
}

// Caller gives return address and SP of a caller: what stands on the callee's segment, or on the one before where the
// callee is the first of its segment.
func Caller(gp *task.G, ret, sp uintptr) (pc, callerSP uintptr) {
	if design.SegmentsStacks && ret == task.LessstackPC() {
		for p := gp.Segment; p != 0; p = at(p).prev {
			if s := at(p); s.copy == sp {
				return s.pc, s.sp + 8
			}
		}
	}
	return ret, sp
}

// Inside reports whether a frame with stack pointer sp was called, directly or not, by the one with outer, or is it.
func Inside(gp *task.G, sp, outer uintptr) bool {
	if !design.SegmentsStacks {
		return sp <= outer
	}
	// The first of the segments from the last on that has either of them.
	lo, hi := gp.Stack.Lo, gp.Stack.Hi
	for p := gp.Segment; ; p = at(p).prev {
		in, out := lo <= sp && sp < hi, lo <= outer && outer < hi
		if in || out || p == 0 {
			return in && (!out || sp <= outer)
		}
		lo, hi = at(p).below.Lo, at(p).below.Hi
	}
}

// enterSegment finds the segment of the frame at which a walk starts.
func (u *Unwinder) enterSegment() {
	u.segment = u.G.Segment
	for u.segment != 0 && (u.SP < at(u.segment).own.Lo || u.SP >= at(u.segment).own.Hi) {
		u.segment = at(u.segment).prev
	}
}

// leaveSegment gives return address and SP of the caller of the first frame of a segment.
func (u *Unwinder) leaveSegment() (ret, sp uintptr) {
	s := at(u.segment)
	u.segment = s.prev
	return s.pc, s.sp + 8
}

// callerpc and callersp are called by functions that ask for the return address or the SP of their caller, with what
// they see on their own segment.
//
//go:nosplit
//go:linkname callerpc runtime.callerpc
func callerpc(pc uintptr) uintptr {
	if pc == task.LessstackPC() {
		return at(task.Getg().Segment).pc
	}
	return pc
}

//go:nosplit
//go:linkname callersp runtime.callersp
func callersp(sp uintptr) uintptr {
	if s := at(task.Getg().Segment); s != nil && s.copy == sp {
		return s.sp + 8
	}
	return sp
}
