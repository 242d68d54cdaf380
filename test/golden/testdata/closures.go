// Closures, method values and expressions, embedding, interfaces.
package main

import (
	"errors"
	"fmt"
	"io"
	"sort"
	"strings"
)

type shape interface {
	area() float64
	name() string
}

type base struct{ label string }

func (b base) name() string     { return b.label }
func (b *base) rename(s string) { b.label = s }
func (b base) describe() string { return "base " + b.label }

type square struct {
	base
	side float64
}

func (s square) area() float64 { return s.side * s.side }

type circle struct {
	*base
	r float64
}

func (c circle) area() float64    { return 3 * c.r * c.r }
func (c circle) describe() string { return "circle over " + c.base.describe() }

type wrapper struct {
	shape
	io.Writer
	extra int
}

type deep struct{ wrapper }

type fn func(int) int

func (f fn) twice(x int) int { return f(f(x)) }

type empty struct{}

func (empty) hello() string { return "hello" }

type big struct{ a, b, c, d, e int }

func (b big) sum(x int) int { return b.a + b.b + b.c + b.d + b.e + x }

type sorter struct{ sort.Interface }

func (s sorter) Less(i, j int) bool { return s.Interface.Less(j, i) }

type myErr struct{}

func (*myErr) Error() string { return "my" }

func mayFail(fail bool) error {
	var e *myErr
	if fail {
		e = &myErr{}
	}
	return e
}

func fib() func() int {
	a, b := 0, 1
	return func() int {
		defer func() { a, b = b, a+b }()
		return a
	}
}

func compose(fs ...func(int) int) func(int) int {
	return func(x int) int {
		for _, f := range fs {
			x = f(x)
		}
		return x
	}
}

func main() {
	f := fib()
	for range 10 {
		fmt.Print(f(), " ")
	}
	fmt.Println(compose(func(x int) int { return x + 1 }, fn(func(x int) int { return x * 3 }).twice)(1))
	s := square{base{"sq"}, 2}
	c := circle{&base{"ci"}, 1}
	shapes := []shape{s, &s, c, &c, wrapper{shape: s}, deep{wrapper{shape: c}}}
	s.rename("renamed")
	c.rename("round")
	for _, x := range shapes {
		fmt.Printf("%T %v %v; ", x, x.name(), x.area())
	}
	fmt.Println(s.describe(), c.describe())
	var sb strings.Builder
	d := deep{wrapper{s, &sb, 1}}
	fmt.Fprintf(d, "written %d", d.extra)
	fmt.Println(sb.String())

	mv := s.area
	s.side = 100
	me := square.area
	pe := (*base).rename
	ie := shape.name
	pe(&s.base, "expr")
	fmt.Println(mv(), me(s), ie(s), empty.hello(empty{}), big{1, 2, 3, 4, 5}.sum(6))
	bv := big{1, 1, 1, 1, 1}.sum
	var iv shape = c
	nv := iv.name
	c.base.label = "changed"
	fmt.Println(bv(10), nv(), empty{}.hello())
	xs := sort.StringSlice{"b", "c", "a"}
	sort.Sort(sorter{xs})
	fmt.Println(xs)
	fmt.Println(mayFail(false) == nil, mayFail(true), errors.Is(mayFail(true), io.EOF))

	var fs [3]func() string
	for i, w := range []string{"x", "y", "z"} {
		fs[i] = func() string { w += w; return fmt.Sprint(i, w) }
	}
	fmt.Println(fs[0](), fs[0](), fs[1](), fs[2]())
	var rec func(int) int
	rec = func(n int) int {
		if n < 2 {
			return 1
		}
		return n * rec(n-1)
	}
	fmt.Println(rec(10))
	acc := map[string]func(...int) int{
		"sum": func(xs ...int) (t int) {
			for _, x := range xs {
				t += x
			}
			return
		},
		"len": func(xs ...int) int { return len(xs) },
	}
	fmt.Println(acc["sum"](1, 2, 3), acc["len"](), acc["len"]([]int{1, 2}...), acc["none"] == nil)
	if _, ok := iv.(interface{ rename(string) }); ok {
		fmt.Println("has rename")
	}
	_, ok := any(s).(interface{ rename(string) })
	fmt.Println(ok)
	var e1, e2 any = big{1, 2, 3, 4, 5}, big{1, 2, 3, 4, 5}
	fmt.Println(e1 == e2, any(1) == any(1.0), any("a") == any("a"), any(nil) == nil, iv == shape(c))
	func() {
		defer func() { fmt.Println(recover()) }()
		var n shape
		n.area()
	}()
	func() {
		defer func() { fmt.Println(recover()) }()
		var n *square
		f := n.area
		f()
	}()
	func() {
		defer func() { fmt.Println(recover()) }()
		var n wrapper
		n.name()
	}()
	func() {
		defer func() { fmt.Println(recover()) }()
		var p *square
		fmt.Println(areaOf(p))
	}()
}

//go:noinline
func areaOf(s shape) float64 { return s.area() }
