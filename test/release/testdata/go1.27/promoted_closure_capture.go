package main

import "fmt"

type C struct{ f func() int }
type D struct {
	C
	g func(int) int
}

func main() {
	n := 1
	d := D{f: func() int { n++; return n }, g: func(i int) int { return i * n }}
	fmt.Println(d.f(), d.g(10), d.C.f(), n)
	for i := range 2 {
		defer func() { fmt.Println(D{f: func() int { return i }}.f()) }()
	}
}
