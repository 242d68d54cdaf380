//go:build strata

package runtime

import (
	"internal/abi"
	"runtime/internal/stack"
	"runtime/internal/task"
	"unsafe"
)

// Frames may be used to get function/file/line information for a slice of PC
// values returned by Callers.
type Frames struct {
	callers []uintptr // PCs not yet expanded
	// The logical frames of the PC being expanded, of which next is the first
	// to be given out; more tells whether there is one.
	next stack.Logical
	more bool
}

// Frame is the information returned by Frames for each call frame.
type Frame struct {
	// PC is the program counter for the location in this frame: within the call
	// instruction, for a frame that calls another. It is zero for unknown ones.
	PC uintptr

	// Func is the Func value of this call frame. It is nil for functions that
	// were inlined.
	Func *Func

	// Function is the package path-qualified function name of
	// this call frame. If non-empty, this string uniquely
	// identifies a single function in the program.
	// This may be the empty string if not known.
	Function string

	// File and Line are the file name and line number of the
	// location in this frame. These may be the empty string and
	// zero, respectively, if not known.
	File string
	Line int

	// The line of the function's declaration, for profiles.
	startLine int

	// Entry point program counter for the function; may be zero
	// if not known. If Func is not nil then Entry ==
	// Func.Entry().
	Entry uintptr

	funcInfo stack.Func
}

// CallersFrames takes a slice of PC values returned by Callers and
// prepares to return function/file/line information.
// Do not change the slice until you are done with the Frames.
func CallersFrames(callers []uintptr) *Frames { return &Frames{callers: callers} }

// Next returns a Frame representing the next call frame in the slice
// of PC values. If it has already returned all call frames, Next
// returns a zero Frame.
//
// The more result indicates whether the next call to Next will return
// a valid Frame. It does not necessarily indicate whether this call
// returned one.
func (ci *Frames) Next() (frame Frame, more bool) {
	l, ok := ci.take()
	if !ok {
		return Frame{}, false
	}
	return frameOf(l), ci.pending()
}

// pending reports whether there is a frame left, skipping PCs of no function.
func (ci *Frames) pending() bool {
	for len(ci.callers) > 0 && !stack.Find(calledAt(ci.callers[0])).Valid() {
		ci.callers = ci.callers[1:]
	}
	return len(ci.callers) > 0
}

// calledAt is the place that a PC stands for: the call in front of a return address, or the function that begins there.
func calledAt(pc uintptr) uintptr {
	if f := stack.Find(pc); f.Valid() && f.Entry() == pc {
		return pc
	}
	return pc - 1
}

// take returns the next logical frame. Callers has expanded inlined calls: each
// PC stands for one.
func (ci *Frames) take() (stack.Logical, bool) {
	if !ci.pending() {
		return stack.Logical{}, false
	}
	pc := calledAt(ci.callers[0])
	ci.callers = ci.callers[1:]
	return stack.LogicalAt(stack.Find(pc), pc), true
}

func frameOf(l stack.Logical) Frame {
	file, line := l.FileLine()
	f := l.Func()
	frame := Frame{
		PC:        l.PC(),
		Function:  shownName(l.Name()),
		File:      file,
		Line:      int(line),
		startLine: int(l.StartLine()),
		Entry:     f.Whole().Entry(),
		funcInfo:  f,
	}
	if !l.Inlined() {
		frame.Func = funcOf(f)
	}
	return frame
}

// shownName replaces type arguments by "...".
func shownName(name string) string {
	if head, tail, ok := cutTypeArgs(name); ok {
		return head + "[...]" + tail
	}
	return name
}

// cutTypeArgs returns what stands before and after the type arguments in a function's name.
func cutTypeArgs(name string) (head, tail string, ok bool) {
	open, end := -1, -1
	for i := 0; i < len(name); i++ {
		if name[i] == '[' && open < 0 {
			open = i
		}
		if name[i] == ']' {
			end = i
		}
	}
	if open < 0 || end < open {
		return name, "", false
	}
	return name[:open], name[end+1:], true
}

// A Func represents a Go function in the running binary.
type Func struct {
	opaque struct{} // its address is that of the function's record, or a *inlinedFunc
}

// inlinedFunc stands for a function that was inlined at some PC. It begins with
// a word of ones, which no record begins with.
type inlinedFunc struct {
	ones  uint32
	name  string
	file  string
	line  int32
	start int32
	entry uintptr
}

func funcOf(f stack.Func) *Func { return (*Func)(f.Whole().Record()) }

func (f *Func) inlined() *inlinedFunc {
	if i := (*inlinedFunc)(unsafe.Pointer(f)); i.ones == ^uint32(0) {
		return i
	}
	return nil
}

