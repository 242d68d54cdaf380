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

// LogicalOf is the frame with the number that Index gave.
func LogicalOf(f Func, pc uintptr, index int32) Logical { return Logical{f, pc, index} }

// Index is the frame's number among those inlined into the function, -1 for that itself.
func (l Logical) Index() int32 { return l.inl }

// InlineTree is where the function's inlined calls are described, nil if it has none.
func (f Func) InlineTree() unsafe.Pointer { return f.funcdata(funcdataInlTree) }

func (l Logical) call() *inlinedCall {
	return (*inlinedCall)(unsafe.Add(l.f.InlineTree(), uintptr(l.inl)*unsafe.Sizeof(inlinedCall{})))
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
	if !l.f.Valid() {
		return ""
	}
	return l.f.Module().NameAt(l.NameOff())
}

// NameOff is where the function's name is in its module's table of names.
func (l Logical) NameOff() int32 {
	if l.inl >= 0 {
		return l.call().nameOff
	}
	return l.f.r.nameOff
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
