package main

import (
	"cmp"
	"fmt"
)

func id[T any](x T) T                 { return x }
func pair[A, B any](a A, b B) string  { return fmt.Sprintf("%T,%T", a, b) }
func zero[T any]() T                  { var z T; return z }
func less[T cmp.Ordered](a, b T) bool { return a < b }

type Box[T any] struct{ f func(T) T }

func mk[T any]() Box[T] { return Box[T]{f: id} }

func cmps[T cmp.Ordered]() []func(T, T) bool {
	return []func(T, T) bool{less, func(a, b T) bool { return less(b, a) }}
}

func main() {
	fmt.Println(mk[int]().f(3), mk[string]().f("s"))
	for _, c := range cmps[float64]() {
		fmt.Print(c(1, 2), " ")
	}
	for _, c := range cmps[string]() {
		fmt.Print(c("b", "a"), " ")
	}
	fmt.Println()
}
