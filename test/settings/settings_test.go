// Package settings runs programs under the settings of the runtime that the environment gives: GODEBUG, GOTRACEBACK, GOMAXPROCS.
package settings

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"sync"
	"testing"

	"strata/internal/design"
	"strata/test/internal/harness"
)

const program = `package main

import (
	"fmt"
	"os"
	"runtime"
	"runtime/debug"
	"strings"
	"sync"
)

var table = strings.Repeat("x", len(os.Args)*100000)

var keep [][]byte

func main() {
	switch os.Args[1] {
	case "heap":
		for i := range 100 {
			b := make([]byte, 1<<20)
			if i%10 == 0 {
				keep = append(keep, b)
			}
		}
		keep = nil
		runtime.GC()
		debug.FreeOSMemory()
		var m runtime.MemStats
		runtime.ReadMemStats(&m)
		fmt.Println(m.NumGC)
	case "panic":
		go func() { select {} }()
		panic(len(table))
	case "procs":
		before := runtime.GOMAXPROCS(0)
		for _, n := range []int{3, 1500, 600} {
			runtime.GOMAXPROCS(n)
			var wg sync.WaitGroup
			for range 200 {
				wg.Go(runtime.Gosched)
			}
			wg.Wait()
			runtime.GC()
		}
		fmt.Println(before, runtime.GOMAXPROCS(0))
	}
}
`

// exe is the program, built with designs, or by gc.
func exe(t *testing.T, designs string) string {
	lock.Lock()
	defer lock.Unlock()
	if built[designs] != "" {
		return built[designs]
	}
	if dir == "" {
		var err error
		if dir, err = os.MkdirTemp("", "strata-settings"); err != nil {
			t.Fatal(err)
		}
		if err = os.WriteFile(filepath.Join(dir, "main.go"), []byte(program), 0o666); err != nil {
			t.Fatal(err)
		}
	}
	file, out := filepath.Join(dir, "main.go"), filepath.Join(dir, fmt.Sprint(len(built), ".exe"))
	if designs == "gc" {
		cmd := exec.Command("go", "build", "-o", out, file)
		cmd.Env = append(os.Environ(), "CGO_ENABLED=0")
		if text, err := cmd.CombinedOutput(); err != nil {
			t.Fatalf("gc: %v\n%s", err, text)
		}
		built[designs] = out
		return out
	}
	tool, err := harness.Shared()
	if designs != "" {
		var c design.Choice
		if c, err = design.ParseChoice(designs); err != nil {
			t.Fatal(err)
		}
		var set design.Set
		if set, err = c.Designs(); err != nil {
			t.Fatal(err)
		}
		tool, err = harness.NewToolchainFor(set, "")
	}
	if err != nil {
		t.Fatal(err)
	}
	if err := tool.BuildFile(out, file, harness.Flags{}); err != nil {
		t.Fatal(err)
	}
	built[designs] = out
	return out
}

var (
	lock  sync.Mutex
	dir   string
	built = map[string]string{}
)

func TestMain(m *testing.M) {
	code := m.Run()
	if dir != "" {
		os.RemoveAll(dir)
	}
	os.Exit(code)
}

func run(exe, arg string, env ...string) *harness.Result {
	return harness.Command{Args: []string{exe, arg}, Env: env}.Run()
}

// lines are those of standard error that begin with word.
func lines(r *harness.Result, word string) []string {
	var out []string
	for line := range strings.Lines(string(r.Stderr)) {
		if strings.HasPrefix(line, word+" ") {
			out = append(out, strings.TrimSpace(line))
		}
	}
	return out
}

// like reports whether there are lines and all of them have a form.
func like(t *testing.T, what string, list []string, form string) {
	t.Helper()
	if len(list) == 0 {
		t.Errorf("%s: no lines", what)
	}
	re := regexp.MustCompile("^" + form + "$")
	for _, line := range list {
		if !re.MatchString(line) {
			t.Errorf("%s: %q", what, line)
		}
	}
}

