package goroot

import (
	"go/ast"
	"go/build"
	"go/parser"
	"go/token"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"testing"
)

// The row of the release that this test is built with says what its GOROOT says.
func TestCurrent(t *testing.T) {
	if !Current.Has(runtime.Version()) {
		t.Fatalf("built with %s, but serves %s", runtime.Version(), Current.Minor())
	}
	f, err := parser.ParseFile(token.NewFileSet(), filepath.Join(build.Default.GOROOT, "src/internal/goexperiment/flags.go"), nil, 0)
	if err != nil {
		t.Fatal(err)
	}
	var flags []string
	ast.Inspect(f, func(n ast.Node) bool {
		if s, ok := n.(*ast.StructType); ok {
			for _, field := range s.Fields.List {
				flags = append(flags, strings.ToLower(field.Names[0].Name))
			}
		}
		return true
	})
	for _, name := range flags {
		if _, ok := Current.Known[name]; !ok {
			t.Errorf("%s has the experiment %s, which its row lacks", Current.Minor(), name)
		}
	}
	for name := range Current.Known {
		if !slices.Contains(flags, name) {
			t.Errorf("%s does not have the experiment %s", Current.Minor(), name)
		}
	}
	for _, name := range Current.Experiments {
		if !slices.Contains(build.Default.ToolTags, "goexperiment."+name) {
			t.Errorf("the experiment %s is not on by default", name)
		}
	}
	for _, tag := range build.Default.ToolTags {
		if name, ok := strings.CutPrefix(tag, "goexperiment."); ok && !slices.Contains(Current.Experiments, name) {
			t.Errorf("the experiment %s is on by default", name)
		}
	}
}

func TestFind(t *testing.T) {
	for version, number := range map[string]int{"go1.26": 26, "go1.26.8": 26, "go1.27rc1": 27, "go1.2": 0, "go1.260": 0, "devel": 0} {
		r := Find(version)
		if (r == nil) != (number == 0) || r != nil && r.Number != number {
			t.Errorf("%s is of %v", version, r)
		}
	}
}

// The analyses of go test are those that its source lists.
func TestVetList(t *testing.T) {
	f, err := parser.ParseFile(token.NewFileSet(), filepath.Join(build.Default.GOROOT, "src/cmd/go/internal/test/test.go"), nil, 0)
	if err != nil {
		t.Skip(err) // a GOROOT without the commands' sources
	}
	var list []string
	ast.Inspect(f, func(n ast.Node) bool {
		spec, ok := n.(*ast.ValueSpec)
		if !ok || spec.Names[0].Name != "defaultVetFlags" {
			return true
		}
		ast.Inspect(spec, func(n ast.Node) bool {
			if lit, ok := n.(*ast.BasicLit); ok {
				list = append(list, strings.Trim(lit.Value, "\"-"))
			}
			return true
		})
		return false
	})
	if !slices.Equal(list, Current.TestVet) {
		t.Errorf("go test runs %q", list)
	}
}
