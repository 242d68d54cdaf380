// Package golden runs programs of its own under Strata and compares output, panics and exit status with what the
// same programs do when gc compiles them.
//
// A program is one file in testdata; beside it lies its golden file, made by gc:
//
//	go test ./test/golden -update
package golden

import (
	"bytes"
	"errors"
	"flag"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"strata/test/internal/harness"
)

var (
	update  = flag.Bool("update", false, "have gc make the golden files")
	stress  = flag.String("stress", "", "comma-separated stress modes, each a run: none,gc,stack,sched,poison; + joins modes")
	debug   = flag.Bool("debug", false, "compile as with -O=0")
	cold    = flag.Bool("cold", false, "lay a part of every function out apart")
	pattern = flag.String("pattern", "", "programs whose name contains this")
)

// limit is how long a program may run; stress makes them slow.
const (
	limit       = time.Minute
	stressLimit = 5 * time.Minute
)

const knownFile = "known_failures.txt"

// quick are the programs that a -short run takes through the stress modes.
var quick = map[string]bool{"closures": true, "defers": true, "generics": true, "gotos": true, "iterpull": true, "rangefunc": true, "rewire": true}

// inParts are the programs that are also run, through the stress modes, with a part of every function laid out apart.
var inParts = map[string]bool{"coldparts": true, "defers": true, "rangefunc": true}

func TestPrograms(t *testing.T) {
	names := programs(t)
	if *update {
		for _, name := range names {
			t.Run(name, func(t *testing.T) { t.Parallel(); makeGolden(t, name) })
		}
		return
	}
	known, err := harness.ReadKnown(knownFile)
	if err != nil {
		t.Fatal(err)
	}
	tool, err := harness.Shared()
	if err != nil {
		t.Fatal(err)
	}
	for _, name := range names {
		if why := cannot(name, tool.Facts()); why != "" {
			t.Logf("%s: left out: %s", name, why)
			continue
		}
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			exe, remove, err := harness.TempExe()
			if err != nil {
				t.Fatal(err)
			}
			defer remove()
			if err = tool.BuildFile(exe, source(name), harness.Flags{Debug: *debug, ColdParts: *cold}); err != nil {
				judge(t, known, name, err)
				return
			}
			for _, mode := range modes(name) {
				judge(t, known, caseName(name, mode), compare(name, exe, mode))
			}
			if quick[name] && !*debug {
				if err = tool.BuildFile(exe, source(name), harness.Flags{Debug: true}); err == nil {
					err = compare(name, exe, "")
				}
				judge(t, known, caseName(name, "O=0"), err)
			}
			if inParts[name] && !*cold && !*debug {
				if err = tool.BuildFile(exe, source(name), harness.Flags{ColdParts: true}); err != nil {
					judge(t, known, caseName(name, "cold"), err)
					return
				}
				for _, mode := range stressModes(allStress) {
					judge(t, known, caseName(name, "cold,"+mode), compare(name, exe, mode))
				}
			}
		})
	}
}

func caseName(name, mode string) string {
	if mode == "" {
		return name
	}
	return name + "/" + mode
}

// allStress are the modes of a program that goes through all of them.
const allStress = "none,gc+check,stack,sched,poison"

// modes are the values of STRATASTRESS that a program runs under.
func modes(name string) []string {
	switch {
	case *stress != "":
		return stressModes(*stress)
	case quick[name]:
		return stressModes(allStress)
	}
	return []string{""}
}

// stressModes reads a list as -stress has it.
func stressModes(list string) []string {
	var out []string
	for m := range strings.SplitSeq(list, ",") {
		if m == "none" {
			m = ""
		}
		out = append(out, strings.ReplaceAll(m, "+", ","))
	}
	return out
}

