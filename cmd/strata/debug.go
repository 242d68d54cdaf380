package main

import (
	"strconv"
	"strings"

	"strata/internal/load"
)

// optLevel is -O: 0 compiles for a debugger, 1 optimises.
type optLevel struct{ debug bool }

func (o *optLevel) String() string { return "" }

func (o *optLevel) Set(v string) error {
	switch v {
	case "0":
		o.debug = true
	case "1":
		o.debug = false
	default:
		return strconv.ErrSyntax
	}
	return nil
}

// debugPackages tells which packages of a program the flags want compiled for a debugger; nil if none. -O=0 means
// all but the standard library; -gcflags=-N means the command, or the package under test, or as the pattern says. The
// runtime is never among them: it relies on being optimised, as Go's does.
func debugPackages(prog *load.Program, b *buildFlags) func(*load.Package) bool {
	switch {
	case b.opt.debug:
		return func(p *load.Package) bool { return !p.Standard }
	case b.gcflags.noOpt:
		return func(p *load.Package) bool { return !ofRuntime(p) && b.gcflags.named(p, prog) }
	}
	return nil
}

// named tells whether flags of -gcflags are for p, which without pattern may also be the package under test.
func (f *compilerFlags) named(p *load.Package, prog *load.Program) bool {
	return f.meant(p, prog.Roots) || f.pattern == "" && !p.Standard && (p.ForTest != "" || p.Path == prog.Main.ForTest)
}

// ofRuntime tells whether a package belongs to the runtime, which must not allocate and must keep its frames small.
func ofRuntime(p *load.Package) bool {
	return p.Standard && (p.Path == "runtime" || strings.HasPrefix(p.Path, "runtime/internal/") ||
		strings.HasPrefix(p.Path, "internal/runtime/") || p.Path == "internal/abi" || p.Path == "internal/bytealg" || p.Path == "internal/cpu")
}
