package main

import (
	"cmp"
	"fmt"
)

func id[T any](x T) T                 { return x }
func pair[A, B any](a A, b B) string  { return fmt.Sprintf("%T,%T", a, b) }
func zero[T any]() T                  { var z T; return z }
func less[T cmp.Ordered](a, b T) bool { return a < b }

func get(s bool) func(float64, float64) bool {
	if s {
		return less
	}
	return func(a, b float64) bool { return !less(a, b) }
}

func two() (func(int) int, func(string, int) string) { return id, pair }

func main() {
	fmt.Println(get(true)(1, 2), get(false)(1, 2))
	a, b := two()
	fmt.Println(a(4), b("", 0))
}
