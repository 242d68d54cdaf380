package main

import "fmt"

type P struct{ X, Y int }
type C struct {
	P
	Name string
}

func main() {
	c := C{X: 1, Name: "n", Y: 2}
	d := &C{Y: 5}
	fmt.Printf("%+v %+v %+v\n", c, *d, C{P: P{7, 8}})
}
