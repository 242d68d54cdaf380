package main

import (
	"errors"
	"flag"
	"fmt"
	"os"
	"strings"
	"time"
)

// testFlags is the command line of `strata test`.
type testFlags struct {
	buildFlags
	packages []string
	local    bool     // no packages were named: the current directory's, its output shown as it comes
	compile  bool     // -c
	json     bool     // -json
	verbose  string   // -v: "", "true" or "test2json"
	bench    string   // -bench
	list     string   // -list
	exec     []string // -exec
	timeout  time.Duration
	profile  bool     // a profile was asked for: the executable stays
	binary   []string // flags for the test binary: -test.run=x
	args     []string // more arguments for the test binary
}

// passed are the flags that go to the test binary as -test.NAME=VALUE, with whether they need no value.
var passed = map[string]bool{
	"artifacts": true, "bench": false, "benchmem": true, "benchtime": false, "blockprofile": false, "blockprofilerate": false,
	"count": false, "cpu": false, "cpuprofile": false, "failfast": true, "fullpath": true, "fuzz": false,
	"fuzzminimizetime": false, "fuzztime": false, "list": false, "memprofile": false, "memprofilerate": false,
	"mutexprofile": false, "mutexprofilefraction": false, "outputdir": false, "parallel": false, "run": false,
	"short": true, "shuffle": false, "skip": false, "trace": false,
}

const defaultTimeout = 10 * time.Minute

// parseTestFlags parses flags, packages and the test binary's arguments, which may be mixed: the first run of
// arguments that are no flags is the packages; a flag that is unknown here is the test binary's, and so is
// all that follows -args.
func parseTestFlags(c *command, args []string) (*testFlags, error) {
	t := &testFlags{timeout: defaultTimeout}
	fs := newFlags(c)
	t.declare(fs)
	args, err := changeDir(args)
	if err != nil {
		complain(c, err)
		return nil, errUsage
	}
	packagesOver := false
	for len(args) > 0 {
		arg := args[0]
		if arg == "-args" || arg == "--args" {
			t.args = append(t.args, args[1:]...)
			break
		}
		if len(arg) < 2 || arg[0] != '-' {
			if packagesOver {
				t.args = append(t.args, args...)
				break
			}
			t.packages = append(t.packages, arg)
			args = args[1:]
			continue
		}
		if len(t.packages) > 0 {
			packagesOver = true
		}
		used, known, err := t.one(fs, args)
		if err != nil {
			if errors.Is(err, flag.ErrHelp) {
				err = errors.New("flag: help requested")
			}
			complain(c, err)
			return nil, errUsage
		}
		if !known {
			packagesOver = true
			t.args = append(t.args, arg)
			used = 1
		}
		args = args[used:]
	}
	t.local = len(t.packages) == 0
	return t, nil
}

// one parses the flag that args start with and says how many arguments it took.
func (t *testFlags) one(fs *flag.FlagSet, args []string) (used int, known bool, err error) {
	name, value, has := strings.Cut(strings.TrimLeft(args[0], "-"), "=")
	name = strings.TrimPrefix(name, "test.")
	f := fs.Lookup(name)
	if f == nil {
		return 0, false, nil
	}
	text := "-" + name
	used = 1
	if has {
		text += "=" + value
	} else if b, ok := f.Value.(interface{ IsBoolFlag() bool }); !ok || !b.IsBoolFlag() {
		if len(args) < 2 {
			return 0, true, fmt.Errorf("flag needs an argument: -%s", name)
		}
		text += "=" + args[1]
		used = 2
	}
	return used, true, fs.Parse([]string{text})
}

func (t *testFlags) declare(fs *flag.FlagSet) {
	fs.BoolFunc("v", "", func(v string) error {
		t.verbose = v
		if v == "false" {
			t.verbose = ""
		}
		return nil
	})
	t.register(fs)
	fs.StringVar(&t.out, "o", "", "")
	fs.BoolVar(&t.compile, "c", false, "")
	fs.BoolVar(&t.json, "json", false, "")
	fs.DurationVar(&t.timeout, "timeout", defaultTimeout, "")
	fs.String("vet", "", "")
	fs.Func("exec", "", func(v string) (err error) {
		t.exec, err = splitQuoted(v)
		return err
	})
	for _, name := range []string{"cover", "covermode", "coverpkg", "coverprofile"} {
		fs.Func(name, "", notSupported("coverage"))
	}
	for name, isBool := range passed {
		set := func(v string) error { return t.pass(name, v) }
		if isBool {
			fs.BoolFunc(name, "", set)
		} else {
			fs.Func(name, "", set)
		}
	}
}

// pass notes a flag for the test binary.
func (t *testFlags) pass(name, v string) error {
	switch name {
	case "bench":
		t.bench = v
	case "list":
		t.list = v
	case "cpuprofile", "memprofile", "blockprofile", "mutexprofile":
		t.profile = true
	}
	t.binary = append(t.binary, "-test."+name+"="+v)
	return nil
}

// showPass says whether a passing test's output is shown.
func (t *testFlags) showPass() bool {
	return t.verbose != "" || t.json || t.list != "" || t.bench != ""
}

// argv gives the arguments of a test binary.
func (t *testFlags) argv() []string {
	out := []string{"-test.paniconexit0", "-test.timeout=" + t.timeout.String()}
	switch {
	case t.json:
		out = append(out, "-test.v=test2json")
	case t.verbose != "":
		out = append(out, "-test.v="+t.verbose)
	}
	out = append(out, t.binary...)
	if t.profile {
		if dir, err := os.Getwd(); err == nil {
			out = append(out, "-test.outputdir="+dir)
		}
	}
	return append(out, t.args...)
}
