package main

import (
	"cmp"
	"fmt"
)

func id[T any](x T) T                 { return x }
func pair[A, B any](a A, b B) string  { return fmt.Sprintf("%T,%T", a, b) }
func zero[T any]() T                  { var z T; return z }
func less[T cmp.Ordered](a, b T) bool { return a < b }

type Fn func(int) int

func (f Fn) Call(i int) int { return f(i) }

type Cmp[T any] func(a, b T) bool

func (c Cmp[T]) Min(a, b T) T {
	if c(a, b) {
		return a
	}
	return b
}

func main() {
	fmt.Println(Fn(id).Call(3), Cmp[string](less).Min("b", "a"))
	var f Fn = id
	var c Cmp[int] = less
	fmt.Println(f.Call(4), c.Min(2, 1))
}
