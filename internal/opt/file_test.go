package opt

import (
	"bytes"
	"errors"
	"flag"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"strata/internal/design"
	"strata/internal/ssa"
)

var update = flag.Bool("update", false, "write what the passes give into testdata")

// TestFiles runs the cases of testdata/*.txt. A case is a line "run: passes", a
// function, a line "gives:", and the function after the passes.
func TestFiles(t *testing.T) {
	files, _ := filepath.Glob("testdata/*.txt")
	if len(files) == 0 {
		t.Fatal("no test files")
	}
	for _, name := range files {
		src, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		var out strings.Builder
		for i, c := range strings.Split(string(src), "run: ") {
			if i == 0 {
				out.WriteString(c)
				continue
			}
			got, err := runCase(c)
			if err != nil {
				t.Errorf("%s: case %d: %v", name, i, err)
				got = c
			}
			out.WriteString("run: " + got)
		}
		if out.String() == string(src) {
			continue
		}
		if *update {
			if err := os.WriteFile(name, []byte(out.String()), 0o666); err != nil {
				t.Fatal(err)
			}
			continue
		}
		t.Errorf("%s: got\n%s", name, out.String())
	}
}

// runCase gives the text of a case with the expectation that holds.
func runCase(text string) (string, error) {
	passes, rest, _ := strings.Cut(text, "\n")
	given, old, _ := strings.Cut(rest, "gives:\n")
	f, err := ssa.Parse(given)
	if err != nil {
		return "", err
	}
	if err := ssa.Verify(f); err != nil {
		return "", err
	}
	var table []Pass
	cfg := testConfig()
	for _, name := range strings.Fields(passes) {
		if kind, ok := strings.CutPrefix(name, "barrier="); ok {
			cfg.Facts.WriteBarrier = map[string]design.Barrier{"insert": design.InsertBarrier, "hybrid": design.HybridBarrier}[kind]
			continue
		}
		i := indexOfPass(name)
		if i < 0 {
			i = len(Passes) // panics: a test names a pass that is not there
		}
		table = append(table, Passes[i])
	}
	if err := Run(f, table, cfg); err != nil {
		return "", err
	}
	tail := ""
	if i := strings.LastIndex(old, "}\n"); i >= 0 {
		tail = old[i+2:]
	}
	return passes + "\n" + given + "gives:\n" + f.String() + tail, nil
}

// TestRulesFresh compares the generated rules with what the generator makes now.
func TestRulesFresh(t *testing.T) {
	out := filepath.Join(t.TempDir(), "rules.go")
	if msg, err := exec.Command("go", "run", "./gen", "-in", "algebra.rules", "-out", out).CombinedOutput(); err != nil {
		t.Fatalf("%v\n%s", err, msg)
	}
	want, _ := os.ReadFile(out)
	got, _ := os.ReadFile("algebra_rules.go")
	if !bytes.Equal(got, want) {
		t.Error("algebra_rules.go is stale: go generate ./internal/opt")
	}
}

// TestNoWriteBarrier: a function that must not contain barriers is refused.
func TestNoWriteBarrier(t *testing.T) {
	f, err := ssa.Parse("func \"f\" (ptr) () {\nb0:\n  v0 = Arg.ptr [0]\n  v1: Store v0 v0\n  ret\n}")
	if err != nil {
		t.Fatal(err)
	}
	f.Pragma |= ssa.NoWriteBarrier
	cfg := testConfig()
	cfg.Facts.WriteBarrier = design.HybridBarrier
	var d *Diagnostic
	if err := Run(f, Passes, cfg); !errors.As(err, &d) || !strings.Contains(d.Msg, "prohibited in f") {
		t.Errorf("got %v", err)
	}
}
