package timeline

import (
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"slices"
	"testing"
)

// The list that the tool shows and the one in the programs' source are the same, and the source is what old releases
// can read: no generics, no ranges over numbers.
func TestBuiltin(t *testing.T) {
	fset := token.NewFileSet()
	var inSource []string
	err := fs.WalkDir(sources, "programs", func(name string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		text, err := sources.ReadFile(name)
		if err != nil {
			return err
		}
		file, err := parser.ParseFile(fset, name, text, 0)
		if err != nil {
			return err
		}
		ast.Inspect(file, func(n ast.Node) bool {
			switch n := n.(type) {
			case *ast.FuncType:
				if n.TypeParams != nil {
					t.Errorf("%s: a generic function", fset.Position(n.Pos()))
				}
			case *ast.RangeStmt:
				if _, ok := n.X.(*ast.BasicLit); ok {
					t.Errorf("%s: range over a number", fset.Position(n.Pos()))
				}
			case *ast.ValueSpec:
				if n.Names[0].Name == "programs" {
					inSource = keys(n.Values[0].(*ast.CompositeLit))
				}
			}
			return true
		})
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	var listed []string
	for _, p := range Builtin {
		listed = append(listed, `"`+p.Name+`"`)
	}
	slices.Sort(listed)
	if !slices.Equal(listed, inSource) {
		t.Errorf("the tool lists %v, the source %v", listed, inSource)
	}
}

func keys(lit *ast.CompositeLit) []string {
	var out []string
	for _, e := range lit.Elts {
		out = append(out, e.(*ast.KeyValueExpr).Key.(*ast.BasicLit).Value)
	}
	return out
}
