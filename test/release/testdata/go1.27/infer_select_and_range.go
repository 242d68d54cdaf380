package main

import (
	"cmp"
	"fmt"
	"iter"
)

func id[T any](x T) T                 { return x }
func pair[A, B any](a A, b B) string  { return fmt.Sprintf("%T,%T", a, b) }
func zero[T any]() T                  { var z T; return z }
func less[T cmp.Ordered](a, b T) bool { return a < b }

func seq[T any](yield func(T) bool) {
	var z T
	for range 2 {
		if !yield(z) {
			return
		}
	}
}

func main() {
	var s iter.Seq[string] = seq
	for x := range s {
		fmt.Printf("%q ", x)
	}
	c := make(chan func(int) int, 1)
	select {
	case c <- id:
		fmt.Println((<-c)(11))
	default:
	}
	type S struct{ it iter.Seq[int] }
	for x := range (S{it: seq}).it {
		fmt.Print(x, " ")
	}
	fmt.Println()
}
