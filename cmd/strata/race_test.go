package main

import (
	"errors"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

const racyProgram = `package main

import "runtime"

type point struct{ x, y int }

var p = new(point)

func main() {
	c := make(chan bool)
	go func() {
		p.y = 1
		close(c)
	}()
	set()
	<-c
	runtime.GC()
}

//go:noinline
func set() { p.y = 2 }
`

// TestRace: a report has the form that gc's have, and the options of GORACE are obeyed.
func TestRace(t *testing.T) {
	dir := moduleWith(t, map[string]string{"main.go": racyProgram})
	os.Remove(filepath.Join(dir, "empty.s"))
	if out, code := compiled(t, dir, "build", "-race", "-o", "racy"); code != 0 {
		t.Fatalf("exit status %d\n%s", code, out)
	}
	run := func(options string) (string, int) {
		cmd := exec.Command(filepath.Join(dir, "racy"))
		cmd.Env = append(os.Environ(), "GORACE=atexit_sleep_ms=0 "+options)
		out, err := cmd.CombinedOutput()
		var exit *exec.ExitError
		if err != nil && !errors.As(err, &exit) {
			t.Fatal(err)
		}
		return string(out), exitCode(err)
	}
	main := `by main goroutine:\n  main\.set\(\)\n      .*/main\.go:21 \+0x[0-9a-f]+\n  main\.main\(\)\n      .*/main\.go:15 \+0x[0-9a-f]+\n`
	other := `by goroutine \d+:\n  main\.main\.func1\(\)\n      .*/main\.go:12 \+0x[0-9a-f]+\n`
	created := `\nGoroutine \d+ \((running|finished)\) created at:\n  main\.main\(\)\n      .*/main\.go:11 \+0x[0-9a-f]+\n`
	const line = "==================\n"
	report := line + `WARNING: DATA RACE\nWrite at 0x[0-9a-f]{12} (` + main + `\nPrevious write at 0x[0-9a-f]{12} ` + other +
		`|` + other + `\nPrevious write at 0x[0-9a-f]{12} ` + main + `)` + created + line
	whole := regexp.MustCompile("^" + report + `Found 1 data race\(s\)\n$`)
	if out, code := run(""); code != 66 || !whole.MatchString(out) {
		t.Errorf("exit status %d\n%s", code, out)
	}
	if out, code := run("exitcode=5"); code != 5 || !whole.MatchString(out) {
		t.Errorf("exitcode=5: exit status %d\n%s", code, out)
	}
	if out, code := run("halt_on_error=1"); code != 66 || !regexp.MustCompile("^"+report+"$").MatchString(out) {
		t.Errorf("halt_on_error=1: exit status %d\n%s", code, out)
	}
	if out, _ := run("strip_path_prefix=" + dir + "/"); !strings.Contains(out, "\n      main.go:") {
		t.Errorf("strip_path_prefix: %s", out)
	}
	if out, code := run("log_path=" + filepath.Join(dir, "log")); code != 66 || out != "" {
		t.Errorf("log_path: exit status %d\n%s", code, out)
	}
	logs, _ := filepath.Glob(filepath.Join(dir, "log.*"))
	if len(logs) != 1 {
		t.Fatalf("logs: %q", logs)
	}
	if text, err := os.ReadFile(logs[0]); err != nil || !whole.Match(text) {
		t.Errorf("log: %v\n%s", err, text)
	}
}

// TestRaceRefused: what the detector does not work with is said.
func TestRaceRefused(t *testing.T) {
	dir := moduleWith(t, map[string]string{"main.go": "package main\n\nfunc main() {}\n"})
	for flags, want := range map[string]string{"-sched=gm": "sched=gm has not", "-stack=segmented": "stack=segmented", "-era=1.0": "processors"} {
		if out, code := compiled(t, dir, "build", "-race", flags, "-o", os.DevNull); code != 1 || !strings.Contains(out, want) {
			t.Errorf("%s: exit status %d\n%s", flags, code, out)
		}
	}
}
