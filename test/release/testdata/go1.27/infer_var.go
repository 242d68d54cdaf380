package main

import (
	"cmp"
	"fmt"
)

func id[T any](x T) T                 { return x }
func pair[A, B any](a A, b B) string  { return fmt.Sprintf("%T,%T", a, b) }
func zero[T any]() T                  { var z T; return z }
func less[T cmp.Ordered](a, b T) bool { return a < b }

var g func(int) int = id

func main() {
	var f func(string) string = id
	var h func(int, bool) string
	h = pair
	fmt.Println(f("x"), g(3), h(1, true))
}