func (f *Func) record() stack.Func { return stack.FromRecord(unsafe.Pointer(f)) }

// FuncForPC returns a *[Func] describing the function that contains the
// given program counter address, or else nil.
//
// If pc represents multiple functions because of inlining, it returns
// the *Func describing the innermost function, but with an entry of
// the outermost function.
func FuncForPC(pc uintptr) *Func {
	f := stack.Find(pc)
	if !f.Valid() {
		return nil
	}
	l := stack.LogicalAt(f, pc)
	if !l.Inlined() || pc == f.Entry() { // an entry means the function, whatever was inlined there
		return funcOf(f)
	}
	file, line := l.FileLine()
	return (*Func)(unsafe.Pointer(&inlinedFunc{^uint32(0), l.Name(), file, line, l.StartLine(), f.Whole().Entry()}))
}

// Name returns the name of the function.
func (f *Func) Name() string {
	if f == nil {
		return ""
	}
	if i := f.inlined(); i != nil {
		return shownName(i.name)
	}
	return shownName(f.record().Name())
}

// Entry returns the entry address of the function.
func (f *Func) Entry() uintptr {
	if i := f.inlined(); i != nil {
		return i.entry
	}
	return f.record().Entry()
}

// FileLine returns the file name and line number of the
// source code corresponding to the program counter pc.
// The result will not be accurate if pc is not a program
// counter within f.
func (f *Func) FileLine(pc uintptr) (file string, line int) {
	if i := f.inlined(); i != nil {
		return i.file, int(i.line)
	}
	in := f.record()
	if at := stack.Find(pc); at.Valid() && at.Whole() == in {
		in = at // perhaps the part that is laid out apart
	}
	name, n := in.FileLine(pc)
	return name, int(n)
}

// Callers fills the slice pc with the return program counters of function
// invocations on the calling goroutine's stack. The argument skip is the number of
// stack frames to skip before recording in pc, with 0 identifying the frame for
// Callers itself and 1 identifying the caller of Callers. It returns the number of
// entries written to pc.
//
// To translate these PCs into symbolic information such as function
// names and line numbers, use [CallersFrames]. CallersFrames accounts
// for inlined functions and adjusts the return program counters into
// call program counters.
//
//go:noinline
func Callers(skip int, pc []uintptr) int {
	if len(pc) == 0 {
		return 0
	}
	return callers(skip+1, pc)
}

// callers is Callers with 0 identifying callers itself. The walk must be on
// the system stack, where it cannot move the stack that it walks.
//
//go:noinline
func callers(skip int, pcs []uintptr) int {
	mp := task.Acquirem()
	s0, s1, s2 := mp.Arg[0], mp.Arg[1], mp.Arg[2]
	mp.Arg[0] = uintptr(skip)
	mp.Arg[1] = uintptr(len(pcs))
	p0 := mp.ArgP[0]
	mp.ArgP[0] = abi.NoEscape(unsafe.Pointer(&pcs[0])) // on this stack it may be: nothing moves it until the walk is over
	task.Systemstack(callersOnG0)
	n := int(mp.Ret[0])
	mp.Arg[0], mp.Arg[1], mp.Arg[2] = s0, s1, s2
	mp.ArgP[0] = p0
	task.Releasem(mp)
	return n
}

func callersOnG0() {
	mp := getg().M
	pcs := unsafe.Slice((*uintptr)(mp.ArgP[0]), int(mp.Arg[1]))
	u := unwinderOf(mp)
	u.Init(mp.CurG)
	mp.Ret[0] = uintptr(u.Callers(int(mp.Arg[0]), pcs))
}

// unwinderOf returns mp's unwinder for walks that do not nest: a variable's
// address would have to be allocated.
func unwinderOf(mp *task.M) *stack.Unwinder {
	if mp.Extra[0] == nil {
		mp.Extra[0] = persistent(unsafe.Sizeof(stack.Unwinder{}))
	}
	return (*stack.Unwinder)(mp.Extra[0])
}

// Caller reports file and line number information about function invocations on
// the calling goroutine's stack. The argument skip is the number of stack frames
// to ascend, with 0 identifying the caller of Caller. (For historical reasons the
// meaning of skip differs between Caller and [Callers].) The return values report
// the program counter, the file name (using forward slashes as path separator, even
// on Windows), and the line number within the file of the corresponding call.
// The boolean ok is false if it was not possible to recover the information.
func Caller(skip int) (pc uintptr, file string, line int, ok bool) {
	rpc := make([]uintptr, 1)
	if callers(skip+2, rpc) < 1 {
		return 0, "", 0, false
	}
	at := rpc[0] - 1
	file, n := stack.LogicalAt(stack.Find(at), at).FileLine()
	return at, file, int(n), true
}
