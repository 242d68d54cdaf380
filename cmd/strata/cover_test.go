package main

import (
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

// both runs a command line with go and with strata in directory dir and compares what they print. Each run has a
// directory, %o in the arguments, which is GOCOVERDIR as well.
func both(t *testing.T, dir, cache string, args ...string) (wantDir, gotDir string) {
	t.Helper()
	run := func(tool string) (string, string) {
		out := t.TempDir()
		var argv []string
		for _, a := range args {
			argv = append(argv, strings.ReplaceAll(a, "%o", out))
		}
		cmd := exec.Command(tool, argv...)
		cmd.Dir = dir
		cmd.Env = append(os.Environ(), withCompiler+"=1", "GOFLAGS=", "STRATACACHE="+cache, "PWD="+cmd.Dir, "GOCOVERDIR="+out)
		text, err := cmd.CombinedOutput()
		if exitCode(err) == 0 && err != nil {
			t.Fatal(err)
		}
		return normal(string(text)), out
	}
	want, wantDir := run("go")
	got, gotDir := run(os.Args[0])
	if got != want {
		t.Errorf("%s:\n%swant:\n%s", args, got, want)
	}
	return wantDir, gotDir
}

func covdata(t *testing.T, dir string) string {
	t.Helper()
	out, err := exec.Command("go", "tool", "covdata", "textfmt", "-i", dir, "-o", filepath.Join(dir, "profile")).CombinedOutput()
	if err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	return profile(t, dir)
}

func profile(t *testing.T, dir string) string {
	t.Helper()
	data, err := os.ReadFile(filepath.Join(dir, "profile"))
	if err != nil {
		t.Fatal(err)
	}
	return string(data)
}

// sameLines shows the first line in which profiles differ. Lines are sorted: go puts first what ends first.
func sameLines(t *testing.T, flags []string, got, want string) {
	t.Helper()
	a, b := strings.Split(got, "\n"), strings.Split(want, "\n")
	slices.Sort(a)
	slices.Sort(b)
	for i := range min(len(a), len(b)) {
		if a[i] != b[i] {
			t.Errorf("%s: line %d of the profile: %s, want %s", flags, i+1, a[i], b[i])
			return
		}
	}
	if len(a) != len(b) {
		t.Errorf("%s: %d lines, want %d", flags, len(a), len(b))
	}
}

// TestCoverage compares percentages and profiles with gc's.
func TestCoverage(t *testing.T) {
	dir, err := filepath.Abs("testdata/cover")
	if err != nil {
		t.Fatal(err)
	}
	cache := t.TempDir()
	for _, flags := range [][]string{{"-covermode=atomic", "-coverpkg=./...,no/such"}, {"-covermode=count"}} {
		args := append([]string{"test", "-count=1", "-coverprofile=%o/profile"}, flags...)
		want, got := both(t, dir, cache, append(args, "./...")...)
		sameLines(t, flags, profile(t, got), profile(t, want))
		if testing.Short() {
			return
		}
	}
	for _, flags := range [][]string{{"-cover"}, {"-covermode=atomic", "-coverpkg=./...,fmt"}} {
		args := append([]string{"run"}, flags...)
		want, got := both(t, dir, cache, append(args, ".", "clear")...)
		sameLines(t, flags, covdata(t, got), covdata(t, want))
	}
}
