package main

import (
	"bytes"
	"flag"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"strata/internal/goroot"
)

func goHelp(t *testing.T, topic string) string {
	t.Helper()
	out, err := exec.Command("go", "help", topic).Output()
	if err != nil {
		t.Fatal(err)
	}
	return string(out)
}

// TestEveryFlag: each flag that go's help names is known here. What a flag cannot do it refuses with a reason (refused).
func TestEveryFlag(t *testing.T) {
	name := regexp.MustCompile(`(?m)^\t-([a-z]+)\b`)
	build := flag.NewFlagSet("build", flag.ContinueOnError)
	b := new(buildFlags)
	b.register(build)
	b.cover.register(build)
	for _, m := range name.FindAllStringSubmatch(goHelp(t, "build"), -1) {
		if m[1] != "o" && build.Lookup(m[1]) == nil {
			t.Errorf("build: -%s is not known", m[1])
		}
	}
	for _, m := range name.FindAllStringSubmatch(goHelp(t, "testflag"), -1) {
		out := invoke(t, t.TempDir(), os.Args[0], "test", "-"+m[1]+"=1", "./nosuch")
		if strings.Contains(out.stderr, "not defined") {
			t.Errorf("test: -%s is not known", m[1])
		}
	}
}

// othersObey are variables of `go help environment` that are obeyed by something else than the table of settings.
var othersObey = map[string]string{
	"GO111MODULE": "go list", "GOAUTH": "go list", "GOINSECURE": "go list", "GOMODCACHE": "go list", "GOPATH": "go list",
	"GOPRIVATE": "go list", "GONOPROXY": "go list", "GONOSUMDB": "go list", "GOPROXY": "go list", "GOSUMDB": "go list", "GOVCS": "go list",
	"GOWORK": "go list", "GIT_ALLOW_PROTOCOL": "go list", "GOCACHE": "go list; Strata's own cache is STRATACACHE", "GOCACHEPROG": "go list",
	"GODEBUG": "the runtime", "GOENV": "load.Getenv", "GOFLAGS": "presetFlags", "GOROOT": "load.FindGoroot", "GOTOOLCHAIN": "load.FindGoroot",
	"GOTMPDIR": "tempDir", "GOCOVERDIR": "programs", "GOBIN": "no command installs",
	"AR": "C", "CC": "C", "CXX": "C", "FC": "C", "PKG_CONFIG": "C", "GCCGO": "gccgo", "GCCGOTOOLDIR": "gccgo",
	"GO386": "GOARCH", "GOARM": "GOARCH", "GOARM64": "GOARCH", "GOMIPS": "GOARCH", "GOMIPS64": "GOARCH", "GOPPC64": "GOARCH",
	"GORISCV64": "GOARCH", "GOWASM": "GOARCH",
	"GOEXE": "output", "GOGCCFLAGS": "output", "GOHOSTARCH": "output", "GOHOSTOS": "output", "GOMOD": "output", "GOTELEMETRY": "output",
	"GOTELEMETRYDIR": "output", "GOTOOLDIR": "output", "GOVERSION": "output",
}

// TestEveryVariable: each variable that go's help names is in the table of settings or has somebody who obeys it.
func TestEveryVariable(t *testing.T) {
	known := map[string]bool{}
	for _, s := range settings {
		known[s.name] = true
	}
	lines := regexp.MustCompile(`(?m)^\t([A-Z][A-Z0-9_]+(, [A-Z0-9_]+)*)`).FindAllStringSubmatch(goHelp(t, "environment"), -1)
	if len(lines) < 40 {
		t.Fatalf("only %d variables found", len(lines))
	}
	for _, m := range lines {
		for _, name := range strings.Split(m[1], ", ") {
			if !known[name] && othersObey[name] == "" && !strings.HasPrefix(name, "CGO_") {
				t.Errorf("nobody obeys %s", name)
			}
		}
	}
}

