// Package wasm turns optimised SSA into WebAssembly.
//
// Target is the machine as package codegen drives it. There are no registers: values live in locals and on the operand stack
// (values.go, live.go), control flow is structured (graph.go, structure.go).
//
// # Laws
//
// Memory is laid out as for 64-bit machines, pointers take 8 bytes; their upper half is zero, and in locals they are 32 bits wide.
//
// Each goroutine has a stack in linear memory for what the collector has to see, what has an address, and what is kept while the
// goroutine waits. The global Base is SP - 8: the place of the return address. Before a call the function stores there where it
// calls from, as a number in the space of program counters, so that the runtime's unwinder reads the same frames and tables as on other
// machines. In that space a function has one number for its entry, one for each call and one for each check that may fail; the entry is
// also the function's index in the table that indirect calls go through.
//
// A pointer that lives over a call is in the frame too, stored when it is made. The collector does not move objects, so the
// local stays good.
//
// A goroutine that is switched away from returns from all its functions: behind each call, a function sees by the global State that it
// has to go, saves the locals that it needs in its frame and returns. To go on, its functions are called again; their entry, where the
// stack check fails because Limit is the greatest number, restores the locals and goes to the call at which the function was, by
// the number stored at Base. Loops with such calls are entered there through a dispatch node.
package wasm

import (
	"strata/internal/codegen"
	"strata/internal/wasm/module"
)

// Target is wasm as package codegen drives it.
var Target = codegen.Target{
	Name:        "wasm",
	InlineLimit: 1 << 40, // copying and clearing are instructions
	StackSmall:  0,
	LoopAlign:   16, // of functions in the space of program counters
	Compile:     compile,
	NewScratch:  func() any { return nil },
}

// The module's global variables, by index.
const (
	Base    = iota // SP - 8
	G              // the running goroutine
	Ctxt           // closure of the function that is called
	State          // not 0: everybody returns
	Limit          // of Base; all ones while functions are resumed
	Target0        // SP of the frame whose recover block is wanted, 0 for none
	Pending        // what the scheduler does next: a closure or goroutine
	NumGlobals
)

// Values of State.
const (
	Running = iota
	Calling // the goroutine is saved; then the function Pending is called on the system stack
	Going   // the goroutine Pending goes on
)

// Globals are the module's global variables.
func Globals() []module.Global {
	list := make([]module.Global, NumGlobals)
	for i := range list {
		list[i].Type = module.I32
	}
	return list
}
