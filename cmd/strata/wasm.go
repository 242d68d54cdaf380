package main

import (
	"fmt"
	"os"

	"strata/internal/engine"
)

// Programs for WebAssembly run in an engine: that which -exec names, or the one inside, which is a tool of its own so that a
// program has a process.

func init() { tools["wasm"] = runWasm }

// runWasm is `strata tool wasm FILE [arguments...]`: it runs a module of wasip1 with this process's environment and files.
func runWasm(args []string) int {
	if len(args) == 0 {
		fmt.Fprintln(os.Stderr, "usage: strata tool wasm module [arguments...]")
		return 2
	}
	return engine.Main(args[0], args[1:])
}

// withEngine is what starts a program: what -exec says, or, for a machine that is not this one, its engine.
func withEngine(words []string) ([]string, error) {
	m := theMachine()
	if len(words) > 0 {
		return words, nil
	}
	if m.Wasm == nil {
		return m.Runner()
	}
	self, err := os.Executable()
	return []string{self, "tool", "wasm"}, err
}
