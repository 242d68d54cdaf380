package main

import (
	"cmp"
	"errors"
	"fmt"
	"os"
	"slices"
	"strconv"
	"strings"

	"strata/internal/goroot"
	"strata/internal/load"
	"strata/internal/target"
)

// Variables of the go command that decide what code is made. Each value has the effect that it has there, or is refused with the
// reason before anything is compiled: a value that does nothing would make another program than was asked for.

// A setting is a variable with what makes a value of it acceptable.
type setting struct {
	name  string
	check func(value string) error
}

var settings = []setting{
	{"GOOS", func(string) error { _, err := machine(); return err }},
	{"GOARCH", func(string) error { _, err := machine(); return err }},
	{"GOAMD64", checkLevel("GOAMD64")},
	{"GOARM64", checkLevel("GOARM64")},
	{"GOWASM", checkLevel("GOWASM")},
	{"GOEXPERIMENT", func(v string) error { _, err := experiments(v); return err }},
	{"GOFIPS140", checkFIPS},
	{"CGO_ENABLED", checkCgo},
	{"GO_EXTLINK_ENABLED", func(v string) error {
		if v == "1" {
			return errors.New("there is no external linking: Strata's linker makes the executable by itself")
		}
		return nil
	}},
}

// checkSettings refuses values of variables that cannot be obeyed.
func checkSettings() error {
	for _, s := range settings {
		v := load.Getenv(s.name)
		if v == "" {
			continue
		}
		if err := s.check(v); err != nil {
			return fmt.Errorf("strata: %s=%s: %w", s.name, v, err)
		}
	}
	return nil
}

// machine is what programs are compiled for: GOOS and GOARCH, where they are set.
func machine() (*target.Machine, error) {
	d := target.Default()
	return target.Lookup(cmp.Or(load.Getenv("GOOS"), d.GOOS), cmp.Or(load.Getenv("GOARCH"), d.GOARCH))
}

// theMachine is machine once its settings have been checked.
func theMachine() *target.Machine {
	m, err := machine()
	if err != nil {
		panic(err)
	}
	return m
}

// checkLevel checks the variable that says for which processors of a kind code is made. It matters only where they are meant.
func checkLevel(name string) func(string) error {
	return func(v string) error {
		m, err := machine()
		if err != nil || m.LevelVar != name {
			return nil
		}
		return m.CheckLevel(v)
	}
}

func checkFIPS(v string) error {
	switch v {
	case "off", "latest":
		return nil
	}
	return errors.New("only the cryptography of the installed Go can be compiled in (latest), not an earlier snapshot of it")
}

func checkCgo(v string) error {
	if v != "0" && v != "1" {
		return errors.New("invalid value: must be 0 or 1")
	}
	return nil // with 1, packages that need cgo are refused: see needsCgo
}

// experiments gives those that GOEXPERIMENT switches on which are off by default. Experiments of the library are build tags; those of
// gc's own compiler, linker and runtime have nothing here that they could change.
func experiments(v string) ([]string, error) {
	r := goroot.Current
	var on []string
	for _, word := range strings.Split(v, ",") {
		name, off := strings.CutPrefix(word, "no")
		if _, ok := r.Known[word]; ok {
			name, off = word, false
		}
		isDefault := slices.Contains(r.Experiments, name)
		concern, known := r.Known[name]
		switch {
		case word == "":
		case word == "none":
			return nil, errors.New("experiments that are on by default cannot be switched off")
		case !known && !isDefault:
			return nil, fmt.Errorf("unknown GOEXPERIMENT %s", word)
		case off == !isDefault: // as it is anyway
		case off:
			return nil, fmt.Errorf("%s is always on", name)
		case concern == goroot.Internals:
			return nil, fmt.Errorf("%s concerns gc's own compiler, linker or runtime, of which there is nothing here", name)
		case concern == goroot.Language:
			return nil, fmt.Errorf("%s changes the language, which is that of the go line in go.mod here", name)
		default:
			on = append(on, name)
		}
	}
	slices.Sort(on)
	return slices.Compact(on), nil
}

// experimentTags are the build tags of GOEXPERIMENT.
func experimentTags() []string {
	on, _ := experiments(load.Getenv("GOEXPERIMENT")) // checked when the flags were
	for i := range on {
		on[i] = "goexperiment." + on[i]
	}
	return on
}

// withExperiments adds those that are on to a Go version, as runtime.Version and executables show it.
func withExperiments(version string) string {
	if on, _ := experiments(load.Getenv("GOEXPERIMENT")); len(on) > 0 {
		return version + " X:" + strings.Join(on, ",")
	}
	return version
}

// needsCgo refuses programs with packages that are written for cgo, where the user has asked for it: without it such packages are
// made from their pure Go files.
func needsCgo(prog *load.Program) error {
	if on, _ := strconv.ParseBool(os.Getenv("CGO_ENABLED")); !on {
		return nil
	}
	m := theMachine()
	for _, p := range prog.Packages {
		if files := p.CgoFiles(m.GOOS, m.GOARCH); len(files) > 0 {
			return fmt.Errorf("strata: CGO_ENABLED=1: package %s uses cgo (%s), and there is no C here\n\timported by %s\n"+
				"\t(with CGO_ENABLED=0 its files without C are used, if it has any; perhaps it has an option or a build tag for pure Go)",
				p.ImportPath, strings.Join(files, ", "), strings.Join(prog.ChainTo(p), "\n\timported by "))
		}
	}
	return nil
}