func judge(t *testing.T, known *harness.Known, name string, err error) {
	t.Helper()
	switch reason, _ := known.Reason(name); known.Judge(name, err) {
	case harness.Fail:
		t.Errorf("%s: %v", name, err)
	case harness.Fixed:
		t.Errorf("%s passes, but is listed in %s: remove it", name, knownFile)
	case harness.KnownFail:
		t.Logf("%s: known: %s", name, reason)
	}
}

// programs lists the programs to run.
func programs(t *testing.T) []string {
	files, err := filepath.Glob("testdata/*.go")
	if err != nil || len(files) == 0 {
		t.Fatal("no programs", err)
	}
	var out []string
	for _, f := range files {
		name := strings.TrimSuffix(filepath.Base(f), ".go")
		if strings.Contains(name, *pattern) {
			out = append(out, name)
		}
	}
	return out
}

func source(name string) string {
	file, err := filepath.Abs(filepath.Join("testdata", name+".go"))
	if err != nil {
		panic(err)
	}
	return file
}

func goldenFile(name string) string { return filepath.Join("testdata", name+".golden") }

// makeGolden builds a program with gc and writes what it does.
func makeGolden(t *testing.T, name string) {
	exe, remove, err := harness.TempExe()
	if err != nil {
		t.Fatal(err)
	}
	defer remove()
	if out, err := exec.Command("go", "build", "-o", exe, source(name)).CombinedOutput(); err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	got, err := run(exe, "")
	if err != nil {
		t.Fatal(err)
	}
	for range 2 {
		if again, _ := run(exe, ""); !bytes.Equal(got, again) {
			t.Fatalf("two runs differ:\n%s", diff(got, again))
		}
	}
	if err := os.WriteFile(goldenFile(name), got, 0o666); err != nil {
		t.Fatal(err)
	}
}

// compare runs an executable and compares it with the golden file.
func compare(name, exe, mode string) error { return compareBy(nil, name, exe, mode) }

func compareBy(runner []string, name, exe, mode string) error {
	want, err := os.ReadFile(goldenFile(name))
	if err != nil {
		return err
	}
	got, err := runBy(runner, exe, mode)
	if err != nil {
		return err
	}
	if !bytes.Equal(want, got) {
		return errors.New("differs from gc:\n" + diff(want, got))
	}
	return nil
}

// run gives exit status, output and normalised standard error in one text.
func run(exe, mode string) ([]byte, error) { return runBy(nil, exe, mode) }

// runBy is run by way of what goes in front of the executable's name.
func runBy(runner []string, exe, mode string) ([]byte, error) {
	c := harness.Command{Args: append(slices.Clip(runner), exe), Dir: filepath.Dir(exe), Limit: limit}
	if mode != "" {
		c.Env, c.Limit = []string{"STRATASTRESS=" + mode}, stressLimit
	}
	c.Env = append(c.Env, "TZ=UTC", "GOTRACEBACK=single")
	r := c.Run()
	if r.Err != nil {
		return nil, r.Err
	}
	if r.TimedOut {
		return nil, fmt.Errorf("timeout\n%s%s", tail(r.Stdout), tail(r.Stderr))
	}
	var b bytes.Buffer
	fmt.Fprintf(&b, "exit %d %s\n--- stdout\n%s\n--- stderr\n%s", r.Exit, r.Signal, r.Stdout, normalise(r.Stderr, exe))
	return b.Bytes(), nil
}

func tail(b []byte) []byte { return b[max(0, len(b)-2000):] }

// diff shows the first lines that differ.
func diff(want, got []byte) string {
	w, g := strings.Split(string(want), "\n"), strings.Split(string(got), "\n")
	i := 0
	for i < len(w) && i < len(g) && w[i] == g[i] {
		i++
	}
	show := func(lines []string) string {
		lines = lines[min(i, len(lines)):]
		return strings.Join(lines[:min(8, len(lines))], "\n")
	}
	return fmt.Sprintf("line %d\n--- want\n%s\n--- got\n%s", i+1, show(w), show(g))
}
