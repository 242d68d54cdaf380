// Package abi decides where the parameters and results of a function live.
//
// Two conventions exist: Register is Go's published ABIInternal, with as many
// integer and float registers as the machine gives it (Regs), numbered in order
// of assignment; Stack is ABI0 (everything in the caller's outgoing area). The package knows
// types, not machines: registers are ordinals.
//
// A parameter that is a scalar, or an aggregate of few scalars, is passed as
// its scalars ("components"), flattened in order of memory; any other is passed
// in memory: its component is the address of the value, which the call copies
// into (or, for results, out of) the argument area.
package abi

import (
	"go/types"
	"slices"
)

// Conv is a calling convention.
type Conv uint8

const (
	Register Conv = iota // ABIInternal
	Stack                // ABI0
)

// Regs are how many registers ABIInternal passes arguments and results in on a machine.
type Regs struct{ Ints, Floats int }

// AMD64 is what a nil *Sizes goes by.
var AMD64 = Regs{Ints: 9, Floats: 15}

// Class is the machine class of a component.
type Class uint8

const (
	Int   Class = iota // integer of 1, 2, 4 or 8 bytes
	Ptr                // pointer
	Float              // 4 or 8 bytes
	Mem                // value in memory: the component is its address
)

// Component is one scalar of a parameter or result, or a whole parameter in memory.
type Component struct {
	Class Class
	Size  int64 // bytes
	Bool  bool
	Count bool // length or capacity of a string or slice: never negative
	// Reg is the ordinal of its register within its class (integers and
	// pointers share one sequence), -1 when on the stack.
	Reg int8
	// Off is the offset in the argument area: of the value itself when
	// Reg < 0, of its spill slot otherwise.
	Off    int64
	Param  int   // index of the parameter (receiver first) or result it belongs to
	MemOff int64 // offset inside the parameter's own memory layout
}

// Param is a parameter or result as a whole.
type Param struct {
	Type  types.Type
	Name  string
	First int // index of its first component
	N     int // number of components; 0 for types of size zero
	InReg bool
	Off   int64 // offset in the argument area (stack-assigned), or of the spill slot
}

// Signature is the assignment for one function type under one convention.
type Signature struct {
	Conv    Conv
	In, Out []Component
	Params  []Param
	Results []Param
	// ArgSize is the size of the argument area without spill space: stack
	// parameters, then results, in the order of ABI0. SpillOff/SpillSize give
	// the spill area of register parameters behind it.
	ArgSize   int64
	RetOff    int64 // offset of the first stack result
	SpillOff  int64
	SpillSize int64
	// ArgPtrs marks the words of the argument area that hold pointer
	// parameters on the stack (not results), SpillPtrs those that hold
	// pointers when register arguments are spilled.
	ArgPtrs   []byte
	SpillPtrs []byte
}

// SameShape tells whether callers may take one signature for the other: values of the same classes and sizes are in the
// same places.
func (s *Signature) SameShape(t *Signature) bool {
	return s.Conv == t.Conv && slices.EqualFunc(s.In, t.In, sameShape) && slices.EqualFunc(s.Out, t.Out, sameShape)
}

func sameShape(a, b Component) bool {
	return a.Class == b.Class && a.Size == b.Size && a.Reg == b.Reg && a.Off == b.Off
}

// AreaSize is the size of the argument area with spill space.
func (s *Signature) AreaSize() int64 { return s.SpillOff + s.SpillSize }
