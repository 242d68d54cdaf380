package main

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"os/signal"
	"path/filepath"
	"regexp"
	"runtime"
	"strings"
	"sync"
	"syscall"
	"time"

	"strata/internal/load"
)

// result is what came of one package, ready to be printed in its turn.
type result struct {
	stderr, stdout bytes.Buffer
	profile        string // file of the test program's coverage profile, which need not exist
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
	defer r.heed()()
	r.begun = make([]chan struct{}, len(r.prog.Tests))
	for i := range r.begun {
		r.begun[i] = make(chan struct{})
	}
	slots := make(chan struct{}, jobs)
	results := make([]chan *result, len(r.prog.Tests))
	for i := range results {
		results[i] = make(chan *result, 1)
	}
	go func() {
		for i := range results {
			slots <- struct{}{}
			go func() {
				results[i] <- r.one(i)
				<-slots
			}()
		}
	}()
	failed := false
	for _, c := range results {
		res := <-c
		os.Stderr.Write(res.stderr.Bytes())
		os.Stdout.Write(res.stdout.Bytes())
		if err := r.profile.merge(res.profile); err != nil {
			fmt.Fprintln(os.Stderr, err)
			failed = true
		}
		failed = failed || res.failed
	}
	if err := r.profile.close(); err != nil {
		fmt.Fprintln(os.Stderr, err)
		failed = true
	}
	if !failed {
		return 0
	}
	if !r.t.local && !r.t.json && r.t.fuzz == "" {
		fmt.Println("FAIL")
	}
	return 1
}

// heed leaves the signals of a terminal's keys to the test binary, which they reach as well; no other is started then.
func (r *testRun) heed() (stop func()) {
	release := holdSignals(os.Interrupt)
	signals := make(chan os.Signal, 1)
	signal.Notify(signals, os.Interrupt, syscall.SIGQUIT)
	go func() {
		for range signals {
			r.stop.Store(true)
		}
	}()
	return func() {
		signal.Stop(signals)
		close(signals)
		release()
	}
}

// lockedStdout is the standard output for whole lines of several writers.
type lockedStdout struct{ mu sync.Mutex }

func (w *lockedStdout) Write(p []byte) (int, error) {
	w.mu.Lock()
	defer w.mu.Unlock()
	return os.Stdout.Write(p)
}

var eventOutput lockedStdout

// report is where one package's lines go.
type testReport struct {
	out    io.Writer
	events *eventWriter // with -json
	direct bool         // the test binary writes to the standard output itself
	shown  bool         // its output is shown as it comes
}

func (r *testRun) newReport(res *result, path string) *testReport {
	t := r.t
	w := &testReport{out: &res.stdout, direct: t.local || t.bench != "" || t.fuzz != ""}
	w.shown = w.direct || t.json || t.showPass() && (len(r.prog.Tests) == 1 || t.p == 1)
	switch {
	case t.json:
		w.events = newEventWriter(&eventOutput, path)
		w.out, w.direct = w.events, false
	case w.shown:
		w.out = os.Stdout
	}
	return w
}

// begin writes the first event of the i-th package, which comes after those of the packages before it.
func (r *testRun) begin(i int, w *testReport) {
	defer close(r.begun[i])
	if i > 0 {
		<-r.begun[i-1]
	}
	if w.events != nil {
		w.events.start()
	}
}

func (w *testReport) end(action string, elapsed time.Duration) {
	if w.events != nil {
		w.events.end(action, elapsed)
	}
}

// dir is the directory for the i-th test's files.
func (r *testRun) dir(i int) string { return filepath.Join(r.work, fmt.Sprintf("b%03d", i)) }

// one builds and runs the tests of one package.
func (r *testRun) one(i int) *result {
	test := r.prog.Tests[i]
	path := test.Package.ImportPath
	res := &result{profile: filepath.Join(r.dir(i), coverFile)}
	w := r.newReport(res, path)
	if r.stop.Load() {
		close(r.begun[i])
		res.failed = true
		return res
	}
	exe := filepath.Join(r.dir(i), testName(test))
	if r.t.out != "" && r.t.out != os.DevNull || r.t.keep {
		exe, _ = filepath.Abs(r.t.binaryPath(test))
	}
	err := os.MkdirAll(r.dir(i), 0o777)
	if err == nil {
		err = os.MkdirAll(filepath.Dir(exe), 0o777)
	}
	vetted := make(chan error, 1)
	go func() { vetted <- r.vet(test) }()
	if err == nil {
		err = r.build(test, exe)
	}
	if e := <-vetted; err == nil {
		err = e
	}
	switch {
	case err != nil:
		res.failed = true
		r.notBuilt(i, err, w, &res.stderr)
	case test.NoTests:
		r.begin(i, w)
		if err := r.untested(test, r.dir(i), w.out); err != nil {
			fmt.Fprintln(&res.stderr, err)
			res.failed = true
		}
		w.end("skip", 0)
	default:
		r.begin(i, w)
		res.failed = !r.execute(test, exe, r.dir(i), w)
	}
	if res.failed && r.t.failFast {
		r.stop.Store(true)
	}
	return res
}

