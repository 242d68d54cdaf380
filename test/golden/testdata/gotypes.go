// The Go front end of the standard library, at work on a small package.
package main

import (
	"bytes"
	"fmt"
	"go/ast"
	"go/constant"
	"go/format"
	"go/importer"
	"go/parser"
	"go/token"
	"go/types"
	"sort"
)

const src = `package p

import "unsafe"

type Number interface{ ~int | ~float64 }

func Sum[T Number](xs ...T) (s T) { for _, x := range xs { s += x }; return }

type List[T any] struct { head T; tail *List[T] }

func (l *List[T]) Len() int { if l == nil { return 0 }; return 1 + l.tail.Len() }

const Big = 1 << 100 >> 98
const Size = unsafe.Sizeof(struct{ a byte; b int64 }{})

var X = Sum(1, 2, 3)
var Y, Z = func() (a int, b string) { return len("abc"), "z" }()

type Shape interface { Area() float64; Perimeter() float64 }
type Sq struct{ side float64 }
func (s Sq) Area() float64 { return s.side * s.side }
func (s *Sq) Perimeter() float64 { return 4 * s.side }
`

func main() {
	fset := token.NewFileSet()
	f, err := parser.ParseFile(fset, "p.go", src, parser.ParseComments)
	if err != nil {
		fmt.Println(err)
		return
	}
	info := &types.Info{Types: map[ast.Expr]types.TypeAndValue{}, Defs: map[*ast.Ident]types.Object{}, Instances: map[*ast.Ident]types.Instance{}}
	conf := types.Config{Importer: importer.Default(), Sizes: types.SizesFor("gc", "amd64")}
	pkg, err := conf.Check("p", fset, []*ast.File{f}, info)
	if err != nil {
		fmt.Println(err)
		return
	}
	for _, name := range pkg.Scope().Names() {
		obj := pkg.Scope().Lookup(name)
		fmt.Println(types.ObjectString(obj, types.RelativeTo(pkg)))
		if c, ok := obj.(*types.Const); ok {
			fmt.Println("  value", c.Val(), c.Val().Kind() == constant.Int)
		}
	}
	var inst []string
	for id, i := range info.Instances {
		inst = append(inst, fmt.Sprintf("%d:%s -> %s", fset.Position(id.Pos()).Line, id.Name, i.Type))
	}
	sort.Strings(inst)
	for _, s := range inst {
		fmt.Println(s)
	}
	shape := pkg.Scope().Lookup("Shape").Type().Underlying().(*types.Interface)
	sq := pkg.Scope().Lookup("Sq").Type()
	fmt.Println(types.Implements(sq, shape), types.Implements(types.NewPointer(sq), shape))
	m, wrong := types.MissingMethod(sq, shape, true)
	fmt.Println(m.Name(), wrong)
	for _, bad := range []string{"var a int = \"s\"", "func f() int { }", "var x = y", "type T struct { T }", "func g() { for { break L } }"} {
		f, err := parser.ParseFile(fset, "bad.go", "package q; "+bad, 0)
		if err == nil {
			_, err = (&types.Config{Importer: importer.Default()}).Check("q", fset, []*ast.File{f}, nil)
		}
		fmt.Println(err)
	}
	var out bytes.Buffer
	format.Node(&out, fset, f.Decls[2])
	fmt.Println(out.String())
	b, err := format.Source([]byte("package x\nfunc  f( a,b int )  {\nif a<b {return}\n}"))
	fmt.Println(string(b), err)
	v, err := types.Eval(fset, pkg, token.NoPos, "1<<10 + len(\"xyz\")*2")
	fmt.Println(v.Value, v.Type, err)
}
