package history

import (
	"bytes"
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"strata/internal/design"
	"strata/rt"
	"strata/test/internal/harness"
)

// A design that was not chosen costs nothing: with a panic in the place of all that the runtime would do under others, the
// executable is the same to the byte.
func TestUnchosenBranches(t *testing.T) {
	set := design.Default()
	files, branches := spoiled(t, set)
	if len(branches) < 20 {
		t.Fatalf("only %d branches for other designs found: %v", len(branches), branches)
	}
	t.Logf("%d branches in %d files", len(branches), len(files))
	tool, err := harness.NewToolchainReplacing(set, files)
	if err != nil {
		t.Fatal(err)
	}
	source, err := filepath.Abs("testdata/effects.go")
	if err != nil {
		t.Fatal(err)
	}
	exe := filepath.Join(dir, "spoiled")
	if err := tool.BuildFile(exe, source, harness.Flags{}); err != nil {
		t.Fatal(err)
	}
	if got, want := read(t, exe), read(t, program(t, "")); !bytes.Equal(got, want) {
		t.Errorf("the executables differ: %d and %d bytes", len(want), len(got))
	}
}

// The panics are where a program would meet them: chosen, the branches make another executable.
func TestSpoiledBranchesAreReached(t *testing.T) {
	other, err := design.ParseChoice("gc=stw,sched=gm,stack=segmented,preempt=none,limit=none")
	if err != nil {
		t.Fatal(err)
	}
	set, err := other.Designs()
	if err != nil {
		t.Fatal(err)
	}
	files, _ := spoiled(t, design.Default())
	tool, err := harness.NewToolchainReplacing(set, files)
	if err != nil {
		t.Fatal(err)
	}
	source, err := filepath.Abs("testdata/effects.go")
	if err != nil {
		t.Fatal(err)
	}
	exe := filepath.Join(dir, "reached")
	if err := tool.BuildFile(exe, source, harness.Flags{}); err != nil {
		t.Fatal(err)
	}
	r := harness.Command{Args: []string{exe, "queue"}, Limit: harness.CompileLimit, Combine: true}.Run()
	if r.Exit == 0 && r.Signal == "" {
		t.Errorf("a program that needs the spoiled branches runs:\n%s", r.Stdout)
	}
}

func read(t *testing.T, file string) []byte {
	t.Helper()
	data, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	return data
}

// spoiled gives the runtime's files that have branches which set never takes, with a panic at the beginning of each such
// branch, and where these are. Lines stay as they are.
func spoiled(t *testing.T, set design.Set) (files map[string][]byte, branches []string) {
	t.Helper()
	facts := constants(t, set)
	files = map[string][]byte{}
	err := fs.WalkDir(rt.FS, "runtime", func(name string, d fs.DirEntry, err error) error {
		if err != nil || !strings.HasSuffix(name, ".go") || strings.HasSuffix(name, "_test.go") {
			return err
		}
		src, err := fs.ReadFile(rt.FS, name)
		if err != nil {
			return err
		}
		fset := token.NewFileSet()
		f, err := parser.ParseFile(fset, name, src, parser.SkipObjectResolution)
		if err != nil {
			return err
		}
		var at []token.Pos // behind opening braces
		ast.Inspect(f, func(n ast.Node) bool {
			if s, ok := n.(*ast.IfStmt); ok {
				at = append(at, untaken(s, facts)...)
			}
			if s, ok := n.(*ast.ForStmt); ok && s.Cond != nil && decide(s.Cond, facts) == never {
				at = append(at, s.Body.Lbrace+1)
			}
			return true
		})
		slices.Sort(at)
		for _, pos := range slices.Backward(at) {
			branches = append(branches, fset.Position(pos).String())
			src = slices.Insert(src, fset.Position(pos).Offset, []byte(` panic("not chosen");`)...)
		}
		if len(at) > 0 {
			files[name] = src
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return files, branches
}

// untaken gives the places behind the opening braces of an if statement's branches that are never taken.
func untaken(s *ast.IfStmt, facts map[string]bool) []token.Pos {
	switch decide(s.Cond, facts) {
	case never:
		return []token.Pos{s.Body.Lbrace + 1}
	case always:
		if b, ok := s.Else.(*ast.BlockStmt); ok {
			return []token.Pos{b.Lbrace + 1}
		}
	}
	return nil
}

// verdict is what the facts say about a condition.
type verdict int

const (
	open verdict = iota
	never
	always
)

// decide evaluates a condition as far as it consists of facts.
func decide(e ast.Expr, facts map[string]bool) verdict {
	switch e := e.(type) {
	case *ast.ParenExpr:
		return decide(e.X, facts)
	case *ast.UnaryExpr:
		switch v := decide(e.X, facts); {
		case e.Op == token.NOT && v == never:
			return always
		case e.Op == token.NOT && v == always:
			return never
		}
	case *ast.BinaryExpr:
		x, y := decide(e.X, facts), decide(e.Y, facts)
		switch {
		case e.Op == token.LAND && (x == never || y == never), e.Op == token.LOR && x == never && y == never:
			return never
		case e.Op == token.LOR && (x == always || y == always), e.Op == token.LAND && x == always && y == always:
			return always
		}
	case *ast.Ident, *ast.SelectorExpr:
		if value, ok := facts[name(e)]; ok && value {
			return always
		} else if ok {
			return never
		}
	}
	return open
}

// name writes an identifier, qualified or not.
func name(e ast.Expr) string {
	switch e := e.(type) {
	case *ast.Ident:
		return e.Name
	case *ast.SelectorExpr:
		return name(e.X) + "." + e.Sel.Name
	}
	return ""
}

// constants are the facts of set under the names by which the runtime asks for them: those that the driver generates, and
// two that the scheduler derives from them.
func constants(t *testing.T, set design.Set) map[string]bool {
	t.Helper()
	const generated = "runtime/internal/design/design.go"
	f, err := parser.ParseFile(token.NewFileSet(), generated, set.Sources()[generated], parser.SkipObjectResolution)
	if err != nil {
		t.Fatal(err)
	}
	facts := map[string]bool{}
	ast.Inspect(f, func(n ast.Node) bool {
		spec, ok := n.(*ast.ValueSpec)
		if !ok || len(spec.Values) != 1 {
			return true
		}
		if id, ok := spec.Values[0].(*ast.Ident); ok {
			facts["design."+spec.Names[0].Name] = id.Name == fmt.Sprint(true)
		}
		return true
	})
	facts["localQueues"], facts["threadCaches"] = facts["design.HasP"], !facts["design.HasP"]
	return facts
}
