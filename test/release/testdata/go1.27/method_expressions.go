package main

import "fmt"

type C struct{ n int }

func (c C) Get[T ~int](d T) T          { return T(c.n) + d }
func (c *C) Put[T ~int](d T) (old int) { old, c.n = c.n, int(d); return }

type Deg int

func main() {
	g := C.Get[int]
	h := C.Get[Deg]
	p := (*C).Put[Deg]
	q := (*C).Get[int]
	c := C{5}
	fmt.Println(g(c, 1), h(c, 2), p(&c, 9), q(&c, 1), c)
	fmt.Printf("%T %T %T %T\n", g, h, p, q)
}
