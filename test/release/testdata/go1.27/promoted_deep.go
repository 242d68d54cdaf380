package main

import "fmt"

type A struct{ a, b int }
type B struct {
	A
	c string
}
type C struct {
	B
	d []int
}
type D struct {
	C
	e map[string]int
}

func main() {
	x := D{a: 1, c: "c", d: []int{2}, e: map[string]int{"e": 3}, b: 4}
	fmt.Printf("%+v\n", x)
	y := D{B: B{c: "only"}, d: nil}
	fmt.Printf("%+v\n", y)
	z := []*D{{b: 9}, {A: A{1, 2}, c: "z"}}
	fmt.Printf("%+v %+v\n", *z[0], *z[1])
}
