package main

import (
	"flag"
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

// Stages 2 and 3 are the same bytes, now and under the designs of earlier releases.
func TestBootstrap(t *testing.T) {
	if testing.Short() {
		t.Skip("builds Strata three times for each era")
	}
	for _, era := range []string{"now", "1.17", "1.7", "1.4"} {
		t.Run(era, func(t *testing.T) {
			if err := bootstrapIn(".", t.TempDir(), []string{"-era=" + era}); err != nil {
				t.Error(err)
			}
		})
	}
}

var distribution = flag.Bool("distribution", false, "make Go's distribution by way of Strata (a quarter of an hour of CPU, 3 GB of disk)")

func TestDistribution(t *testing.T) {
	if !*distribution {
		t.Skip("without -distribution")
	}
	if err := bootstrapGo(t.Context(), t.TempDir(), nil); err != nil {
		t.Error(err)
	}
}

// -gc alone asks for Go's distribution, with a value for a collector.
func TestBootstrapFlags(t *testing.T) {
	for _, c := range []struct{ args, want string }{
		{"-gc " + t.TempDir(), "-gc builds GOROOT's source: no source folder is used"},
		{"-gc=stw " + t.TempDir(), "is not inside Strata's source"},
		{". .", "one source folder at most"},
	} {
		cmd := exec.Command(os.Args[0], append([]string{"bootstrap"}, strings.Fields(c.args)...)...)
		cmd.Env = append(os.Environ(), withCompiler+"=1")
		out, err := cmd.CombinedOutput()
		if err == nil || !strings.Contains(string(out), c.want) {
			t.Errorf("strata bootstrap %s: %v, %s; want %q", c.args, err, out, c.want)
		}
	}
}
