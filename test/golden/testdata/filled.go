package main

import "fmt"

type node struct {
	v    *int
	next *node
}

var global = &node{}

//go:noinline
func fill(p *node) { p.next = global }

//go:noinline
func local() {
	var t node
	fill(&t)
	x := 42
	t.next.v = &x
}

//go:noinline
func iterated(m map[string]*node) {
	for _, n := range m {
		x := 43
		n.v = &x
	}
}

//go:noinline
func received(c chan *node) {
	n := <-c
	x := 44
	n.v = &x
}

//go:noinline
func clobber(n int) int {
	var a [64]int
	for i := range a {
		a[i] = n + i
	}
	return a[n]
}

func main() {
	local()
	clobber(7)
	fmt.Println(*global.v)
	iterated(map[string]*node{"a": global})
	clobber(8)
	fmt.Println(*global.v)
	c := make(chan *node, 1)
	c <- global
	received(c)
	clobber(9)
	fmt.Println(*global.v)
}
