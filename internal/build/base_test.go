package build

import (
	"bytes"
	"reflect"
	"testing"

	"strata/internal/design"
	"strata/internal/link"
	"strata/internal/load"
	"strata/internal/object"
	"strata/rt"
)

// TestBase compiles a program with and without a base that another program
// has filled: every symbol must be the same.
func TestBase(t *testing.T) {
	set := design.Default()
	s, err := load.NewSession(load.Config{Overlay: rt.FS,
		Generated: set.Sources()})
	if err != nil {
		t.Fatal(err)
	}
	std, err := s.Load("runtime", "fmt", "sort", "os", "strings")
	if err != nil {
		t.Fatal(err)
	}
	base, err := NewBase(std, set, BaseOptions{})
	if err != nil {
		t.Fatal(err)
	}
	symbols := func(file string, b *Base) map[string]*object.Symbol {
		prog, err := s.LoadFiles(file)
		if err != nil {
			t.Fatal(err)
		}
		if err := prog.Err(); err != nil {
			t.Fatal(err)
		}
		c, err := newCompiler(Options{Program: prog.For(prog.Mains()[0]), Base: b})
		if err != nil {
			t.Fatal(err)
		}
		if err := c.discover(); err != nil {
			t.Fatal(err)
		}
		if err := c.analyze(); err != nil {
			t.Fatal(err)
		}
		syms, err := c.generateFrom(link.NewReach(c.o.Machine.Entry))
		if err != nil {
			t.Fatal(err)
		}
		out := map[string]*object.Symbol{}
		for _, s := range syms {
			out[s.Name] = s
		}
		return out
	}
	symbols("testdata/one.go", base)
	got, want := symbols("testdata/two.go", base), symbols("testdata/two.go", nil)
	if len(got) != len(want) {
		t.Errorf("%d symbols with the base, %d without", len(got), len(want))
	}
	for name, w := range want {
		g := got[name]
		if g == nil {
			t.Errorf("%s is missing", name)
			continue
		}
		if !bytes.Equal(g.Data, w.Data) || !reflect.DeepEqual(g.Relocs, w.Relocs) || g.Size != w.Size {
			t.Errorf("%s differs", name)
		}
	}
}
