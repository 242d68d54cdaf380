package history

import (
	"debug/elf"
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"path"
	"slices"
	"strings"
	"testing"

	"strata/rt"
)

// variants are the files of the runtime that a single design needs.
var variants = []struct{ file, choice string }{
	{"runtime/internal/sched/gm.go", "sched=gm"},
	{"runtime/internal/stack/segmented.go", "stack=segmented"},
	{"runtime/internal/gc/stw/stw.go", "gc=stw"},
	{"runtime/internal/gc/none/none.go", "gc=none"},
	{"runtime/internal/gc/parallel/parallel.go", "gc=parallel"},
	{"runtime/internal/gc/concurrent/concurrent.go", "gc=hybrid"},
}

// A design that was not chosen leaves no function in the executable.
func TestUnchosen(t *testing.T) {
	for _, v := range variants {
		standard := symbols(t, "")
		if v.choice == "gc=hybrid" {
			standard = symbols(t, "gc=parallel")
		}
		names := functions(t, v.file)
		is := func(symbol string) bool { return slices.Contains(names, symbol) }
		if chosen := symbols(t, v.choice); !slices.ContainsFunc(chosen, is) {
			t.Errorf("-%s: none of the functions of %s is in the executable", v.choice, v.file)
		}
		if i := slices.IndexFunc(standard, is); i >= 0 {
			t.Errorf("%s of %s is in an executable without -%s", standard[i], v.file, v.choice)
		}
	}
}

// Collectors that mark while the world is stopped, or never, have no barriers in the code, not even the variable that these ask.
func TestNoBarriers(t *testing.T) {
	barrier := func(symbol string) bool {
		return strings.HasPrefix(symbol, "runtime.gcWriteBarrier") || symbol == "runtime.writeBarrier"
	}
	if !slices.ContainsFunc(symbols(t, ""), barrier) {
		t.Error("no barriers with the default collector")
	}
	for _, choice := range []string{"gc=stw", "gc=parallel", "gc=none"} {
		if slices.ContainsFunc(symbols(t, choice), barrier) {
			t.Errorf("barriers with %s", choice)
		}
	}
}

// functions gives the linker's names of what a file of the runtime declares.
func functions(t *testing.T, file string) []string {
	t.Helper()
	src, err := fs.ReadFile(rt.FS, file)
	if err != nil {
		t.Fatal(err)
	}
	f, err := parser.ParseFile(token.NewFileSet(), file, src, parser.SkipObjectResolution)
	if err != nil {
		t.Fatal(err)
	}
	var out []string
	for _, d := range f.Decls {
		if fn, ok := d.(*ast.FuncDecl); ok && fn.Recv == nil {
			out = append(out, path.Dir(file)+"."+fn.Name.Name)
		}
	}
	return out
}

// symbols are those of the test program under some designs.
func symbols(t *testing.T, choice string) []string {
	t.Helper()
	f, err := elf.Open(program(t, choice))
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	list, err := f.Symbols()
	if err != nil {
		t.Fatal(err)
	}
	var out []string
	for _, s := range list {
		out = append(out, s.Name)
	}
	return out
}