// TestSettings: values of variables are obeyed, or refused with a reason.
func TestSettings(t *testing.T) {
	dir := t.TempDir()
	src := `package main

import (
	"crypto/fips140"
	"fmt"
	"runtime"
	"strings"
)

func main() { fmt.Println(fips140.Enabled(), strings.Contains(runtime.Version(), "X:jsonv2")) }
`
	if err := os.WriteFile(filepath.Join(dir, "main.go"), []byte(src), 0o666); err != nil {
		t.Fatal(err)
	}
	run := func(word string, env ...string) (string, int) {
		args := []string{word, "main.go"}
		if word == "build" {
			args = []string{word, "-o", os.DevNull, "main.go"}
		}
		cmd := exec.Command(os.Args[0], args...)
		cmd.Dir = dir
		cmd.Env = append(append(os.Environ(), withCompiler+"=1", "GOFLAGS=", "PWD="+dir), env...)
		var out bytes.Buffer
		cmd.Stdout, cmd.Stderr = &out, &out
		err := cmd.Run()
		return out.String(), exitCode(err)
	}
	refusals := []struct{ env, why string }{
		{"GOOS=darwin", "there is no code generator for darwin/amd64"},
		{"GOARCH=mips", "there is no code generator for linux/mips"},
		{"GOOS=plan10", "there is no code generator for plan10/amd64"},
		{"GOAMD64=v3", "code is made for every amd64 processor"},
		{"GOAMD64=v9", "must be v1, v2, v3 or v4"},
		{"GOEXPERIMENT=nosuch", "unknown GOEXPERIMENT nosuch"},
		{"GOEXPERIMENT=fieldtrack", "concerns gc's own compiler"},
		{"GOEXPERIMENT=none", "cannot be switched off"},
		{"GOFIPS140=v1.0.0", "not an earlier snapshot"},
		{"CGO_ENABLED=yes", "must be 0 or 1"},
		{"GO_EXTLINK_ENABLED=1", "there is no external linking"},
	}
	for _, r := range refusals {
		out, code := run("build", r.env)
		if code != 2 || !strings.HasPrefix(out, "strata: "+strings.Replace(r.env, "=", "=", 1)+": ") || !strings.Contains(out, r.why) {
			t.Errorf("%s: exit status %d\n%s", r.env, code, out)
		}
	}
	works := []struct{ env, out string }{
		{"GOOS=linux", "false false\n"}, {"GOAMD64=v1", "false false\n"}, {"GOFIPS140=off", "false false\n"},
		{"GOFIPS140=latest", "true false\n"}, {"GOEXPERIMENT=jsonv2", "false true\n"}, {"GOEXPERIMENT=noarenas", "false false\n"},
	}
	if goroot.Current.Number != 26 {
		works = works[:4]
	}
	if testing.Short() {
		works = works[3:]
	}
	for _, w := range works {
		if out, code := run("run", w.env); code != 0 || out != w.out {
			t.Errorf("%s: exit status %d\n%s, want %s", w.env, code, out, w.out)
		}
	}
}

// TestCgoNamed names the package that needs C, and who imports it.
func TestCgoNamed(t *testing.T) {
	dir := moduleWith(t, map[string]string{
		"main.go":    "package main\n\nimport _ \"example.com/pull/mid\"\n\nfunc main() {}\n",
		"mid/mid.go": "package mid\n\nimport _ \"example.com/pull/low\"\n",
		"low/low.go": "package low\n",
		"low/cgo.go": "package low\n\nimport \"C\"\n",
	})
	os.Remove(filepath.Join(dir, "empty.s"))
	t.Setenv("CGO_ENABLED", "1")
	out, code := compiled(t, dir, "build", "-o", os.DevNull, ".")
	for _, part := range []string{"package example.com/pull/low uses cgo (cgo.go)", "imported by example.com/pull/mid\n\timported by example.com/pull\n"} {
		if code != 1 || !strings.Contains(out, part) {
			t.Errorf("exit status %d, without %q:\n%s", code, part, out)
		}
	}
	t.Setenv("CGO_ENABLED", "0")
	if out, code := compiled(t, dir, "build", "-o", os.DevNull, "."); code != 0 || out != "" {
		t.Errorf("exit status %d\n%s", code, out)
	}
}

// TestNamedGo puts strata on PATH under the name of go, before the real one and behind a wrapper.
func TestNamedGo(t *testing.T) {
	bin := t.TempDir()
	if err := os.Symlink(os.Args[0], filepath.Join(bin, "go")); err != nil {
		t.Fatal(err)
	}
	run := func(path string) (string, int) {
		cmd := exec.Command(os.Args[0], "env", "GOROOT")
		cmd.Env = append(os.Environ(), asCommand+"=1", "PATH="+path, "GOROOT=", "GOTOOLCHAIN=")
		out, err := cmd.CombinedOutput()
		return string(out), exitCode(err)
	}
	if out, code := run(bin + ":" + os.Getenv("PATH")); code != 0 || !strings.HasPrefix(out, "/") {
		t.Errorf("exit status %d\n%s", code, out)
	}
	wrapper := t.TempDir()
	script := "#!/bin/sh\n" + asCommand + "=1 exec " + os.Args[0] + " \"$@\"\n"
	if err := os.WriteFile(filepath.Join(wrapper, "go"), []byte(script), 0o777); err != nil {
		t.Fatal(err)
	}
	if out, code := run(wrapper); code != 1 || !strings.Contains(out, "the go command on PATH is strata") {
		t.Errorf("exit status %d\n%s", code, out)
	}
}

// TestRecordedName: GOSSAFUNC without a package means the command's.
func TestRecordedName(t *testing.T) {
	for spec, want := range map[string]string{
		"main": "main.main", "main:opt": "main.main:opt", "(*T).m": "main.(*T).m", "(*p.T).m": "(*p.T).m", "fmt.Println": "fmt.Println", "f+": "main.f+",
	} {
		if got := inMain(spec); got != want {
			t.Errorf("%s: %s, want %s", spec, got, want)
		}
	}
}
