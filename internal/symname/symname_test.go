package symname

import (
	"go/ast"
	"go/importer"
	"go/parser"
	"go/token"
	"go/types"
	"testing"
)

const src = `package p

type T struct{ x int }
func (T) V() {}
func (*T) P() {}
type G[A any] struct{ a A }
func (G[A]) M(A) {}
func (*G[A]) PM() {}
func F[A, B any](a A, b B) {}
type I interface { M(int) string; m() }
type Int = int
func f() { type L struct{}; var l L; _ = l; { type L int; type K[Z any] struct{} ; var k L; _ = k; var g G[L]; _ = g; _ = func() { type L string; var q L; _ = q } } }
var (
	v0 struct { x int "json:\"a\""; Y string; T }
	v1 func(int, ...string) (error, error)
	v2 G[struct{ q []T }]
	v3 chan (<-chan T)
	v4 interface{}
	v5 any
	v6 I
	v7 interface { M(int) string; m(byte) }
	v8 map[rune]*[3]Int
	v9 struct { Int }
	w0 struct { int }
	w1 func() func(x int) bool
	w2 chan<- func()
)
`

func check(t *testing.T) (*types.Package, *types.Info) {
	fset := token.NewFileSet()
	f, err := parser.ParseFile(fset, "p.go", src, 0)
	if err != nil {
		t.Fatal(err)
	}
	info := &types.Info{Defs: map[*ast.Ident]types.Object{}}
	conf := types.Config{Importer: importer.Default(), Error: func(error) {}}
	pkg, _ := conf.Check("example.com/x/q.p", fset, []*ast.File{f}, info)
	return pkg, info
}

func TestTypes(t *testing.T) {
	pkg, _ := check(t)
	n := New(nil)
	const q = "example.com/x/q%2ep."
	for name, want := range map[string][2]string{
		"v0": {`struct { x int "json:\"a\""; Y string; p.T }`, `struct { ` + q + `x int "json:\"a\""; Y string; ` + q + `T }`},
		"v1": {`func(int, ...string) (error, error)`, `func(int, ...string) (error, error)`},
		"v2": {`p.G[struct { ` + q + `q []` + q + `T }]`, q + `G[struct { ` + q + `q []` + q + `T }]`},
		"v3": {`chan (<-chan p.T)`, `chan (<-chan ` + q + `T)`},
		"v4": {`interface {}`, `interface {}`},
		"v5": {`interface {}`, `interface {}`},
		"v6": {`p.I`, q + `I`},
		"v7": {`interface { M(int) string; p.m(uint8) }`, `interface { M(int) string; ` + q + `m(uint8) }`},
		"v8": {`map[int32]*[3]int`, `map[int32]*[3]int`},
		"v9": {`struct { int }`, `struct { Int = int }`},
		"w0": {`struct { int }`, `struct { ` + q + `int = int }`},
		"w1": {`func() func(int) bool`, `func() func(int) bool`},
		"w2": {`chan<- func()`, `chan<- func()`},
	} {
		typ := pkg.Scope().Lookup(name).Type()
		if got := n.TypeString(typ); got != want[0] {
			t.Errorf("%s: reflect string %s, want %s", name, got, want[0])
		}
		if got := n.Type(typ); got != want[1] {
			t.Errorf("%s: canonical %s, want %s", name, got, want[1])
		}
	}
}

func TestLocals(t *testing.T) {
	_, info := check(t)
	n := New(nil)
	got := map[string]bool{}
	for _, obj := range info.Defs {
		if v, ok := obj.(*types.Var); ok && len(v.Name()) == 1 && v.Pkg() != nil {
			got[v.Name()+" "+n.Type(v.Type())+" "+n.TypeString(v.Type())] = true
		}
	}
	const q = "example.com/x/q%2ep."
	for _, want := range []string{
		"l " + q + "L·1 p.L", "k " + q + "L·2 p.L", "q " + q + "L·4 p.L",
		"g " + q + "G[" + q + "L·2] p.G[" + q + "L·2]",
	} {
		if !got[want] {
			t.Errorf("missing %q in %v", want, got)
		}
	}
}

func TestFuncs(t *testing.T) {
	pkg, _ := check(t)
	n := New(nil)
	T := pkg.Scope().Lookup("T").Type().(*types.Named)
	G := pkg.Scope().Lookup("G").Type().(*types.Named)
	F := pkg.Scope().Lookup("F").(*types.Func)
	const q = "example.com/x/q%2ep."
	ints := []types.Type{types.Typ[types.Int]}
	test := func(fn *types.Func, targs []types.Type, sym, display string) {
		if s, d := n.Func(fn, targs); s != sym || d != display {
			t.Errorf("got %s %s, want %s %s", s, d, sym, display)
		}
	}
	test(T.Method(0), nil, q+"T.V", q+"T.V")
	test(T.Method(1), nil, q+"(*T).P", q+"(*T).P")
	test(F, []types.Type{ints[0], T}, q+"F[int,"+q+"T]", q+"F[...]")
	test(G.Method(0), ints, q+"G[int].M", q+"G[...].M")
	test(G.Method(1), ints, q+"(*G[int]).PM", q+"(*G[...]).PM")
	inst, _ := types.Instantiate(nil, G, ints, false)
	test(inst.(*types.Named).Method(1), nil, q+"(*G[int]).PM", q+"(*G[...]).PM")
	if k := n.MethodKey(inst.(*types.Named).Method(0), nil); k != "M func(int)" {
		t.Errorf("method key %q", k)
	}
}
