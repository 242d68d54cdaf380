package main

import (
	"debug/buildinfo"
	"os"
	"os/exec"
	"path/filepath"
	"runtime/debug"
	"slices"
	"testing"
)

// TestBuildInfo: an executable, also one of tests, says what it was built from and at which state of its repository.
func TestBuildInfo(t *testing.T) {
	cache := t.TempDir()
	for _, c := range []struct {
		path string
		args []string
	}{
		{"example.com/m", []string{"build", "-buildvcs=auto"}},
		{"example.com/m.test", []string{"test", "-c", "-buildvcs=true"}},
	} {
		cmd := compilerRun(t, cache, slices.Concat([]string{os.Args[0]}, c.args, []string{"-o", "out"})...)
		if text, err := exec.Command("git", "init", "-q", cmd.Dir).CombinedOutput(); err != nil {
			t.Fatalf("%v\n%s", err, text)
		}
		test := "package main\n\nimport \"testing\"\n\nfunc Test(t *testing.T) {}\n"
		if err := os.WriteFile(filepath.Join(cmd.Dir, "a_test.go"), []byte(test), 0o666); err != nil {
			t.Fatal(err)
		}
		if text, err := cmd.CombinedOutput(); err != nil {
			t.Fatalf("%v\n%s", err, text)
		}
		info, err := buildinfo.ReadFile(filepath.Join(cmd.Dir, "out"))
		if err != nil {
			t.Fatal(err)
		}
		if info.Path != c.path || info.Main.Path != "example.com/m" ||
			!slices.Contains(info.Settings, debug.BuildSetting{Key: "vcs.modified", Value: "true"}) {
			t.Errorf("%q: %s", c.args, info)
		}
	}
}
