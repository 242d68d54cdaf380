//go:build strata

package runtime

import (
	"internal/abi"
	"runtime/internal/stack"
	"unsafe"
)

// Modules that write logs read the tables of functions through these, which have the layouts and names of Go's. They take
// PCs within an instruction, not return addresses.

// funcInfo is a function's record with the module that it is of.
type funcInfo struct {
	record unsafe.Pointer
	module *stack.ModuleData
}

func (f funcInfo) fn() stack.Func { return stack.FromRecord(f.record) }

func findfunc(pc uintptr) funcInfo {
	f := stack.Find(pc)
	if !f.Valid() {
		return funcInfo{}
	}
	return funcInfo{f.Record(), f.Module()}
}

//go:linkname funcInfo_entry runtime.funcInfo.entry
func funcInfo_entry(f funcInfo) uintptr { return f.fn().Entry() }

// funcline1 finds the line of any PC. That it should stop the program if there is none is what strict asks for in Go.
func funcline1(f funcInfo, targetpc uintptr, strict bool) (file string, line int32) {
	return f.fn().FileLine(targetpc)
}

// inlineUnwinder goes through the calls inlined at a PC, of which an inlineFrame is one; index -1 is the function itself.
type inlineUnwinder struct {
	f       funcInfo
	inlTree unsafe.Pointer
}

type inlineFrame struct {
	pc    uintptr
	index int32
}

func newInlineUnwinder(f funcInfo, pc uintptr) (inlineUnwinder, inlineFrame) {
	l := stack.LogicalAt(f.fn(), pc)
	return inlineUnwinder{f, f.fn().InlineTree()}, inlineFrame{pc, l.Index()}
}

// srcFunc is a function as the source has it.
type srcFunc struct {
	module    *stack.ModuleData
	nameOff   int32
	startLine int32
	funcID    abi.FuncID
}

//go:linkname inlineUnwinder_srcFunc runtime.(*inlineUnwinder).srcFunc
func inlineUnwinder_srcFunc(u *inlineUnwinder, uf inlineFrame) srcFunc {
	if u.f.record == nil {
		return srcFunc{}
	}
	l := stack.LogicalOf(u.f.fn(), uf.pc, uf.index)
	return srcFunc{u.f.module, l.NameOff(), l.StartLine(), abi.FuncID(l.ID())}
}

//go:linkname srcFunc_name runtime.srcFunc.name
func srcFunc_name(s srcFunc) string {
	if s.module == nil {
		return ""
	}
	return s.module.NameAt(s.nameOff)
}
