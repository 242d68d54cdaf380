package main

import "fmt"

type P struct{ X, Y float64 }
type Q struct {
	P
	s string
}

func main() {
	a, b := Q{X: 1, s: "q"}, Q{P: P{X: 1}, s: "q"}
	fmt.Println(a == b, a == Q{Y: 1, X: 1, s: "q"}, any(a) == any(b))
}
