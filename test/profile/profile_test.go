// Package profile checks CPU profiles: a program that spends known shares of its
// time in known functions is profiled under Strata and under gc, and read by pprof.
package profile

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"testing"

	"strata/test/internal/harness"
)

const program = "testdata/load.go"

// shares are what the program spends below its functions, in percent, and the leaf
// that most samples below them must be in.
var shares = []struct {
	fn, leaf string
	percent  float64
}{
	{"main.sieve", "main.sieve", 40},
	{"main.hash", "main.mix", 30},
	{"main.sorted", "slices.", 20},
	{"main.virtual", "main.square.area", 10},
}

// tolerance is how far shares may be off, in points of percent: a run has about 200 samples.
const tolerance = 12

func TestCPUProfile(t *testing.T) {
	if testing.Short() {
		t.Skip("runs for some seconds")
	}
	source, err := filepath.Abs(program)
	if err != nil {
		t.Fatal(err)
	}
	dir := t.TempDir()
	t.Run("gc", func(t *testing.T) {
		exe := filepath.Join(dir, "gc")
		if out, err := exec.Command("go", "build", "-o", exe, source).CombinedOutput(); err != nil {
			t.Fatalf("%v\n%s", err, out)
		}
		check(t, exe)
	})
	t.Run("strata", func(t *testing.T) {
		exe := filepath.Join(dir, "strata")
		tool, err := harness.Shared()
		if err != nil {
			t.Fatal(err)
		}
		if err := tool.BuildFile(exe, source, harness.Flags{}); err != nil {
			t.Fatal(err)
		}
		check(t, exe)
	})
}

// entry is a row of pprof's table.
type entry struct {
	name      string
	flat, cum float64 // percent
}

// check runs the program and looks at its profile.
func check(t *testing.T, exe string) {
	file := exe + ".pprof"
	if out, err := exec.Command(exe, file).CombinedOutput(); err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	funcs := top(t, exe, file)
	total := 0.0
	for _, s := range shares {
		total += funcs[s.fn].cum
	}
	if total < 50 {
		t.Fatalf("%.0f%% of the samples are in the program's functions: %v", total, funcs)
	}
	for _, s := range shares {
		got := 100 * funcs[s.fn].cum / total
		t.Logf("%s %.1f%%", s.fn, got)
		if got < s.percent-tolerance || got > s.percent+tolerance {
			t.Errorf("%s has %.1f%% of the samples, want about %v%%", s.fn, got, s.percent)
		}
		leaf := 0.0
		for _, e := range top(t, exe, file, "-focus="+s.fn+"$") {
			if strings.HasPrefix(e.name, s.leaf) {
				leaf += e.flat
			}
		}
		if leaf < funcs[s.fn].cum/2 {
			t.Errorf("below %s %.1f%% are in %s, of %.1f%%", s.fn, leaf, s.leaf, funcs[s.fn].cum)
		}
	}
	checkLines(t, top(t, exe, file, "-lines"))
}

// top asks pprof for its table.
func top(t *testing.T, exe, file string, options ...string) map[string]entry {
	t.Helper()
	args := append([]string{"tool", "pprof", "-top", "-nodecount=100000", "-nodefraction=0", "-edgefraction=0", "-hide=^runtime.asyncPreempt$"}, options...)
	out, err := exec.Command("go", append(args, exe, file)...).Output()
	if err != nil {
		t.Fatalf("pprof: %v\n%s", err, out)
	}
	entries := map[string]entry{}
	for line := range strings.SplitSeq(string(out), "\n") {
		f := strings.Fields(strings.TrimSuffix(line, " (inline)"))
		if len(f) < 6 || !strings.HasSuffix(f[1], "%") {
			continue
		}
		e := entry{name: strings.Join(f[5:], " ")}
		e.flat, _ = strconv.ParseFloat(strings.TrimSuffix(f[1], "%"), 64)
		e.cum, _ = strconv.ParseFloat(strings.TrimSuffix(f[4], "%"), 64)
		entries[e.name] = e
	}
	return entries
}

// checkLines looks at the lines that end in a comment with the name of a function: the samples of loops are there, those of
// calls at the line of the call.
func checkLines(t *testing.T, entries map[string]entry) {
	src, err := os.ReadFile(program)
	if err != nil {
		t.Fatal(err)
	}
	marked, all := map[string]float64{}, map[string]float64{}
	where := map[string][]string{}
	lines := strings.Split(string(src), "\n")
	for name, e := range entries {
		fn, pos, ok := strings.Cut(strings.TrimPrefix(name, "main."), " ")
		if !ok || !strings.Contains(pos, "load.go:") {
			continue
		}
		n, err := strconv.Atoi(pos[strings.LastIndexByte(pos, ':')+1:])
		if err != nil || n < 1 || n > len(lines) {
			t.Fatalf("no line in %q", name)
		}
		all[fn] += e.cum
		where[fn] = append(where[fn], fmt.Sprintf("line %d: %.1f%%", n, e.cum))
		if strings.HasSuffix(lines[n-1], "// "+fn) {
			marked[fn] += e.cum
		}
	}
	for _, fn := range []string{"sieve", "mix", "hash"} {
		if all[fn] == 0 || marked[fn] < all[fn]/2 {
			t.Errorf("%s: %.1f%% of %.1f%% are on its marked lines: %v", fn, marked[fn], all[fn], where[fn])
		}
	}
}
