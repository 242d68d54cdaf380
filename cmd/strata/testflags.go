package main

import (
	"errors"
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"time"

	"strata/internal/goroot"
	"strata/internal/load"
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
	fuzz     string   // -fuzz
	failFast bool     // -failfast
	vet      []string // the flags of vet that choose analyses, all of them if it is empty; nil for no vet
	exec     []string // -exec
	timeout  time.Duration
	profile  string   // a flag that wants a profile: "-cpuprofile"
	keep     bool     // that leaves the executable
	output   string   // -outputdir, absolute; "" is the working directory
	artifact bool     // -artifacts
	unknown  string   // the first flag that is not known here
	args     []string // what the test binary is given: -test.run=x and what is unknown here
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
			if t.unknown == "" {
				t.unknown = arg
			}
			t.args = append(t.args, arg)
			used = 1
		}
		args = args[used:]
	}
	t.local = len(t.packages) == 0
	if t.compile && t.unknown != "" {
		complain(c, fmt.Errorf("strata: unknown flag %s cannot be used with -c", t.unknown))
		return nil, errUsage
	}
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
	t.setVet("")
	fs.Func("vet", "", t.setVet)
	fs.Func("exec", "", func(v string) (err error) {
		t.exec, err = splitQuoted(v)
		return err
	})
	t.cover.register(fs)
	fs.Func("coverprofile", "", func(v string) error {
		t.cover.on, t.cover.profile = true, v
		return nil
	})
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
func (t *testFlags) pass(name, v string) (err error) {
	switch name {
	case "bench":
		t.bench = v
	case "list":
		t.list = v
	case "fuzz":
		t.fuzz = v
	case "failfast":
		t.failFast = v != "false"
	case "artifacts":
		t.artifact = v != "false"
	case "cpuprofile", "memprofile", "blockprofile", "mutexprofile":
		t.profile, t.keep = "-"+name, true
	case "trace":
		t.profile = "-" + name
	case "shuffle":
		if v != "on" && v != "off" {
			if _, err := strconv.ParseInt(v, 10, 64); err != nil {
				return fmt.Errorf(`-shuffle argument must be "on", "off", or an int64: %v`, err)
			}
		}
	case "outputdir":
		if v != "" {
			if v, err = filepath.Abs(v); err != nil {
				return err
			}
		}
		t.output = v
	}
	t.args = append(t.args, "-test."+name+"="+v)
	return nil
}

// setVet takes the list of -vet.
func (t *testFlags) setVet(v string) error {
	t.vet = nil
	switch {
	case v == "off":
		return nil
	case v == "":
		for _, name := range goroot.Current.TestVet {
			t.vet = append(t.vet, "-"+name)
		}
		return nil
	case strings.Contains(v, "="):
		return errors.New("-vet argument cannot contain equal signs")
	case strings.Contains(v, " "):
		return errors.New("-vet argument is comma-separated list, cannot contain spaces")
	}
	t.vet = []string{}
	list := strings.Split(v, ",")
	for _, name := range list {
		switch {
		case name == "":
			return errors.New("-vet argument contains empty list element")
		case name != "all" && name != "off":
			t.vet = append(t.vet, "-"+name)
		case len(list) > 1:
			return fmt.Errorf("-vet does not accept %q in a list with other analyzers", name)
		}
	}
	return nil
}

// check says what cannot be done with the packages that were found.
func (t *testFlags) check(prog *load.Program) error {
	many := len(prog.Tests) > 1
	_, isDir := outputDir(t.out)
	switch {
	case many && t.profile != "":
		return fmt.Errorf("cannot use %s flag with multiple packages", t.profile)
	case many && t.fuzz != "":
		return errors.New("cannot use -fuzz flag with multiple packages")
	case t.fuzz != "" && t.cover.profile != "":
		return errors.New("cannot use -coverprofile flag with -fuzz flag")
	case t.fuzz != "" && t.profile != "":
		return fmt.Errorf("cannot use %s flag with -fuzz flag", t.profile)
	case t.fuzz != "" && !inMainModule(prog.Tests[0].Package):
		return errors.New("cannot use -fuzz flag on package outside the main module")
	case many && t.out != "" && !isDir && t.out != os.DevNull:
		return errors.New("with multiple packages, -o must refer to a directory or " + os.DevNull)
	case many && (t.compile || t.out != "") && t.out != os.DevNull:
		return sameNames(prog.Tests)
	}
	return nil
}

// inMainModule tells whether a package may be fuzzed: what is found is written into its testdata.
func inMainModule(p *load.Package) bool {
	return !p.Standard && (p.Module == nil || p.Module.Main)
}

// sameNames finds packages whose test binaries would overwrite each other.
func sameNames(tests []*load.Test) error {
	users := map[string][]string{}
	var names []string
	for _, test := range tests {
		name := testName(test)
		if users[name] = append(users[name], test.Package.ImportPath); len(users[name]) == 2 {
			names = append(names, name)
		}
	}
	var list load.ErrorList
	for _, name := range names {
		list = append(list, fmt.Errorf("cannot write test binary %s for multiple packages:\n%s", name, strings.Join(users[name], "\n")))
	}
	if len(list) == 0 {
		return nil
	}
	return list
}

// showPass says whether a passing test's output is shown.
func (t *testFlags) showPass() bool {
	return t.verbose != "" || t.list != "" || slices.ContainsFunc(t.args, func(a string) bool {
		return a == "-h" || a == "-help" || a == "--help"
	})
}

// outputPath is where a file goes that a flag names: relative to -outputdir.
func (t *testFlags) outputPath(name string) string {
	if !filepath.IsAbs(name) && t.output != "" {
		return filepath.Join(t.output, name)
	}
	return name
}

// binaryPath is where -c, -o or a profile leave the executable.
func (t *testFlags) binaryPath(test *load.Test) string {
	if t.out == "" {
		return testName(test)
	}
	if dir, isDir := outputDir(t.out); isDir {
		return filepath.Join(dir, testName(test))
	}
	return t.out
}

// argv gives the arguments of a test binary.
func (t *testFlags) argv() []string {
	var out []string
	switch {
	case t.json:
		out = append(out, "-test.v=test2json")
	case t.verbose != "":
		out = append(out, "-test.v="+t.verbose)
	}
	if t.timeout > 0 {
		out = append(out, "-test.timeout="+t.timeout.String())
	}
	if (t.profile != "" || t.artifact) && t.output == "" {
		if dir, err := os.Getwd(); err == nil {
			out = append(out, "-test.outputdir="+dir)
		}
	}
	return append(out, t.args...)
}
