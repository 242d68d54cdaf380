package main

import (
	"cmp"
	"fmt"
)

func id[T any](x T) T                 { return x }
func pair[A, B any](a A, b B) string  { return fmt.Sprintf("%T,%T", a, b) }
func zero[T any]() T                  { var z T; return z }
func less[T cmp.Ordered](a, b T) bool { return a < b }

func main() {
	var f func(int) int
	var g func(string) string
	var h [2]func(int, int) bool
	f, g, h[1] = id, id, less
	fmt.Println(f(1), g("g"), h[0] == nil, h[1](1, 2))
	p := &h[0]
	*p = less
	fmt.Println(h[0](3, 2))
}
