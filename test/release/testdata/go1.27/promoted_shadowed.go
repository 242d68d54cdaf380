package main

import "fmt"

type A struct{ X, Y int }
type B struct {
	A
	X string
}
type C struct{ B }

func main() {
	fmt.Printf("%+v\n", B{X: "outer", Y: 2})
	fmt.Printf("%+v\n", C{X: "b", Y: 3})
	fmt.Printf("%+v\n", C{A: A{X: 1}, X: "b"})
}
