package main

import "fmt"

type In struct {
	A int8
	B string
	C [3]uint16
}
type Mid struct {
	F float32
	In
}
type Out struct {
	K bool
	Mid
	T []string
}

var (
	g = Out{B: "static", C: [3]uint16{1, 2, 3}, F: 1.5, K: true, T: []string{"x"}, A: -1}
	h = []Out{{A: 1}, {In: In{A: 2}, F: 2}, {Mid: Mid{F: 3}}}
	m = map[string]*Out{"p": {B: "b", K: true}}
)

func main() {
	fmt.Printf("%+v\n%+v\n%+v\n", g, h, *m["p"])
}
