// Package target lists the machines that programs can be compiled for. It is the one place that imports them: everybody else
// takes a Machine and asks it.
package target

import (
	"fmt"
	"maps"
	"slices"

	"strata/internal/amd64"
	"strata/internal/codegen"
)

// Machine is what the driver has to know of a machine under an operating system.
type Machine struct {
	GOOS, GOARCH string
	// Code generates code.
	Code *codegen.Target
	// Entry is the symbol where the kernel starts a program, a function of the stack convention.
	Entry string
}

// machines are those that there are, by GOOS/GOARCH.
var machines = map[string]*Machine{
	"linux/amd64": {GOOS: "linux", GOARCH: "amd64", Code: &amd64.Target, Entry: "_rt0_amd64_linux<ABI0>"},
}

// Default is the machine of programs for which none is asked.
func Default() *Machine { return machines["linux/amd64"] }

// Lookup finds a machine.
func Lookup(goos, goarch string) (*Machine, error) {
	if m := machines[goos+"/"+goarch]; m != nil {
		return m, nil
	}
	return nil, fmt.Errorf("unsupported GOOS/GOARCH pair %s/%s: there is %v", goos, goarch, slices.Sorted(maps.Keys(machines)))
}
