package main

import "fmt"

type P struct{ X, Y int }
type Q struct {
	P
	Z int
}

var n int

func next(s string) int { n++; fmt.Println(s, n); return n }

func main() {
	q := Q{Z: next("z"), Y: next("y"), X: next("x")}
	fmt.Println(q)
	a := [2]Q{1: {Y: next("y"), Z: next("z")}}
	fmt.Println(a)
}
