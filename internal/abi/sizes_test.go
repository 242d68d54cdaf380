package abi

import (
	"fmt"
	"go/ast"
	"go/importer"
	"go/parser"
	"go/token"
	"go/types"
	"testing"
)

// TestSizes compares with the type checker's own rule, over all types of some packages.
func TestSizes(t *testing.T) {
	want := types.SizesFor("gc", "amd64")
	for _, s := range []*Sizes{nil, {}} {
		n := 0
		check := func(typ types.Type) {
			n++
			if s.Sizeof(typ) != want.Sizeof(typ) || s.Alignof(typ) != want.Alignof(typ) {
				t.Errorf("%v: %d, %d; want %d, %d", typ, s.Sizeof(typ), s.Alignof(typ), want.Sizeof(typ), want.Alignof(typ))
			}
			st, ok := typ.Underlying().(*types.Struct)
			if !ok {
				return
			}
			var fields []*types.Var
			for i := range st.NumFields() {
				fields = append(fields, st.Field(i))
			}
			got := [][]int64{s.Offsets(st), s.Offsetsof(fields)}
			for _, offs := range got {
				if fmt.Sprint(offs) != fmt.Sprint(want.Offsetsof(fields)) {
					t.Errorf("%v: offsets %v", typ, offs)
				}
			}
		}
		for _, k := range types.Typ {
			if k.Info()&types.IsUntyped == 0 && k.Kind() != types.Invalid {
				check(k)
			}
		}
		for _, src := range oddTypes {
			check(typeOf(t, src))
		}
		fset := token.NewFileSet()
		imp := importer.ForCompiler(fset, "source", nil)
		for _, path := range []string{"sync/atomic", "sync", "time", "io/fs"} {
			pkg, err := imp.Import(path)
			if err != nil {
				t.Fatal(err)
			}
			for _, name := range pkg.Scope().Names() {
				obj, ok := pkg.Scope().Lookup(name).(*types.TypeName)
				if !ok {
					continue
				}
				if g, ok := obj.Type().(*types.Named); ok && g.TypeParams().Len() > 0 {
					continue
				}
				check(obj.Type())
			}
		}
		if n < 60 {
			t.Errorf("only %d types", n)
		}
	}
}

var oddTypes = []string{
	"struct{}", "[0]int", "[3]struct{}", "struct{ a int8; b struct{} }", "struct{ a struct{}; b [0]int64 }", "struct{ a int8; b int64; c int8 }",
	"struct{ a complex64; b int8 }", "struct{ a [3]int16; b struct{ c string; d int8 }; e bool }", "[1 << 40][1 << 40]int", "struct{ a [1 << 60]int8; b [1<<62]int16 }",
	"struct{ a [1<<63 - 1]int8; b int8; c int64 }", "struct { a struct { b struct { c struct { d int8 } } }; e struct{} }",
}

func typeOf(t *testing.T, src string) types.Type {
	fset := token.NewFileSet()
	f, err := parser.ParseFile(fset, "x.go", "package x; type T "+src, 0)
	if err != nil {
		t.Fatal(err)
	}
	pkg, err := new(types.Config).Check("x", fset, []*ast.File{f}, nil)
	if err != nil {
		t.Fatal(err)
	}
	return pkg.Scope().Lookup("T").Type()
}

// TestSizesWork counts how often the layout of a struct is worked out.
func TestSizesWork(t *testing.T) {
	work := func(n int) (allocs float64) {
		return testing.AllocsPerRun(1, func() {
			s := &Sizes{}
			var typ types.Type = types.Typ[types.Int8]
			for range n {
				f := types.NewField(token.NoPos, nil, "a", typ, false)
				g := types.NewField(token.NoPos, nil, "b", typ, false)
				typ = types.NewStruct([]*types.Var{f, g}, nil)
			}
			if s.Sizeof(typ) < 0 {
				t.Error("negative size")
			}
		})
	}
	if a, b := work(10), work(40); b > 6*a {
		t.Errorf("%v allocations at depth 10, %v at depth 40", a, b)
	}
}
