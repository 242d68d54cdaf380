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
	pattern := b.gcflags.pattern
	switch {
	case b.opt.debug:
		return func(p *load.Package) bool { return !p.Standard }
	case !b.gcflags.noOpt:
		return nil
	case pattern == "":
		return func(p *load.Package) bool {
			return !p.Standard && (p == prog.Main || p.ForTest != "" || p.Path == prog.Main.ForTest)
		}
	}
	return func(p *load.Package) bool { return !ofRuntime(p) && matchesPattern(pattern, p.ImportPath) }
}

// ofRuntime tells whether a package belongs to the runtime, which must not allocate and must keep its frames small.
func ofRuntime(p *load.Package) bool {
	return p.Standard && (p.Path == "runtime" || strings.HasPrefix(p.Path, "runtime/internal/") ||
		strings.HasPrefix(p.Path, "internal/runtime/") || p.Path == "internal/abi" || p.Path == "internal/bytealg" || p.Path == "internal/cpu")
}

// matchesPattern matches an import path as the go command does: all, or a path in which ... stands for anything.
func matchesPattern(pattern, importPath string) bool {
	if pattern == "all" {
		return true
	}
	parts := strings.Split(pattern, "...")
	if len(parts) == 1 {
		return pattern == importPath
	}
	if base, ok := strings.CutSuffix(pattern, "/..."); ok && base == importPath {
		return true
	}
	if !strings.HasPrefix(importPath, parts[0]) {
		return false
	}
	rest := importPath[len(parts[0]):]
	last := parts[len(parts)-1]
	for _, p := range parts[1 : len(parts)-1] {
		i := strings.Index(rest, p)
		if i < 0 {
			return false
		}
		rest = rest[i+len(p):]
	}
	return strings.HasSuffix(rest, last)
}
