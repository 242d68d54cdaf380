package gen

import (
	"bytes"
	"go/ast"
	"go/importer"
	"go/parser"
	"go/token"
	"go/types"
	"testing"
)

// TestWellTyped checks that what is generated compiles, and that a seed gives the same program again.
func TestWellTyped(t *testing.T) {
	imp := importer.ForCompiler(token.NewFileSet(), "source", nil)
	n := 200
	if testing.Short() {
		n = 40
	}
	for seed := uint64(0); seed < uint64(n); seed += 20 {
		src := Program(seed, 20)
		if !bytes.Equal(src, Program(seed, 20)) {
			t.Fatal("not a function of the seed", seed)
		}
		fset := token.NewFileSet()
		f, err := parser.ParseFile(fset, "x.go", src, parser.SkipObjectResolution)
		if err != nil {
			t.Fatal(err)
		}
		bad := 0
		conf := types.Config{Importer: imp, Error: func(err error) {
			if bad++; bad < 10 {
				line := fset.Position(err.(types.Error).Pos).Line
				t.Errorf("%v: %s", err, bytes.Split(src, []byte("\n"))[line-1])
			}
		}}
		conf.Check("main", fset, []*ast.File{f}, nil)
	}
}
