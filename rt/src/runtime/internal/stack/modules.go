//go:build strata

package stack

import (
	"internal/runtime/atomic"
	"runtime/internal/kernel"
	"unsafe"
)

// Modules that are made at run time. A program that generates code describes it with a ModuleData and Go's tables, has it
// checked by Verify, and appends it: it swaps its address into LastModule and stores it into the Next of the one that was
// last. From then on PCs in it are found. Whoever made a module keeps its memory; none is ever taken out of the list.

// LastModule is the last module of the list that begins with Module.
//
//go:linkname LastModule runtime.lastmoduledatap
var LastModule = &Module

// pcHeader is the head of the function tables.
type pcHeader struct {
	magic      uint32
	pad1, pad2 uint8
	minLC      uint8 // smallest instruction
	ptrSize    uint8
}

const pcHeaderMagic = 0xfffffff1

// next is the module after m. The list grows while it is read.
func (m *ModuleData) next() *ModuleData {
	return (*ModuleData)(atomic.Loadp(unsafe.Pointer(&m.Next)))
}

// moduleOf returns the module, but for the first, that has code at pc.
func moduleOf(pc uintptr) *ModuleData {
	for m := Module.next(); m != nil; m = m.next() {
		if m.MinPC <= pc && pc < m.MaxPC {
			return m
		}
	}
	return nil
}

// InModule reports whether p is data of the executable or of another module, and where that section of it begins.
func InModule(p uintptr) (start uintptr, ok bool) {
	for m := &Module; m != nil; m = m.next() {
		switch {
		case m.Data <= p && p < m.EData:
			return m.Data, true
		case m.BSS <= p && p < m.EBSS:
			return m.BSS, true
		}
	}
	return 0, false
}

// Module returns the module in whose table f is.
func (f Func) Module() *ModuleData {
	m := &Module
	for m != nil && !m.describes(f.r) {
		m = m.next()
	}
	return m
}

func (m *ModuleData) describes(r *funcRecord) bool {
	return uintptr(unsafe.Pointer(r))-uintptr(unsafe.Pointer(unsafe.SliceData(m.PCLNTable))) < uintptr(len(m.PCLNTable))
}

// Verify stops the program if m's tables cannot be read.
//
//go:linkname Verify runtime.moduledataverify1
func Verify(m *ModuleData) {
	h := m.PCHeader
	if h == nil || h.magic != pcHeaderMagic || h.pad1 != 0 || h.pad2 != 0 || h.minLC != 1 || h.ptrSize != 8 {
		kernel.Throw("invalid function symbol table")
	}
	n := len(m.FTab) - 1
	if n < 0 {
		kernel.Throw("invalid runtime symbol table")
	}
	for i := range n {
		if m.FTab[i].EntryOff > m.FTab[i+1].EntryOff || m.FTab[i].FuncOff >= uint32(len(m.PCLNTable)) {
			kernel.Throw("invalid runtime symbol table")
		}
	}
	if m.MinPC != m.Text+uintptr(m.FTab[0].EntryOff) || m.MaxPC != m.Text+uintptr(m.FTab[n].EntryOff) {
		kernel.Throw("minpc or maxpc invalid")
	}
}
