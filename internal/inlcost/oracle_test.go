package inlcost_test

import (
	"bufio"
	"bytes"
	"fmt"
	"go/ast"
	"go/types"
	"os/exec"
	"regexp"
	"strings"
	"testing"

	"strata/internal/inlcost"
	"strata/internal/load"
)

// agreement is the share of functions, in percent, whose verdict is gc's to the last unit.
const agreement = 98

var verdictLine = regexp.MustCompile(`^([^ ]*:\d+):\d+: (can inline|cannot inline) .*?(?: with cost (\d+) as|: function too complex: cost (\d+) exceeds|: (.*)$)`)

// TestOracle compares verdicts on packages of the standard library with those that gc prints.
func TestOracle(t *testing.T) {
	if testing.Short() {
		t.Skip("runs the go command")
	}
	pkgs := []string{"strings", "sort", "fmt", "bufio", "bytes", "net/url", "text/template", "encoding/json", "regexp", "reflect", "slices", "maps"}
	prog, err := load.Load(load.Config{}, pkgs...)
	if err != nil {
		t.Fatal(err)
	}
	m := modelOf(prog)
	same, near, all := 0, 0, 0
	for _, p := range prog.Roots {
		want := gcVerdicts(t, p.Path)
		for _, f := range p.Files {
			for _, d := range f.Decls {
				fd, ok := d.(*ast.FuncDecl)
				if !ok {
					continue
				}
				fn, ok := p.Info.Defs[fd.Name].(*types.Func)
				if !ok {
					continue
				}
				pos := prog.Fset.Position(fd.Pos())
				w, ok := want[fmt.Sprintf("%s:%d", pos.Filename, pos.Line)]
				if !ok {
					continue
				}
				v := m.Func(fn)
				got := fmt.Sprint(v.Cost)
				if !strings.HasPrefix(v.Reason, "function too complex") && v.Reason != "" {
					got = v.Reason
				}
				all++
				var a, b int
				fmt.Sscan(got, &a)
				fmt.Sscan(w, &b)
				switch {
				case got == w:
					same++
				case (a <= inlcost.Budget) == (b <= inlcost.Budget) && a > 0 && b > 0:
					near++
					t.Logf("%s:%d: %s: cost %s, gc's %s", pos.Filename, pos.Line, fn.Name(), got, w)
				default:
					t.Logf("%s:%d: %s: %s, gc says %s: DIFFERS", pos.Filename, pos.Line, fn.Name(), got, w)
				}
			}
		}
	}
	t.Logf("%d functions: %d as gc, %d with another cost and the same decision", all, same, near)
	if same*100 < all*agreement {
		t.Errorf("agrees with gc on %d of %d functions, wanted %d%%", same, all, agreement)
	}
}

func modelOf(prog *load.Program) *inlcost.Model {
	decls := map[*types.Func]*inlcost.Source{}
	for _, p := range prog.Packages {
		for _, f := range p.Files {
			for _, d := range f.Decls {
				fd, ok := d.(*ast.FuncDecl)
				if !ok {
					continue
				}
				fn, ok := p.Info.Defs[fd.Name].(*types.Func)
				if !ok {
					continue
				}
				s := &inlcost.Source{Decl: fd, Info: p.Info, PkgPath: p.Path}
				for _, d := range p.Pragmas[fd] {
					if d.Name == "go:noinline" {
						s.Forbid = "marked go:noinline"
					}
				}
				decls[fn] = s
			}
		}
	}
	return &inlcost.Model{
		Source: func(fn *types.Func) *inlcost.Source { return decls[fn] },
		Intrinsic: func(fn *types.Func) bool {
			return fn.Pkg() != nil && (fn.Pkg().Path() == "math/bits" || fn.Pkg().Path() == "sync/atomic")
		},
		Sizes: types.SizesFor("gc", "amd64"),
	}
}

// gcVerdicts reads what gc says of the functions of a package: a cost or a reason, by file and line.
func gcVerdicts(t *testing.T, pkg string) map[string]string {
	out, err := exec.Command("go", "build", "-gcflags=-m=2", pkg).CombinedOutput()
	if err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	want := map[string]string{}
	s := bufio.NewScanner(bytes.NewReader(out))
	s.Buffer(nil, 1<<24)
	for s.Scan() {
		if m := verdictLine.FindStringSubmatch(s.Text()); m != nil && !strings.Contains(s.Text(), " into ") {
			if _, dup := want[m[1]]; !dup {
				want[m[1]] = m[3] + m[4] + m[5]
			}
		}
	}
	return want
}
