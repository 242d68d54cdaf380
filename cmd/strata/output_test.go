package main

import (
	"debug/buildinfo"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"strata/internal/design"
)

// withCompiler is asCommand with Strata's own compiler.
const withCompiler = "STRATA_TEST_WITH_COMPILER"

// compilerRun prepares a run of strata in a directory with a small command. All runs share a cache.
func compilerRun(t *testing.T, cache string, argv ...string) *exec.Cmd {
	t.Helper()
	dir := t.TempDir()
	files := map[string]string{
		"go.mod": "module example.com/m\n\ngo 1.26\n",
		"main.go": `package main

import "runtime"

var V = "unset"

func main() {
	_, file, _, _ := runtime.Caller(0)
	println(V, file)
}
`,
	}
	for name, text := range files {
		if err := os.WriteFile(filepath.Join(dir, name), []byte(text), 0o666); err != nil {
			t.Fatal(err)
		}
	}
	cmd := exec.Command(argv[0], argv[1:]...)
	cmd.Dir = dir
	cmd.Env = append(os.Environ(), withCompiler+"=1", "GOFLAGS=", "STRATACACHE="+cache, "PWD="+dir)
	return cmd
}

func exitCode(err error) int {
	if exit, ok := err.(*exec.ExitError); ok {
		return exit.ExitCode()
	}
	return 0
}

// TestNoRoom builds where the executable does not fit: there must be an error, and no file.
func TestNoRoom(t *testing.T) {
	cache := t.TempDir()
	cmd := compilerRun(t, cache, "sh", "-c", `ulimit -f 300; exec "$0" build -o out .`, os.Args[0])
	text, err := cmd.CombinedOutput()
	if exitCode(err) != 1 || !strings.Contains(string(text), "too large") {
		t.Errorf("%v\n%s", err, text)
	}
	if left, _ := filepath.Glob(filepath.Join(cmd.Dir, "*out*")); len(left) > 0 {
		t.Errorf("left behind: %v", left)
	}
	cmd = compilerRun(t, cache, os.Args[0], "build", "-o", "/dev/full", ".")
	text, err = cmd.CombinedOutput()
	if exitCode(err) != 1 || !strings.Contains(string(text), "write /dev/full: no space left on device") {
		t.Errorf("%v\n%s", err, text)
	}
	if st, err := os.Stat("/dev/full"); err != nil || st.Mode().IsRegular() {
		t.Error("the device was replaced")
	}
}

// TestKilled kills builds at different times: there is a whole executable or none, and the next build works.
func TestKilled(t *testing.T) {
	cache := t.TempDir()
	for i := range 6 {
		cmd := compilerRun(t, cache, os.Args[0], "build", "-o", "out", ".")
		if err := cmd.Start(); err != nil {
			t.Fatal(err)
		}
		time.Sleep(time.Duration(i) * 150 * time.Millisecond)
		cmd.Process.Kill()
		cmd.Wait()
		exe := filepath.Join(cmd.Dir, "out")
		if _, err := os.Stat(exe); err != nil {
			continue
		}
		if out, err := exec.Command(exe).CombinedOutput(); err != nil || !strings.HasPrefix(string(out), "unset ") {
			t.Errorf("%v\n%s", err, out)
		}
	}
	if out, err := compilerRun(t, cache, os.Args[0], "run", ".").CombinedOutput(); err != nil || !strings.HasPrefix(string(out), "unset ") {
		t.Errorf("%v\n%s", err, out)
	}
}

// TestBuildFlags looks at what -trimpath and -ldflags make of an executable, and at what it says of itself.
func TestBuildFlags(t *testing.T) {
	cmd := compilerRun(t, t.TempDir(), os.Args[0], "build", "-trimpath", "-ldflags=-X main.V=set", "-tags=a,b", "-o", "out", ".")
	if out, err := cmd.CombinedOutput(); err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	exe := filepath.Join(cmd.Dir, "out")
	if out, _ := exec.Command(exe).CombinedOutput(); string(out) != "set example.com/m/main.go\n" {
		t.Errorf("prints %q", out)
	}
	if data, err := os.ReadFile(exe); err != nil || strings.Contains(string(data), cmd.Dir) {
		t.Errorf("the executable names its directory (%v)", err)
	}
	info, err := buildinfo.ReadFile(exe)
	if err != nil {
		t.Fatal(err)
	}
	settings := map[string]string{}
	for _, s := range info.Settings {
		settings[s.Key] = s.Value
	}
	want := map[string]string{"-trimpath": "true", "-tags": "a,b", "-compiler": "gc", "GOARCH": "amd64"}
	for name, variant := range design.Default() {
		want["-"+name] = variant
	}
	for key, value := range want {
		if settings[key] != value {
			t.Errorf("setting %s is %q, want %q", key, settings[key], value)
		}
	}
	if info.Path != "example.com/m" || info.Main.Path != "example.com/m" {
		t.Errorf("path %q, module %q", info.Path, info.Main.Path)
	}
}
