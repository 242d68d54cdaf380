package main

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"

	"strata/internal/load"
)

var cmdCheck = &command{
	name:  "check",
	args:  "[-tests] [build flags] [packages]",
	short: "load and type-check packages",
	long: `Check loads packages, with the runtime overlay, and type-checks them and all they import.
It prints errors as the go command does and writes nothing. With -tests it also checks their tests.`,
	run: runCheck,
}

func runCheck(c *command, args []string) int {
	var b buildFlags
	fs := newFlags(c)
	b.register(fs)
	tests := fs.Bool("tests", false, "")
	if parseFlags(c, fs, args) != nil {
		return 2
	}
	cfg := b.config()
	cfg.Tests = *tests
	prog, err := loadPackages(cfg, &b, fs.Args())
	if err != nil {
		return report(err)
	}
	return report(prog.Err())
}

// loadPackages loads with a progress line and, for -v, the names of the packages.
func loadPackages(cfg load.Config, b *buildFlags, patterns []string) (*load.Program, error) {
	if err := b.checkRace(); err != nil {
		return nil, err
	}
	bar := newProgress("checking")
	defer bar.done()
	cfg.Progress = bar.step
	if b.v {
		b.phases = newPhases()
	}
	var err error
	if cfg.Cover, err = b.cover.config(); err != nil {
		return nil, err
	}
	session, err := load.NewSession(cfg)
	if err != nil {
		return nil, err
	}
	find := session.Load
	if b.files && len(patterns) > 0 && strings.HasSuffix(patterns[0], ".go") {
		find = session.LoadFiles
	}
	prog, err := find(patterns...)
	if err == nil {
		err = needsCgo(prog)
	}
	if err != nil {
		return nil, err
	}
	if b.v {
		bar.done()
		for _, p := range prog.Packages {
			if !p.Standard {
				fmt.Fprintln(os.Stderr, p.ImportPath)
			}
		}
		b.phases.end("load")
	}
	return prog, nil
}

// outputName is what `go build` calls a command's executable.
func outputName(main *load.Package, patterns []string) string {
	if main.ImportPath == "command-line-arguments" && len(patterns) > 0 {
		return trimGo(filepath.Base(patterns[0]))
	}
	elem := filepath.Base(main.ImportPath)
	if isMajorVersion(elem) && filepath.Dir(main.ImportPath) != "." {
		elem = filepath.Base(filepath.Dir(main.ImportPath))
	}
	return elem
}

func trimGo(name string) string { return name[:len(name)-len(filepath.Ext(name))] }

// isMajorVersion: v2, v10, but not v1 or v02.
func isMajorVersion(elem string) bool {
	if len(elem) < 2 || elem[0] != 'v' || elem[1] == '0' || elem == "v1" {
		return false
	}
	for _, c := range elem[1:] {
		if c < '0' || c > '9' {
			return false
		}
	}
	return true
}
