package main

import (
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
)

// TestFuzz looks for an input that nobody finds without knowing how far each one gets: every byte is tested in a
// branch of its own.
func TestFuzz(t *testing.T) {
	if testing.Short() {
		t.Skip("fuzzes for seconds")
	}
	dir := t.TempDir()
	if err := os.CopyFS(dir, os.DirFS("testdata/fuzz")); err != nil {
		t.Fatal(err)
	}
	cache := t.TempDir()
	run := func(args ...string) (string, int) {
		cmd := exec.Command(os.Args[0], append([]string{"test"}, args...)...)
		cmd.Dir = dir
		cmd.Env = append(os.Environ(), withCompiler+"=1", "GOFLAGS=", "STRATACACHE="+cache, "PWD="+dir)
		out, err := cmd.CombinedOutput()
		return string(out), exitCode(err)
	}
	if out, code := run(); code != 0 || !strings.HasPrefix(out, "PASS\n") {
		t.Fatalf("the seeds alone: exit status %d\n%s", code, out)
	}
	out, code := run("-fuzz=Guided", "-fuzztime=100s")
	if code != 1 || !strings.Contains(out, "Failing input written to testdata/fuzz/FuzzGuided/") {
		t.Fatalf("exit status %d\n%s", code, out)
	}
	found, _ := filepath.Glob(filepath.Join(dir, "testdata/fuzz/FuzzGuided/*"))
	if len(found) != 2 {
		t.Errorf("inputs in testdata: %v", found)
	}
	if kept, _ := filepath.Glob(filepath.Join(cache, "fuzz/example.com/fuzz/FuzzGuided/*")); len(kept) < 4 {
		t.Errorf("inputs of interest in the cache: %v", kept)
	}
	if out, code := run("-run=FuzzGuided"); code != 1 || !strings.Contains(out, "panic: deep") {
		t.Errorf("the input that was found: exit status %d\n%s", code, out)
	}
	if out, code := run("-fuzz=FuzzGuided", "-coverprofile=x"); code != 1 || out != "cannot use -coverprofile flag with -fuzz flag\n" {
		t.Errorf("exit status %d\n%s", code, out)
	}
}
