package main

import (
	"cmp"
	"fmt"
	"slices"
)

func id[T any](x T) T                 { return x }
func pair[A, B any](a A, b B) string  { return fmt.Sprintf("%T,%T", a, b) }
func zero[T any]() T                  { var z T; return z }
func less[T cmp.Ordered](a, b T) bool { return a < b }

func apply[T, U any](xs []T, f func(T) U) (r []U) {
	for _, x := range xs {
		r = append(r, f(x))
	}
	return
}

func call(f func(int, int) bool, g ...func(int) int) (bool, int) {
	n := 0
	for _, g := range g {
		n += g(5)
	}
	return f(1, 2), n
}

func main() {
	fmt.Println(apply([]int{1, 2}, id[int]), apply([]string{"a"}, id))
	fmt.Println(call(less))
	fmt.Println(call(less, id, id))
	slices.SortFunc([]int{2, 1}, cmp.Compare)
}
