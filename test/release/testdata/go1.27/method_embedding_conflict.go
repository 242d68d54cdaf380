package main

import "fmt"

type A struct{}
type B struct{}

func (A) F[T any](T) string { return "A" }
func (B) G[T any](T) string { return "B" }

type C struct {
	A
	B
}

func (C) F[T, U any](T, U) string { return "C" }

func main() {
	var c C
	fmt.Println(c.F(1, 2), c.A.F(1), c.G(3), C.F[int, string](c, 1, ""), C.G[byte](c, 0))
}
