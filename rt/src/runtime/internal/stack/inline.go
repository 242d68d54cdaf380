//go:build strata

package stack

import "unsafe"

// inlinedCall is a node of a function's tree of inlined calls.
type inlinedCall struct {
	id        uint8
	_         [3]byte
	nameOff   int32
	parentPC  int32 // offset of an instruction whose position is the call
	startLine int32
}

// A Logical frame is a function as the source has it: one that runs in a
// physical frame, or was inlined there.
type Logical struct {
	f   Func
	pc  uintptr // an instruction of it
	inl int32   // node in f's tree, -1 for f itself
}

// LogicalAt returns the innermost logical frame of the instruction at pc.
func LogicalAt(f Func, pc uintptr) Logical {
	l := Logical{f, pc, -1}
	if f.Valid() && f.funcdata(funcdataInlTree) != nil {
		l.inl = f.pcdata(pcdataInlTree, pc)
	}
	return l
}

func (l Logical) call() *inlinedCall {
	return (*inlinedCall)(unsafe.Add(l.f.funcdata(funcdataInlTree), uintptr(l.inl)*unsafe.Sizeof(inlinedCall{})))
}

// Inlined reports whether the function was inlined into its caller.
func (l Logical) Inlined() bool { return l.inl >= 0 }

// Caller returns the logical frame into which l was inlined.
func (l Logical) Caller() Logical {
	pc := l.f.Entry() + uintptr(l.call().parentPC)
	return LogicalAt(l.f, pc)
}

// Func is the physical function.
func (l Logical) Func() Func { return l.f }

// PC is an instruction whose position is where the frame stands.
func (l Logical) PC() uintptr { return l.pc }

// Name is the function's name.
func (l Logical) Name() string {
	if l.inl >= 0 {
		return nameAt(l.call().nameOff)
	}
	return l.f.Name()
}

// ID is the function's FuncID.
func (l Logical) ID() uint8 {
	if l.inl >= 0 {
		return l.call().id
	}
	return l.f.ID()
}

// StartLine is the line of the function's declaration.
func (l Logical) StartLine() int32 {
	if l.inl >= 0 {
		return l.call().startLine
	}
	return l.f.StartLine()
}

// FileLine is where the frame stands.
func (l Logical) FileLine() (file string, line int32) { return l.f.FileLine(l.pc) }
