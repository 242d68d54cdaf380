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
	c := make(chan func(int) int, 2)
	c <- id
	c <- func(i int) int { return i * i }
	close(c)
	for f := range c {
		fmt.Println(f(6))
	}
}
