// Package trace runs programs that write execution traces, and has the reader and the
// validator of Go's own tests check every event:
//
//	go test ./test/trace [-all] [-designs sched=gm]
//
// With -all, the programs of Go's internal/trace run too, and the busy one for longer.
package trace

import (
	"encoding/json"
	"flag"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"strata/test/internal/harness"
)

var all = flag.Bool("all", false, "run Go's own programs too, and others for longer")

// buildChecker builds testdata/check as a package of the standard library.
func buildChecker(t *testing.T) string {
	t.Helper()
	source, err := filepath.Abs("testdata/check/main.go")
	if err != nil {
		t.Fatal(err)
	}
	pkg := "internal/trace/stratacheck"
	place := filepath.Join(goroot(t), "src", pkg, "main.go")
	overlay, err := json.Marshal(map[string]any{"Replace": map[string]string{place: source}})
	if err != nil {
		t.Fatal(err)
	}
	dir := t.TempDir()
	file, exe := filepath.Join(dir, "overlay.json"), filepath.Join(dir, "check")
	if err := os.WriteFile(file, overlay, 0o666); err != nil {
		t.Fatal(err)
	}
	if out, err := exec.Command("go", "build", "-overlay", file, "-o", exe, pkg).CombinedOutput(); err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	return exe
}

func goroot(t *testing.T) string {
	t.Helper()
	out, err := exec.Command("go", "env", "GOROOT").Output()
	if err != nil {
		t.Fatal(err)
	}
	return strings.TrimSpace(string(out))
}

// kinds returns the kinds of events in a trace, which must be valid.
func kinds(t *testing.T, checker, file string) map[string]bool {
	t.Helper()
	out, err := exec.Command(checker, file).CombinedOutput()
	if err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	m := make(map[string]bool)
	for line := range strings.Lines(string(out)) {
		i := strings.LastIndexByte(line, ' ')
		m[line[:i]] = true
	}
	return m
}

func build(t *testing.T, source string, flags harness.Flags) string {
	t.Helper()
	tool, err := harness.Shared()
	if err != nil {
		t.Fatal(err)
	}
	exe, remove, err := harness.TempExe()
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(remove)
	if source, err = filepath.Abs(source); err != nil {
		t.Fatal(err)
	}
	if err := tool.BuildFile(exe, source, flags); err != nil {
		t.Fatal(err)
	}
	return exe
}

func run(t *testing.T, args ...string) []byte {
	t.Helper()
	r := harness.Command{Args: args, Limit: 2 * time.Minute}.Run()
	if r.Err != nil || r.TimedOut || r.Exit != 0 {
		t.Fatalf("exit status %d %s %v\n%.2000s", r.Exit, r.Signal, r.Err, r.Stderr)
	}
	return r.Stdout
}

// wanted is what a trace of the busy program tells in any case.
var wanted = []string{
	"Goroutine:NotExist->Runnable", "Goroutine:Runnable->Running", "Goroutine:Running->NotExist",
	"Goroutine:Running->Runnable", "Goroutine:Running->Waiting", "Goroutine:Waiting->Runnable",
	"Goroutine:Running->Syscall", "Goroutine:Syscall->Running", "Goroutine:Syscall->Runnable",
	"Proc:Idle->Running", "Proc:Running->Idle", "Sync",
	"Metric:/gc/heap/goal:bytes", "Metric:/memory/classes/heap/objects:bytes", "Metric:/sched/gomaxprocs:threads",
	`RangeBegin:"GC concurrent mark phase"`, `RangeEnd:"GC concurrent mark phase"`,
	`RangeBegin:"stop-the-world (GC sweep termination)"`, `RangeBegin:"stop-the-world (GC mark termination)"`,
	`RangeBegin:"stop-the-world (GOMAXPROCS)"`, `RangeEnd:"stop-the-world (GOMAXPROCS)"`,
	"StackSample", "Label", "TaskBegin", "TaskEnd", "RegionBegin", "RegionEnd", "Log",
}

func TestBusy(t *testing.T) {
	checker := buildChecker(t)
	d := "1500ms" // more than a generation
	if *all {
		d = "20s"
	}
	exe := build(t, "testdata/busy.go", harness.Flags{})
	for _, procs := range []string{"1", "4"} {
		file := filepath.Join(t.TempDir(), "trace")
		t.Setenv("GOMAXPROCS", procs)
		run(t, exe, file, d)
		got := kinds(t, checker, file)
		for _, k := range wanted {
			if !got[k] {
				t.Errorf("GOMAXPROCS=%s: the trace has no %s", procs, k)
			}
		}
	}
}

// TestGo runs the programs of Go's own test of traces.
func TestGo(t *testing.T) {
	if !*all {
		t.Skip("without -all")
	}
	checker := buildChecker(t)
	files, err := filepath.Glob(filepath.Join(goroot(t), "src/internal/trace/testdata/testprog/*.go"))
	if err != nil || len(files) == 0 {
		t.Fatal("no programs", err)
	}
	for _, source := range files {
		name := strings.TrimSuffix(filepath.Base(source), ".go")
		if strings.HasPrefix(name, "cgo") {
			continue
		}
		t.Run(name, func(t *testing.T) {
			exe := build(t, source, harness.Flags{})
			file := filepath.Join(t.TempDir(), "trace")
			if err := os.WriteFile(file, run(t, exe), 0o666); err != nil {
				t.Fatal(err)
			}
			kinds(t, checker, file)
		})
	}
}
