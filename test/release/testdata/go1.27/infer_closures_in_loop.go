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
	var all []func(int, int) bool
	for i := range 3 {
		var f func(int, int) bool = less
		if i == 1 {
			f = func(a, b int) bool { return a+i > b }
		}
		all = append(all, f)
	}
	for _, f := range all {
		fmt.Print(f(1, 2), f(2, 2), " ")
	}
	fmt.Println()
}
