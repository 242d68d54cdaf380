// Package codegen is what all register machines share of turning optimised SSA into code: the walk that selects
// (select.go), machine instructions over virtual registers (mir.go), the frame with its stack maps (frame.go), the lifetimes of its
// objects (lifetime.go), the order of blocks (layout.go), emission with its tables (emit.go, info.go, vars.go, cold.go), constants and
// jump tables (pool.go), listings.
//
// Compile drives a Target: its Select makes a Func by way of a Selector whose Chooser it is, the allocator gives it registers, its Emit
// makes the symbol by way of an Emitter whose Machine it is. Nothing in here names a register, an instruction or an encoding: what
// differs is a field of Target, a method of Chooser or Machine, or an Op and a place that this package only hands on. It keeps no state
// between functions.
package codegen

import (
	"strata/internal/object"
	"strata/internal/regalloc"
	"strata/internal/ssa"
)

// Target is what the shared part of code generation has to know of a machine.
type Target struct {
	// Name is GOARCH.
	Name string
	// Ints and Floats are the allocatable registers in order of preference.
	Ints, Floats []regalloc.PReg
	// Scratch is never allocated: moves between places in memory go through it.
	Scratch regalloc.PReg
	// InlineLimit is the largest size in bytes that is copied or cleared without a call.
	InlineLimit int64
	// Filler stands between code and constants.
	Filler byte
	// LoopAlign is the alignment of functions and of short loops.
	LoopAlign int32
	// LinkArea is the room at the bottom of a frame for the return address, on machines whose calls leave it in a register; 0 where calls
	// push it. Frames are then multiples of 16 bytes, and their last word belongs to the caller, which keeps its frame pointer there.
	LinkArea int64
	// OnePiece: functions are never laid out in two parts.
	OnePiece bool
	// Without are functions of the library, by package path and name, that are intrinsics elsewhere and plain calls here.
	Without []string
	// StackSmall is the size of frames that may reach below the stack guard.
	StackSmall int64

	// Compile, if there is one, does all of the work below by itself: the machine has no registers.
	Compile func(t *Target, f *ssa.Func, opts Options) (*object.Symbol, error)
	// Select makes machine instructions of a function.
	Select func(t *Target, f *ssa.Func) (*Func, error)
	// Emit makes the symbol of the function that e has, with registers allocated.
	Emit func(e Emitter) (*object.Symbol, error)
	// NewScratch makes memory to work in.
	NewScratch func() any
}
