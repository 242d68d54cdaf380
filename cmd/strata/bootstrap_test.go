package main

import (
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
)

// Two executables of one source are the same; of two sources, the function that differs is named.
func TestFirstDifference(t *testing.T) {
	dir := t.TempDir()
	build := func(name, body string) string {
		src := filepath.Join(dir, name+".go")
		text := "package main\n\n//go:noinline\nfunc helper(x int) int { " + body + " }\n\n//go:noinline\nfunc last(x int) int { return x * 7 }\n\n" +
			"func main() { println(helper(3), last(4)) }\n"
		if err := os.WriteFile(src, []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
		exe := filepath.Join(dir, name)
		if out, err := exec.Command("go", "build", "-o", exe, src).CombinedOutput(); err != nil {
			t.Fatalf("%v\n%s", err, out)
		}
		return exe
	}
	a, b := build("a", "return x + 1"), build("b", "return x*x - 1 + x<<3")
	got, err := firstDifference(a, b)
	if err != nil {
		t.Fatal(err)
	}
	if !strings.HasPrefix(got, "main.helper\n") || strings.Count(got, "TEXT main.helper(SB)") != 2 {
		t.Errorf("the first difference is told as:\n%s", got)
	}
	if got, err = firstDifference(a, a); err != nil || !strings.Contains(got, "all functions are the same") {
		t.Errorf("an executable differs from itself: %s %v", got, err)
	}
}

func TestBootstrapOutside(t *testing.T) {
	if err := bootstrapIn(t.TempDir(), "", nil); err == nil || !strings.Contains(err.Error(), "not inside Strata's source") {
		t.Errorf("outside of Strata's source: %v", err)
	}
}
