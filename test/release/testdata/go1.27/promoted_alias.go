package main

import "fmt"

type T struct{ A, B int }
type U = T
type V struct {
	U
	C int
}
type L[X any] = struct {
	T
	D X
}

func main() {
	fmt.Printf("%+v\n", V{A: 1, C: 3})
	fmt.Printf("%+v\n", L[string]{B: 2, D: "d"})
}
