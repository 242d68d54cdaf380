package main

import (
	"bytes"
	"fmt"
	"io"
	"maps"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strings"
	"syscall"
	"time"

	"strata/internal/load"
)

var cmdTest = &command{
	name:  "test",
	args:  "[build/test flags] [packages] [build/test flags & test binary flags]",
	short: "compile and run the tests of packages",
	long: `Test builds the test program of each package and runs it in the package's directory. Flags and output are those
of go test: -run, -v, -short, -count, -timeout, -json, -bench, -benchmem, -benchtime, -list, -failfast,
-parallel, -cpu, -cpuprofile and the like are passed to the test binary. -c compiles only; -o names the
executable; what follows -args is passed unchanged. Nothing is cached, and vet is not run.`,
	run: runTest,
}

func runTest(c *command, args []string) int {
	t, err := parseTestFlags(c, args)
	if err != nil {
		return 2
	}
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
	if t.profile && len(prog.Tests) > 1 {
		fmt.Fprintln(os.Stderr, "cannot use a profile flag with multiple packages")
		return 1
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
	t    *testFlags
	prog *load.Program
	work string
	out  io.Writer
}

func newTestRun(t *testFlags, prog *load.Program) (*testRun, error) {
	work, err := os.MkdirTemp("", "strata-test")
	if err != nil {
		return nil, err
	}
	if t.work {
		fmt.Fprintf(os.Stderr, "WORK=%s\n", work)
	}
	return &testRun{t: t, prog: prog, work: work, out: os.Stdout}, nil
}

func (r *testRun) close() {
	if !r.t.work {
		os.RemoveAll(r.work)
	}
}

// compileOnly is -c.
func (r *testRun) compileOnly() int {
	dir, isDir := outputDir(r.t.out)
	if len(r.prog.Tests) > 1 && r.t.out != "" && !isDir && r.t.out != os.DevNull {
		fmt.Fprintln(os.Stderr, "with multiple packages, -o must refer to a directory or "+os.DevNull)
		return 1
	}
	status := 0
	for _, test := range r.prog.Tests {
		if test.NoTests {
			fmt.Printf("?   \t%s\t[no test files]\n", test.Package.ImportPath)
			continue
		}
		out := r.t.out
		switch {
		case isDir:
			out = filepath.Join(dir, testName(test))
		case out == "":
			out = testName(test)
		}
		if err := r.build(test, out); err != nil {
			fmt.Fprintln(os.Stderr, err)
			status = 1
		}
	}
	return status
}

// testName is what `go test -c` calls the executable.
func testName(test *load.Test) string {
	if test.Package.ImportPath == "command-line-arguments" && len(test.Package.FileNames) > 0 {
		return trimGo(filepath.Base(test.Package.FileNames[0])) + ".test"
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

// result is what came of one package, ready to be printed in its turn.
type result struct {
	stderr, stdout bytes.Buffer
	failed         bool
}

// all builds and runs the tests, several at once, and prints the results in order.
func (r *testRun) all() int {
	jobs := r.t.p
	if jobs <= 0 {
		jobs = runtime.GOMAXPROCS(0)
	}
	if r.t.bench != "" {
		jobs = 1 // benchmarks want the machine for themselves
	}
	slots := make(chan struct{}, jobs)
	results := make([]chan *result, len(r.prog.Tests))
	for i := range results {
		results[i] = make(chan *result, 1)
	}
	stream := (r.t.local || len(r.prog.Tests) == 1 && r.t.showPass()) && !r.t.json
	go func() {
		for i := range results {
			slots <- struct{}{}
			go func() {
				results[i] <- r.one(i, stream)
				<-slots
			}()
		}
	}()
	failed := false
	for _, c := range results {
		res := <-c
		os.Stderr.Write(res.stderr.Bytes())
		r.out.Write(res.stdout.Bytes())
		failed = failed || res.failed
	}
	if !failed {
		return 0
	}
	if !r.t.local && !r.t.json {
		fmt.Fprintln(r.out, "FAIL")
	}
	return 1
}

// one builds and runs the tests of one package. With stream its output is shown as it comes.
func (r *testRun) one(i int, stream bool) *result {
	test := r.prog.Tests[i]
	path := test.Package.ImportPath
	res := &result{}
	var out io.Writer = &res.stdout
	if stream {
		out = os.Stdout
	}
	var events *eventWriter
	if r.t.json {
		events = newEventWriter(out, path)
		out = events
	}
	exe := filepath.Join(r.work, fmt.Sprintf("b%03d", i), testName(test))
	if r.t.out != "" {
		exe, _ = filepath.Abs(r.t.out)
	} else if r.t.profile {
		exe, _ = filepath.Abs(testName(test))
	}
	err := os.MkdirAll(filepath.Dir(exe), 0o777)
	if err == nil {
		err = r.build(test, exe)
	}
	switch {
	case err != nil:
		res.failed = true
		word := "build failed"
		if len(test.Setup) > 0 {
			word = "setup failed"
		}
		if events != nil {
			events.build(test.Internal.ImportPath, err.Error())
			events.start()
		} else {
			fmt.Fprintln(&res.stderr, err)
		}
		fmt.Fprintf(out, "FAIL\t%s [%s]\n", path, word)
		if events != nil {
			events.failedBuild = test.Internal.ImportPath
			events.end("fail", 0)
		}
	case test.NoTests:
		if events != nil {
			events.start()
		}
		fmt.Fprintf(out, "?   \t%s\t[no test files]\n", path)
		if events != nil {
			events.end("skip", 0)
		}
	default:
		if events != nil {
			events.start()
		}
		res.failed = !r.execute(test, exe, out, stream, events)
	}
	return res
}

var (
	noTestsToRun = []byte("testing: warning: no tests to run\n")
	noFuzzTests  = []byte("testing: warning: no fuzz tests to fuzz\n")
)

// execute runs a test program in its package's directory and writes the summary line.
func (r *testRun) execute(test *load.Test, exe string, out io.Writer, stream bool, events *eventWriter) bool {
	argv := append(append([]string{}, r.t.exec...), exe)
	argv = append(argv, r.t.argv()...)
	if r.t.x {
		fmt.Fprintln(os.Stderr, strings.Join(argv, " "))
	}
	cmd := exec.Command(argv[0], argv[1:]...)
	cmd.Dir = test.Package.Dir
	cmd.Env = testEnv(r.prog.Goroot, cmd.Dir)
	var kept bytes.Buffer // what was not shown while it came
	watch := &warnings{}
	if stream || events != nil {
		cmd.Stdout = io.MultiWriter(out, watch)
	} else {
		cmd.Stdout = io.MultiWriter(&kept, watch)
	}
	if stream {
		cmd.Stdin = os.Stdin
	}
	cmd.Stderr = cmd.Stdout
	cmd.WaitDelay = 5 * time.Second
	begun := time.Now()
	err := cmd.Start()
	killed := false
	if err == nil {
		stop := r.watchdog(cmd.Process, &killed)
		err = cmd.Wait()
		stop()
	}
	elapsed := time.Since(begun)
	path, seconds := test.Package.ImportPath, fmt.Sprintf("%.3fs", elapsed.Seconds())
	if err == nil {
		if r.t.showPass() {
			out.Write(kept.Bytes())
		}
		fmt.Fprintf(out, "ok  \t%s\t%s%s\n", path, seconds, watch.remark())
		if events != nil {
			events.end("pass", elapsed)
		}
		return true
	}
	out.Write(kept.Bytes())
	if killed {
		fmt.Fprintf(out, "*** Test killed with quit: ran too long (%v).\n", r.t.timeout+time.Minute)
	}
	switch text := kept.Bytes(); {
	case len(text) == 0:
		fmt.Fprintln(out, err) // "exit status 2": else there would be no reason to see
	case text[len(text)-1] != '\n':
		fmt.Fprintln(out)
	}
	fmt.Fprintf(out, "FAIL\t%s\t%s\n", path, seconds)
	if events != nil {
		events.end("fail", elapsed)
	}
	return false
}

// watchdog ends a test program that has not obeyed its own -test.timeout.
func (r *testRun) watchdog(p *os.Process, killed *bool) (stop func()) {
	if r.t.timeout <= 0 {
		return func() {}
	}
	done := make(chan struct{})
	over := make(chan struct{})
	go func() {
		defer close(over)
		select {
		case <-done:
			return
		case <-time.After(r.t.timeout + time.Minute):
		}
		*killed = true
		p.Signal(syscall.SIGQUIT)
		select {
		case <-done:
		case <-time.After(5 * time.Second):
			p.Kill()
		}
	}()
	return func() { close(done); <-over }
}

// testEnv is the environment of a test program: its directory, and the installed Go's commands on PATH.
func testEnv(goroot, dir string) []string {
	path := filepath.Join(goroot, "bin") + string(filepath.ListSeparator) + os.Getenv("PATH")
	return append(os.Environ(), "PWD="+dir, "PATH="+path, "GOROOT="+goroot)
}

// warnings looks for the warnings of package testing that the summary line repeats.
type warnings struct {
	noTests, noFuzz bool
	tail            []byte
}

func (w *warnings) Write(p []byte) (int, error) {
	data := append(w.tail, p...)
	w.noTests = w.noTests || bytes.Contains(data, noTestsToRun)
	w.noFuzz = w.noFuzz || bytes.Contains(data, noFuzzTests)
	keep := min(len(data), len(noFuzzTests))
	w.tail = append([]byte(nil), data[len(data)-keep:]...)
	return len(p), nil
}

func (w *warnings) remark() string {
	switch {
	case w.noFuzz:
		return " [no fuzz tests to fuzz]"
	case w.noTests:
		return " [no tests to run]"
	}
	return ""
}