// TestLines: what the runtime reports has the form that gc's has.
func TestLines(t *testing.T) {
	const initLine = `init [a-z0-9/]+ @[0-9.]+ ms, [0-9.]+ ms clock, [0-9]+ bytes, [0-9]+ allocs`
	const scavLine = `scav [0-9]+ KiB work \(bg\), [0-9]+ KiB work \(eager\), [0-9]+ KiB now, [0-9]+% util( \(forced\))?`
	for _, by := range []string{"gc", ""} {
		init := lines(run(exe(t, by), "heap", "GODEBUG=inittrace=1"), "init")
		like(t, by+" inittrace", init, initLine)
		if n := len(init); n == 0 || !strings.HasPrefix(init[n-1], "init main ") || !strings.Contains(init[n-1], " 204800 bytes, 1 allocs") {
			t.Errorf("%q inittrace: package main is not the last, or its string is not counted: %q", by, init)
		}
		scav := lines(run(exe(t, by), "heap", "GODEBUG=scavtrace=1"), "scav")
		like(t, by+" scavtrace", scav, scavLine)
		if n := len(scav); n == 0 || !strings.HasSuffix(scav[n-1], " (forced)") || strings.Contains(scav[n-1], " 0 KiB work (eager)") {
			t.Errorf("%q scavtrace: FreeOSMemory gave nothing back: %q", by, scav)
		}
	}
}

// TestSbrk: memory is never reclaimed.
func TestSbrk(t *testing.T) {
	r := run(exe(t, ""), "heap", "GODEBUG=sbrk=1,gctrace=1")
	if string(r.Stdout) != "0\n" || lines(r, "gc") != nil || r.Exit != 0 {
		t.Errorf("exit status %d, cycles: %s%s", r.Exit, r.Stdout, r.Stderr)
	}
}

// TestRefused: a setting that cannot be followed says so.
func TestRefused(t *testing.T) {
	if r := run(exe(t, ""), "heap", "GODEBUG=checkfinalizers=1"); !strings.Contains(string(r.Stderr), "checkfinalizers is ignored") {
		t.Errorf("checkfinalizers: %q", r.Stderr)
	}
}

// TestTraceback: each level ends the program like gc's does, and shows as many goroutines of the program.
func TestTraceback(t *testing.T) {
	for _, level := range []string{"", "none", "single", "all", "system", "crash", "wer", "nosuch", "0", "1", "2"} {
		ref, got := run(exe(t, "gc"), "panic", "GOTRACEBACK="+level), run(exe(t, ""), "panic", "GOTRACEBACK="+level)
		count := func(r *harness.Result) int { return strings.Count(string(r.Stderr), "main.main") }
		if ref.Exit != got.Exit || count(ref) != count(got) {
			t.Errorf("GOTRACEBACK=%s: exit status %d, main.main shown %d times; gc's: %d, %d", level, got.Exit, count(got), ref.Exit, count(ref))
		}
	}
}

// TestProcs: GOMAXPROCS is what was asked for.
func TestProcs(t *testing.T) {
	if r := run(exe(t, ""), "procs", "GOMAXPROCS=1000"); string(r.Stdout) != "1000 600\n" {
		t.Errorf("exit status %d: %s%s", r.Exit, r.Stdout, r.Stderr)
	}
}

// TestStopped: a collector that stops the world marks in the stop, and a scheduler without Ps shows none.
func TestStopped(t *testing.T) {
	if testing.Short() {
		t.Skip("compiles the runtime for another design")
	}
	r := run(exe(t, "gc=stw,sched=gm"), "heap", "GODEBUG=gctrace=1,schedtrace=1")
	like(t, "gctrace", lines(r, "gc"), `gc [0-9]+ @[0-9.]+s [0-9]+%: [0-9.]+\+0\+[0-9.]+ ms clock, [0-9.]+\+0/0/0\+[0-9.]+ ms cpu, .*`)
	like(t, "schedtrace", lines(r, "SCHED"), `SCHED [0-9]+ms: gomaxprocs=[0-9]+ idleprocs=[0-9]+ threads=[0-9]+ spinningthreads=0 needspinning=0 idlethreads=[0-9]+ runqueue=[0-9]+`)
}