// notBuilt reports a test program, the i-th, that could not be made.
func (r *testRun) notBuilt(i int, err error, w *testReport, stderr io.Writer) {
	test := r.prog.Tests[i]
	word := "build failed"
	if len(test.Setup) > 0 {
		word = "setup failed"
	}
	if w.events != nil {
		w.events.build(test.Internal.ImportPath, err.Error())
		w.events.failedBuild = test.Internal.ImportPath
	} else {
		fmt.Fprintln(stderr, err)
	}
	r.begin(i, w)
	fmt.Fprintf(w.out, "FAIL\t%s [%s]\n", test.Package.ImportPath, word)
	w.end("fail", 0)
}

// vet runs the installed Go's vet over a package, unless -vet=off.
func (r *testRun) vet(test *load.Test) error {
	if r.t.vet == nil || len(test.Setup) > 0 || r.t.cover.on && test.Package.Standard {
		return nil
	}
	args := append([]string{"vet"}, r.t.vet...)
	if r.t.tags != "" {
		args = append(args, "-tags="+r.t.tags)
	}
	args = append(append(args, r.t.buildFlags.list...), "--")
	if test.Package.ImportPath == "command-line-arguments" {
		args = append(args, r.t.packages...)
	} else {
		args = append(args, test.Package.ImportPath)
	}
	cmd := exec.Command(filepath.Join(r.prog.Goroot, "bin", "go"), args...)
	if out, err := cmd.CombinedOutput(); err != nil {
		return errors.New(vetText(test.Package.ImportPath, string(out)))
	}
	return nil
}

// vetText is what vet printed as go test shows it: under the package's name, files of the working directory with a dot in front.
func vetText(path, text string) string {
	text = strings.TrimSpace(text)
	if !strings.HasPrefix(text, "#") {
		text = fmt.Sprintf("# %s\n# [%[1]s]\n%s", path, text)
	}
	return bareFile.ReplaceAllString(text, "./$0")
}

var bareFile = regexp.MustCompile(`(?m)^[^\s/#:]+\.go:\d`)

// execute runs a test program in its package's directory and writes the summary line. Its other files are in dir.
func (r *testRun) execute(test *load.Test, exe, dir string, w *testReport) bool {
	kept, profile := &bytes.Buffer{}, ""
	if r.profile != nil {
		profile = filepath.Join(dir, coverFile)
	}
	earlier, err := r.newTestCache(test, exe, dir)
	if out, ok := earlier.replay(profile); ok {
		w.out.Write(out)
		w.end("pass", 0)
		return true
	}
	var cmd *exec.Cmd
	if err == nil {
		cmd, err = r.command(test, exe, dir, earlier)
	}
	if err != nil {
		fmt.Fprintln(w.out, err)
		fmt.Fprintf(w.out, "FAIL\t%s\t%.3fs\n", test.Package.ImportPath, 0.0)
		w.end("fail", 0)
		return false
	}
	if r.t.x {
		fmt.Fprintln(os.Stderr, strings.Join(cmd.Args, " "))
	}
	switch {
	case w.direct:
		cmd.Stdout = os.Stdout
	case w.shown:
		cmd.Stdout = io.MultiWriter(w.out, kept)
	default:
		cmd.Stdout = kept
	}
	cmd.Stderr = cmd.Stdout
	begun := time.Now()
	ended := r.wait(cmd)
	elapsed := time.Since(begun)
	if ended.err == nil {
		earlier.save(r.passed(test, elapsed, kept.Bytes(), w), profile)
		return true
	}
	r.failed(test, ended, elapsed, kept.Bytes(), w)
	return false
}

// passed writes what there is to say about a test program that succeeded with this output. It gives all that the package's
// report says.
func (r *testRun) passed(test *load.Test, elapsed time.Duration, out []byte, w *testReport) []byte {
	var end bytes.Buffer
	shows := r.t.showPass() || r.t.json
	if len(out) > 0 && out[len(out)-1] != '\n' && shows {
		fmt.Fprintln(&end)
	}
	fmt.Fprintf(&end, "ok  \t%s\t%.3fs%s%s\n", test.Package.ImportPath, elapsed.Seconds(), r.coverage(out), remark(out))
	var all []byte
	if shows {
		all = append(all, out...)
	}
	if !w.shown {
		w.out.Write(all)
	}
	w.out.Write(end.Bytes())
	w.end("pass", elapsed)
	return append(all, end.Bytes()...)
}

