// Assertions to interface types and switches over them: values of many types, from many goroutines at once.
package main

import (
	"fmt"
	"reflect"
	"sync"
)

type (
	A interface{ A() int }
	B interface{ B() int }
	C interface {
		A
		B
	}
	x1 struct{}
	x2 struct{}
	x3 int
)

func (x1) A() int { return 1 }
func (x2) B() int { return 2 }
func (x3) A() int { return 3 }
func (x3) B() int { return 33 }

//go:noinline
func sw(v any) string {
	switch y := v.(type) {
	case C:
		return fmt.Sprint("C", y.A(), y.B())
	case A:
		return fmt.Sprint("A", y.A())
	case nil:
		return "nil"
	case B, fmt.Stringer:
		return fmt.Sprintf("B %T", y)
	case error:
		return "error " + y.Error()
	case interface {
		Foo()
		Bar()
	}:
		return "foo"
	case interface{ Foo() }:
		return "foo"
	}
	return "none"
}

//go:noinline
func must(v any) (s string) {
	defer func() {
		if r := recover(); r != nil {
			s = fmt.Sprint(r)
		}
	}()
	return fmt.Sprint(v.(A).A())
}

//go:noinline
func ok(v any) bool { _, ok := v.(B); return ok }

//go:noinline
func conv(c C) A { return c }

func main() {
	for range 3 {
		for _, v := range []any{x1{}, x2{}, x3(4), nil, 3, "x", fmt.Errorf("e"), &x1{}, struct{ x1 }{}} {
			fmt.Println(sw(v), must(v), ok(v))
		}
	}
	_, isA := any(3.5).(A)
	fmt.Println(isA, must(3.5), must(3.5)) // known not to fit, and must
	fmt.Println(conv(x3(1)).A())
	var c C
	fmt.Println(conv(c) == nil)
	fmt.Println(sw(x3(1)))
	many()
}

// many makes types while the program runs, more than a switch remembers, half of them with the method.
func many() {
	var values []any
	field := reflect.StructField{Name: "X2", Type: reflect.TypeFor[x2](), Anonymous: true}
	for i := range 300 {
		values = append(values, reflect.New(reflect.ArrayOf(i, reflect.TypeFor[int]())).Interface())
		other := reflect.StructField{Name: fmt.Sprint("F", i), Type: reflect.TypeFor[int]()}
		values = append(values, reflect.Zero(reflect.StructOf([]reflect.StructField{field, other})).Interface())
	}
	values = append(values, x1{}, x2{}, x3(1), nil, 2)
	var all sync.WaitGroup
	counts := make([]int, 8)
	for k := range counts {
		all.Go(func() {
			for i := range 20_000 {
				v := values[(i*7+k*131)%len(values)]
				switch v := v.(type) {
				case fmt.Stringer, error:
					counts[k] += 1000
				case A:
					counts[k] += v.A()
				case B:
					counts[k] += v.B() * 10
				}
				if b, ok := v.(B); ok {
					counts[k] += b.B()
				}
			}
		})
	}
	all.Wait()
	fmt.Println(counts)
}
