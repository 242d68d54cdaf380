package main

import (
	"debug/buildinfo"
	"debug/elf"
	"os"
	"path/filepath"
	"runtime/debug"
	"slices"
	"testing"

	pprof "github.com/google/pprof/profile"
)

// A stackFrame is a function of a profile, where it starts and where it was seen.
type stackFrame struct {
	function    string
	start, line int64
}

// writeProfile makes a CPU profile in which the program was seen with one stack only, innermost frame first.
func writeProfile(t *testing.T, name string, stack ...stackFrame) {
	t.Helper()
	s := &pprof.Sample{Value: []int64{1000}}
	p := &pprof.Profile{
		SampleType: []*pprof.ValueType{{Type: "samples", Unit: "count"}}, PeriodType: &pprof.ValueType{}, Sample: []*pprof.Sample{s},
	}
	for i, at := range stack {
		f := &pprof.Function{ID: uint64(i + 1), Name: at.function, StartLine: at.start}
		l := &pprof.Location{ID: f.ID, Line: []pprof.Line{{Function: f, Line: at.line}}}
		p.Function, p.Location, s.Location = append(p.Function, f), append(p.Location, l), append(s.Location, l)
	}
	file, err := os.Create(name)
	if err != nil {
		t.Fatal(err)
	}
	defer file.Close()
	if err := p.Write(file); err != nil {
		t.Fatal(err)
	}
}

// coldParts lists the functions of package main that are laid out in two parts.
func coldParts(t *testing.T, exe string) (names []string) {
	t.Helper()
	f, err := elf.Open(exe)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	list, err := f.Symbols()
	if err != nil {
		t.Fatal(err)
	}
	for _, s := range list {
		if s.Name == "main.one.cold" || s.Name == "main.two.cold" {
			names = append(names, s.Name)
		}
	}
	return names
}

// TestDefaultProfile: a profile beside the command is found, recorded in the executable and decides what code looks like,
// whatever the cache has from builds with another one.
func TestDefaultProfile(t *testing.T) {
	cache := t.TempDir()
	build := func(dir, function string, args ...string) string {
		cmd := compilerRun(t, cache, append(append([]string{os.Args[0], "build"}, args...), "-o", "out")...)
		cmd.Dir, cmd.Env = dir, append(cmd.Env, "PWD="+dir)
		source := "package main\n\n//go:noinline\nfunc one(list []int) int { return list[3] }\n\n" +
			"//go:noinline\nfunc two(list []int) int { return list[4] }\n\nfunc main() { list := make([]int, 5); println(one(list) + two(list)) }\n"
		if err := os.WriteFile(filepath.Join(dir, "main.go"), []byte(source), 0o666); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(filepath.Join(dir, "go.mod"), []byte("module example.com/m\n\ngo 1.26\n"), 0o666); err != nil {
			t.Fatal(err)
		}
		writeProfile(t, filepath.Join(dir, defaultProfile), stackFrame{function, 1, 2})
		if text, err := cmd.CombinedOutput(); err != nil {
			t.Fatalf("%v\n%s", err, text)
		}
		return filepath.Join(dir, "out")
	}
	dir := t.TempDir()
	for _, c := range []struct {
		function string
		args     []string
		want     []string
	}{
		{"main.one", nil, []string{"main.one.cold"}},
		{"main.two", nil, []string{"main.two.cold"}},
		{"main.one", []string{"-pgo=off"}, nil},
	} {
		exe := build(dir, c.function, c.args...)
		if got := coldParts(t, exe); !slices.Equal(got, c.want) {
			t.Errorf("samples in %s, %q: cold parts %q, want %q", c.function, c.args, got, c.want)
		}
		info, err := buildinfo.ReadFile(exe)
		if err != nil {
			t.Fatal(err)
		}
		setting := debug.BuildSetting{Key: "-pgo", Value: filepath.Join(dir, defaultProfile)}
		if slices.Contains(info.Settings, setting) != (c.args == nil) {
			t.Errorf("samples in %s, %q: %s", c.function, c.args, info)
		}
	}
}