func (r *testRun) failed(test *load.Test, ended ending, elapsed time.Duration, out []byte, w *testReport) {
	if !w.shown {
		w.out.Write(out)
	}
	switch {
	case ended.killed:
		fmt.Fprintf(w.out, "*** Test killed with quit: ran too long (%v).\n", r.killAfter())
	case errors.Is(ended.err, exec.ErrWaitDelay):
		fmt.Fprintf(w.out, "*** Test I/O incomplete %v after exiting.\n", r.waitDelay())
	}
	var exit *exec.ExitError
	switch {
	case len(out) == 0 || !errors.As(ended.err, &exit) || !exit.Exited():
		fmt.Fprintln(w.out, ended.err) // "exit status 2": else there would be no reason to see
	case out[len(out)-1] != '\n':
		fmt.Fprintln(w.out)
	}
	frame := ""
	if r.t.verbose == "test2json" && !r.t.json {
		frame = "\x16" // for whoever turns this into events
	}
	fmt.Fprintf(w.out, "%sFAIL\t%s\t%.3fs\n", frame, test.Package.ImportPath, elapsed.Seconds())
	w.end("fail", elapsed)
}

// command prepares a run of a test binary, which logs what it looks at for the cache.
func (r *testRun) command(test *load.Test, exe, dir string, c *testCache) (*exec.Cmd, error) {
	words, err := withEngine(r.t.exec)
	if err != nil {
		return nil, err
	}
	argv := append(append([]string{}, words...), exe)
	if c != nil {
		argv = append(argv, "-test.testlogfile="+c.logFile)
	}
	argv = append(argv, "-test.paniconexit0")
	env := testEnv(r.prog.Goroot, test.Package.Dir)
	if r.t.fuzz != "" {
		fuzzDir, err := fuzzCache()
		if err != nil {
			return nil, err
		}
		argv = append(argv, "-test.fuzzcachedir="+filepath.Join(fuzzDir, filepath.FromSlash(test.Package.ImportPath)))
	}
	if r.t.cover.on {
		counters, err := r.coverDir(dir)
		if err != nil {
			return nil, err
		}
		argv = append(argv, "-test.gocoverdir="+counters)
		env = append(env, "GOCOVERDIR="+counters)
		if r.profile != nil {
			argv = append(argv, "-test.coverprofile="+filepath.Join(dir, coverFile))
		}
	}
	argv = append(argv, r.t.argv()...)
	cmd := exec.Command(argv[0], argv[1:]...)
	cmd.Dir, cmd.Env, cmd.WaitDelay = test.Package.Dir, env, r.waitDelay()
	return cmd, nil
}

// ending is how a test program ended.
type ending struct {
	err    error
	killed bool // it ran too long
}

// wait runs cmd to its end, which it forces on a program that has not obeyed its own -test.timeout.
func (r *testRun) wait(cmd *exec.Cmd) (e ending) {
	if e.err = start(cmd); e.err != nil {
		return e
	}
	var alarm *time.Timer
	killed := make(chan struct{})
	if after := r.killAfter(); after > 0 {
		alarm = time.AfterFunc(after, func() {
			close(killed)
			cmd.Process.Signal(syscall.SIGQUIT)
			time.AfterFunc(r.waitDelay(), func() { cmd.Process.Kill() })
		})
	}
	e.err = cmd.Wait()
	if alarm != nil && !alarm.Stop() {
		<-killed
		e.killed = true
	}
	return e
}

// waitDelay is how long output may stay open when the test program has ended.
func (r *testRun) waitDelay() time.Duration { return max(r.t.timeout/10, 5*time.Second) }

// killAfter is when a test program is ended by force, 0 for never: fuzzing and benchmarks may take their time.
func (r *testRun) killAfter() time.Duration {
	if r.t.timeout <= 0 || r.t.fuzz != "" || r.t.bench != "" {
		return 0
	}
	return r.t.timeout + max(r.waitDelay(), time.Minute)
}

// testEnv is the environment of a test program: its directory, and the installed Go's commands on PATH.
func testEnv(goroot, dir string) []string {
	path := filepath.Join(goroot, "bin") + string(filepath.ListSeparator) + os.Getenv("PATH")
	return append(os.Environ(), "PWD="+dir, "PATH="+path, "GOROOT="+goroot)
}

// remarks are what the summary line says after warnings of package testing, the last one first.
var remarks = []struct{ warning, remark string }{
	{"testing: warning: -fuzz matches more than one fuzz test, won't fuzz\n", "[-fuzz matches more than one fuzz test, won't fuzz]"},
	{"testing: warning: no fuzz tests to fuzz\n", " [no fuzz tests to fuzz]"},
	{"testing: warning: no tests to run\n", " [no tests to run]"},
}

func remark(out []byte) string {
	for _, m := range remarks {
		if bytes.HasPrefix(out, []byte(m.warning)) || bytes.Contains(out, []byte("\n"+m.warning)) {
			return m.remark
		}
	}
	return ""
}
