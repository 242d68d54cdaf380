package main

import (
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"sync/atomic"

	"strata/internal/load"
)

var cmdTest = &command{
	name:  "test",
	args:  "[build/test flags] [packages] [build/test flags & test binary flags]",
	short: "compile and run the tests of packages",
	long: `Test builds the test program of each package and runs it in the package's directory. Flags and output are those
of go test: -run, -v, -short, -count, -timeout, -json, -bench, -benchmem, -benchtime, -list, -failfast,
-parallel, -cpu, -cpuprofile and the like are passed to the test binary. -c compiles only; -o names the
executable; what follows -args is passed unchanged. With packages on the command line, results of tests that passed
are kept and shown again, marked (cached), while nothing changes that they depend on; -count=1 runs them anyway.

The installed Go's vet runs beside, with the analyses that go test has, or those that -vet names; -vet=off leaves it out.`,
	run: runTest,
}

func runTest(c *command, args []string) int {
	t, err := parseTestFlags(c, args)
	if err != nil {
		return 2
	}
	defer t.cover.remove()
	cfg := t.config()
	cfg.Tests = true
	prog, err := loadPackages(cfg, &t.buildFlags, t.packages)
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		return 1
	}
	if len(prog.Tests) == 0 {
		if len(prog.Errors) > 0 {
			return report(load.ErrorList(prog.Errors))
		}
		fmt.Fprintln(os.Stderr, "no packages to test")
		return 1
	}
	if err := t.check(prog); err != nil {
		return report(err)
	}
	t.cover.warn(prog, "tested")
	if t.fuzz != "" {
		t.edges = prog.Tests[0].Reach()
	}
	r, err := newTestRun(t, prog)
	if err != nil {
		return report(err)
	}
	defer r.close()
	defer t.shared.flush()
	if t.compile {
		return r.compileOnly()
	}
	return r.all()
}

// testRun is one invocation: the tests of a few packages.
type testRun struct {
	t       *testFlags
	prog    *load.Program
	work    string
	remove  func() // the directory work, at the end
	profile *coverProfile
	stop    atomic.Bool     // no more tests are to be started
	begun   []chan struct{} // closed when a package's first event has been written
}

func newTestRun(t *testFlags, prog *load.Program) (*testRun, error) {
	work, remove, err := workDir(&t.buildFlags, "strata-test")
	if err != nil {
		return nil, err
	}
	r := &testRun{t: t, prog: prog, work: work, remove: remove}
	if t.cover.profile != "" && !t.compile {
		r.profile, err = newCoverProfile(t.outputPath(t.cover.profile), t.cover.mode)
	}
	return r, err
}

func (r *testRun) close() {
	r.remove()
}

// compileOnly is -c.
func (r *testRun) compileOnly() int {
	status := 0
	for _, test := range r.prog.Tests {
		if test.NoTests {
			fmt.Printf("?   \t%s\t[no test files]\n", test.Package.ImportPath)
			continue
		}
		out := r.t.binaryPath(test)
		err := os.MkdirAll(filepath.Dir(out), 0o777)
		if err == nil {
			err = r.build(test, out)
		}
		if err != nil {
			fmt.Fprintln(os.Stderr, err)
			status = 1
		}
	}
	return status
}

// testName is what `go test -c` calls the executable.
func testName(test *load.Test) string {
	if test.Package.ImportPath == "command-line-arguments" {
		return test.Package.Name + ".test"
	}
	elem := filepath.Base(test.Package.ImportPath)
	if isMajorVersion(elem) {
		elem = filepath.Base(filepath.Dir(test.Package.ImportPath))
	}
	return elem + ".test"
}

// build compiles one test program to out.
func (r *testRun) build(test *load.Test, out string) error {
	if len(test.Setup) > 0 {
		return fmt.Errorf("# %s\n%w", test.Package.ImportPath, load.ErrorList(test.Setup))
	}
	if err := test.Errors(r.prog); err != nil {
		return err
	}
	if test.Main == nil {
		return nil
	}
	flags := r.t.buildFlags
	flags.ldflags.x = maps.Clone(flags.ldflags.x)
	if flags.ldflags.x == nil {
		flags.ldflags.x = map[string]string{}
	}
	flags.ldflags.x["testing.testBinary"] = "1" // what testing.Testing reports
	return compileError(test.Main, compileTo(r.prog, test.Main, out, &flags))
}
