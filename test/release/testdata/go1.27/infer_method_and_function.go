package main

import (
	"cmp"
	"fmt"
)

func id[T any](x T) T                 { return x }
func pair[A, B any](a A, b B) string  { return fmt.Sprintf("%T,%T", a, b) }
func zero[T any]() T                  { var z T; return z }
func less[T cmp.Ordered](a, b T) bool { return a < b }

type T struct{ n int }

func (t T) Add[N ~int](x N) N { return N(t.n) + x }

func main() {
	var f func(int) int = T{4}.Add[int]
	var g func(T, int) int = T.Add[int]
	fs := []func(int) int{T{1}.Add[int], id, T{2}.Add[int]}
	for _, f := range fs {
		fmt.Print(f(10), " ")
	}
	fmt.Println(f(1), g(T{5}, 5))
}
