// Package scaling checks that the compiler's work grows in proportion to a program, whatever its shape.
package scaling

import (
	"flag"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"testing"

	"strata/bench/shapes"
	"strata/internal/build"
	"strata/internal/design"
	"strata/internal/load"
	"strata/rt"
)

var shape = flag.String("shape", "", "only shapes whose names contain this")

// growth bounds the work at four times the size: 4 for what grows in proportion, 16 for what grows with the square.
const growth = 5.7

// TestWork counts the bytes that a build allocates, at a size and at four times that.
func TestWork(t *testing.T) {
	if testing.Short() && *shape == "" {
		*shape = "s/i" // statements/if and literals/inlined
	}
	b := newBuilder(t)
	nothing := map[string]string{"main.go": "package main\n\nfunc main() { println(0) }\n"}
	b.work(t, nothing) // fills the base
	empty := b.work(t, nothing)
	for i := range shapes.All {
		s := &shapes.All[i]
		if !strings.Contains(s.Name, *shape) {
			continue
		}
		t.Run(s.Name, func(t *testing.T) {
			b.work(t, s.Files(1)) // what it takes of the standard library is in the base now
			small, large := b.work(t, s.Files(s.Small))-empty, b.work(t, s.Files(4*s.Small))-empty
			t.Logf("%.1f MB at %d, %.1f MB at %d: %.2f times", small/1e6, s.Small, large/1e6, 4*s.Small, large/small)
			if large > growth*small && large > 4e6 {
				t.Errorf("allocates %.1f MB at %d, %.1f times that at %d", small/1e6, s.Small, large/small, 4*s.Small)
			}
		})
	}
}

type builder struct {
	session *load.Session
	base    *build.Base
}

func newBuilder(t *testing.T) *builder {
	set := design.Default()
	s, err := load.NewSession(load.Config{Overlay: rt.FS, Generated: set.Sources()})
	if err != nil {
		t.Fatal(err)
	}
	std, err := s.Load("runtime", "fmt", "io", "strconv", "sync")
	if err == nil {
		err = std.Err()
	}
	if err != nil {
		t.Fatal(err)
	}
	base, err := build.NewBase(std, set, build.BaseOptions{})
	if err != nil {
		t.Fatal(err)
	}
	return &builder{s, base}
}

// work builds a program and gives the bytes that it took.
func (b *builder) work(t *testing.T, files map[string]string) float64 {
	dir := t.TempDir()
	var names []string
	for name, text := range files {
		name = filepath.Join(dir, name)
		if err := os.WriteFile(name, []byte(text), 0o666); err != nil {
			t.Fatal(err)
		}
		names = append(names, name)
	}
	var before, after runtime.MemStats
	runtime.ReadMemStats(&before)
	prog, err := b.session.LoadFiles(names...)
	if err == nil {
		err = prog.Err()
	}
	if err == nil {
		err = build.Build(build.Options{Program: prog.For(prog.Mains()[0]), Base: b.base, Out: filepath.Join(dir, "x"), GoVersion: b.session.GoVersion(), Jobs: 1})
	}
	if err != nil {
		t.Fatal(err)
	}
	runtime.ReadMemStats(&after)
	return float64(after.TotalAlloc - before.TotalAlloc)
}
