package main

import (
	"cmp"
	"fmt"
)

func id[T any](x T) T                 { return x }
func pair[A, B any](a A, b B) string  { return fmt.Sprintf("%T,%T", a, b) }
func zero[T any]() T                  { var z T; return z }
func less[T cmp.Ordered](a, b T) bool { return a < b }

type Ops struct {
	Id   func(int) int
	Pair func(int, string) string
	Less func(a, b string) bool
}
type More struct {
	Ops
	Z func() [2]int
}

var static = Ops{id, pair, less}

func main() {
	o := Ops{Id: id, Less: less, Pair: pair}
	m := More{Id: id, Z: zero}
	fmt.Println(o.Id(1), o.Pair(1, "x"), o.Less("a", "b"), m.Id(2), m.Z(), static.Less("b", "a"), static.Pair(0, ""))
}
