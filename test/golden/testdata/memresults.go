// Results that are returned in memory: copies, of which the contents reach the caller.
package main

import (
	"fmt"
	"runtime"
)

type node struct {
	next *node
	n    int
}

//go:noinline
func pointers(p *int) (a [2]*int) {
	a[1] = p
	return a
}

//go:noinline
func fresh() (a [2]*node) {
	a[0] = &node{nil, 7}
	a[1] = &node{a[0], 8}
	return
}

//go:noinline
func pass(a [3]*node) [3]*node {
	a[0], a[2] = a[2], a[0]
	return a
}

//go:noinline
func recovered() (n int, a [3]*node) {
	defer func() { recover(); n++ }()
	a[1] = &node{nil, 5}
	panic("x")
}

//go:noinline
func local() int {
	x := 41
	a := pointers(&x)
	*a[1]++
	runtime.GC()
	return x
}

func main() {
	fmt.Println(local())
	f := fresh()
	runtime.GC()
	fmt.Println(f[1].n, f[1].next.n, f[1].next == f[0])
	b := pass([3]*node{f[0], nil, f[1]})
	runtime.GC()
	fmt.Println(b[0].n, b[1] == nil, b[2].n)
	n, c := recovered()
	runtime.GC()
	fmt.Println(n, c[0] == nil, c[1].n)
}
