// Variables whose only value is a function literal, named in inner functions.
package main

import (
	"fmt"
	"runtime"
	"strings"
)

func apply[T any](n int, make func(int) T) []T {
	fill := func(i int) T { return make(i) }
	zero := func() (z T) { return }
	twice := func(i int) []T { return []T{fill(i), zero()} }
	var out []T
	for i := range n {
		out = append(out, twice(i)...)
	}
	return out
}

func where() string {
	pc, _, _, _ := runtime.Caller(1)
	name := runtime.FuncForPC(pc).Name()
	return name[strings.LastIndex(name, "/")+1:]
}

func chain() int {
	one := func() int { return 1 }
	two := func() int { return one() + one() }
	four := func() int {
		inner := func() int { return two() + two() }
		return inner()
	}
	return four()
}

func changed() (a, b int) {
	f := func() int { return 1 }
	g := func() int { return f() }
	a = g()
	f = func() int { return 2 }
	b = g()
	return
}

func counted() int {
	n := 0
	inc := func() { n++ }
	for range 3 {
		func() { inc() }()
	}
	return n
}

func seq(yield func(int) bool) {
	for i := range 3 {
		if !yield(i) {
			return
		}
	}
}

func ranged() (sum int) {
	square := func(i int) int { return i * i }
	for i := range seq {
		defer func() { sum += square(i) }()
		sum += square(i)
	}
	return
}

func main() {
	fmt.Println(apply(2, func(i int) string { return fmt.Sprint("#", i) }))
	fmt.Println(apply(2, func(i int) float64 { return float64(i) / 2 }))
	fmt.Println(chain())
	fmt.Println(changed())
	fmt.Println(counted())
	fmt.Println(ranged())
	a, b := fmt.Sprint(func() string { return where() }()), func() string { return where() }
	c := func() string { return b() }
	fmt.Println(a, b(), c())
	var isNil func()
	show := func() bool { return isNil == nil }
	fmt.Println(show())
}
