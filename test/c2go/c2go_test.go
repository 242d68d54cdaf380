// Package c2go tests strata c2go: C programs, translated and compiled by Strata and by gc, say what gcc's executables of them say.
package c2go

import (
	"bytes"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"strata/test/internal/harness"
)

// builders compile a translation; they are Strata in several ways, and gc.
var builders = []struct {
	name string
	args []string
}{
	{"now", []string{"build"}},
	{"O0", []string{"build", "-O=0"}},
	{"classic", []string{"build", "-backend=classic"}},
	{"gc", nil},
}

// lab has a strata and a folder.
type lab struct {
	t      *testing.T
	dir    string
	strata string
}

func newLab(t *testing.T) *lab {
	dir := t.TempDir()
	exe, err := harness.BuildStrata(dir)
	if err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(dir, "go.mod"), []byte("module t\n\ngo 1.24\n"), 0o666); err != nil {
		t.Fatal(err)
	}
	return &lab{t, dir, exe}
}

// run runs a command in the lab's folder under a time limit.
func (l *lab) run(name string, args ...string) (stdout string, err error) {
	cmd := exec.Command(name, args...)
	cmd.Dir = l.dir
	cmd.Env = append(os.Environ(), "CGO_ENABLED=0", "GOFLAGS=")
	var out, bad bytes.Buffer
	cmd.Stdout, cmd.Stderr = &out, &bad
	cmd.WaitDelay = time.Second
	timer := time.AfterFunc(3*time.Minute, func() { cmd.Process.Kill() })
	defer timer.Stop()
	if err = cmd.Run(); err != nil {
		l.t.Logf("%s %s: %v\n%s", name, strings.Join(args, " "), err, bad.String())
	}
	return out.String(), err
}

// translate makes the package name of C files.
func (l *lab) translate(name string, args ...string) {
	l.t.Helper()
	if _, err := l.run(l.strata, append([]string{"c2go", "-o", name}, args...)...); err != nil {
		l.t.Fatal("translation fails")
	}
}

// build compiles a package.
func (l *lab) build(name, builder string, args []string) string {
	l.t.Helper()
	exe := filepath.Join(l.dir, name+"-"+builder)
	tool := l.strata
	if args == nil {
		tool, args = "go", []string{"build", "-trimpath"}
	}
	if _, err := l.run(tool, append(args, "-o", exe, "./"+name)...); err != nil {
		l.t.Fatalf("%s does not compile", builder)
	}
	return exe
}

// TestCore runs the programs of testdata/core. Their output was written by gcc's executable.
func TestCore(t *testing.T) {
	l := newLab(t)
	files, err := filepath.Glob("testdata/core/*.c")
	if err != nil || len(files) == 0 {
		t.Fatal("no programs", err)
	}
	for i, f := range files {
		if files[i], err = filepath.Abs(f); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile("testdata/core.out")
	if err != nil {
		t.Fatal(err)
	}
	l.translate("core", files...)
	list := builders
	if testing.Short() {
		list = list[:1]
	}
	for _, b := range list {
		got, err := l.run(l.build("core", b.name, b.args))
		if err != nil || got != string(want) {
			t.Errorf("%s: %v: output differs from gcc's: %s", b.name, err, firstDifference(got, string(want)))
		}
	}
	if testing.Short() {
		return
	}
	if _, err := exec.LookPath("gcc"); err != nil {
		t.Log("gcc is not installed: testdata/core.out is not checked against it")
		return
	}
	ref := filepath.Join(l.dir, "ref")
	if _, err := l.run("gcc", append([]string{"-w", "-fwrapv", "-o", ref}, files...)...); err != nil {
		t.Fatal("gcc fails")
	}
	if got, err := l.run(ref); err != nil || got != string(want) {
		t.Errorf("testdata/core.out is not what gcc's executable writes: %v: %s", err, firstDifference(string(want), got))
	}
}

// firstDifference shows the first line in which two outputs differ.
func firstDifference(got, want string) string {
	a, b := strings.Split(got, "\n"), strings.Split(want, "\n")
	for i := range max(len(a), len(b)) {
		x, y := "(end)", "(end)"
		if i < len(a) {
			x = a[i]
		}
		if i < len(b) {
			y = b[i]
		}
		if x != y {
			return "got " + x + ", want " + y
		}
	}
	return "none"
}
