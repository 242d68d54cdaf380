package main

import "fmt"

type T struct{ n int }

func (t T) Plus[N ~int | ~int64](n N) N { return N(t.n) + n }

type Miles int64

func main() {
	t := T{3}
	fmt.Println(t.Plus(4), t.Plus(Miles(5)), t.Plus[int64](6))
	fmt.Printf("%T %T\n", t.Plus(1), t.Plus(Miles(1)))
}
