// Package target lists the machines that programs can be compiled for. It is the one place that imports them: everybody else
// takes a Machine and asks it.
package target

import (
	"fmt"
	"maps"
	"os/exec"
	"runtime"
	"slices"
	"strings"

	"strata/internal/abi"
	"strata/internal/amd64"
	"strata/internal/arm64"
	"strata/internal/codegen"
	"strata/internal/link"
	"strata/internal/load"
	"strata/internal/object"
	"strata/internal/wasm"
)

// Machine is what the driver has to know of a machine under an operating system.
type Machine struct {
	GOOS, GOARCH string
	// LevelVar is the variable that says for which processors code is made, "" for none; Level is its value here, and OtherLevels are
	// values that Go knows and there is no code for.
	LevelVar, Level string
	OtherLevels     []string
	// Tags are build tags that choose Go where other machines have assembly.
	Tags []string
	// Regs are the registers of the calling convention.
	Regs abi.Regs
	// Code generates code.
	Code *codegen.Target
	// Builtin makes the symbol of a function that has no source, nil for none of the name; nil where there are none.
	Builtin func(sym string) *object.Symbol
	// Import makes a function that calls one of the host's (go:wasmimport).
	Import func(sym, module, name string, sig *abi.Signature) *object.Symbol
	// Wasm is what the linker has to know to make a module; nil where it makes ELF executables.
	Wasm *link.Wasm
	// Link is nil for amd64's.
	Link *link.Arch
	// Emulator runs executables on other machines: a program, looked for in the path, with its arguments; nil for none.
	Emulator []string
	// Entry is the symbol where the kernel starts a program, a function of the stack convention.
	Entry string
}

// machines are those that there are, by GOOS/GOARCH.
var machines = byName(
	&Machine{GOOS: "linux", GOARCH: "amd64", LevelVar: "GOAMD64", Level: "v1", OtherLevels: []string{"v2", "v3", "v4"},
		Regs: abi.AMD64, Code: &amd64.Target, Entry: "_rt0_amd64_linux<ABI0>"},
	&Machine{GOOS: "wasip1", GOARCH: "wasm", LevelVar: "GOWASM", Tags: []string{"math_big_pure_go"}, Regs: abi.AMD64, Code: &wasm.Target, Builtin: wasm.Builtin, Import: wasm.Import, Entry: wasm.EntrySym,
		Wasm: &link.Wasm{Globals: wasm.Globals(), Adapter: wasm.Adapter, Adapts: wasm.ReflectCallSym, Exports: map[string]string{"_start": wasm.EntrySym}}},
	&Machine{GOOS: "linux", GOARCH: "arm64", LevelVar: "GOARM64", Level: "v8.0",
		OtherLevels: []string{"v8.1", "v8.2", "v8.3", "v8.4", "v8.5", "v8.6", "v8.7", "v8.8", "v8.9", "v9.0", "v9.1", "v9.2", "v9.3", "v9.4", "v9.5"},
		Regs:        arm64.Regs, Code: &arm64.Target, Link: &arm64.Link, Entry: "_rt0_arm64_linux<ABI0>",
		// Without a bound on addresses the emulator notes each page of what the heap reserves, which takes seconds and a gigabyte.
		Emulator: []string{"qemu-aarch64", "-R", "0x400000000"}},
)

func byName(list ...*Machine) map[string]*Machine {
	m := map[string]*Machine{}
	for _, t := range list {
		m[t.String()] = t
	}
	return m
}

// String is GOOS/GOARCH, which names m in keys of what is kept for it.
func (m *Machine) String() string { return m.GOOS + "/" + m.GOARCH }

// Default is the machine of programs for which none is asked.
func Default() *Machine { return machines["linux/amd64"] }

// Lookup finds a machine.
func Lookup(goos, goarch string) (*Machine, error) {
	if m := machines[goos+"/"+goarch]; m != nil {
		return m, nil
	}
	return nil, fmt.Errorf("there is no code generator for %s/%s; Strata makes executables for %s", goos, goarch,
		strings.Join(slices.Sorted(maps.Keys(machines)), ", "))
}

// Runner is what goes in front of the name of an executable for m to run it on this machine: nothing if it is of that kind.
func (m *Machine) Runner() ([]string, error) {
	if m.GOOS == runtime.GOOS && m.GOARCH == runtime.GOARCH {
		return nil, nil
	}
	if m.Emulator == nil {
		return nil, fmt.Errorf("strata: executables for %s do not run on %s/%s; -exec names a program that runs them", m, runtime.GOOS, runtime.GOARCH)
	}
	program, err := exec.LookPath(m.Emulator[0])
	if err != nil {
		return nil, fmt.Errorf("strata: executables for %s do not run on %s/%s, and %s is not in the path; -exec names a program that runs them", m, runtime.GOOS, runtime.GOARCH, m.Emulator[0])
	}
	return slices.Concat([]string{program}, m.Emulator[1:]), nil
}

// CheckLevel tells why code cannot be made for the processors that v, a value of m's LevelVar, means.
func (m *Machine) CheckLevel(v string) error {
	switch {
	case v == m.Level:
		return nil
	case slices.Contains(m.OtherLevels, v):
		return fmt.Errorf("code is made for every %s processor (%s); it asks at run time for what newer ones have", m.GOARCH, m.Level)
	case len(m.OtherLevels) == 0:
		return fmt.Errorf("invalid value: must be %s", m.Level)
	}
	last := len(m.OtherLevels) - 1
	return fmt.Errorf("invalid value: must be %s or %s", strings.Join(slices.Concat([]string{m.Level}, m.OtherLevels[:last]), ", "), m.OtherLevels[last])
}

// Configure makes the loader load for m.
func (m *Machine) Configure(cfg *load.Config) {
	cfg.GOOS, cfg.GOARCH, cfg.Regs = m.GOOS, m.GOARCH, m.Regs
	cfg.Tags = append(slices.Clone(cfg.Tags), m.Tags...)
	if m.LevelVar != "" {
		cfg.Level = m.LevelVar + "=" + m.Level
	}
}

// Defines are the macros that assembly finds defined.
func (m *Machine) Defines() map[string]string {
	d := map[string]string{"GOOS_" + m.GOOS: "1", "GOARCH_" + m.GOARCH: "1"}
	if m.LevelVar == "GOAMD64" {
		d[m.LevelVar+"_"+m.Level] = "1"
	}
	return d
}
