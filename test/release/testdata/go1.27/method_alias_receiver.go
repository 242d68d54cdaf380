package main

import "fmt"

type A struct{ n int }
type B = A
type G[T any] struct{ v T }
type GI = G[int]
type PA = *A

func (b B) Twice[T ~int | ~string](x T) []T { return []T{x, x} }
func (b *B) Inc[T ~int](x T)                { b.n += int(x) }

func (g G[E]) Pair[F any](f F) (E, F) { return g.v, f }

func main() {
	a := A{1}
	a.Inc(4)
	var p PA = &a
	p.Inc(5)
	fmt.Println(B(a).Twice("s"), a.Twice(7), a)
	fmt.Println(GI{3}.Pair("f"))
	x, y := G[string]{"g"}.Pair[GI](GI{4})
	fmt.Printf("%v %#v\n", x, y)
}
