package main

import "fmt"

// Literals that are assigned to memory.

type inner struct {
	n [3]int
	s string
}

type large struct {
	a [40]byte
	i inner
	e any
	_ int
	t string
}

//go:noinline
func reset(p *large) { *p = large{i: inner{n: [3]int{2: 7}, s: "inner"}, e: 5, t: "t"} }

//go:noinline
func swap(p *large) { *p = large{i: inner{n: [3]int{p.i.n[2], p.i.n[1]}, s: p.t}, t: p.i.s} }

//go:noinline
func element(s []large, i int) { s[i] = large{a: [40]byte{1, 39: 2}, t: "element"} }

func try(f func()) {
	defer func() { fmt.Println(recover()) }()
	f()
}

func main() {
	x := large{a: [40]byte{9}, e: "old", t: "old"}
	reset(&x)
	fmt.Println(x)
	swap(&x)
	fmt.Println(x)
	s := []large{x, x}
	element(s, 1)
	fmt.Println(s[0].t, s[1].a, s[1].i, s[1].e, s[1].t)
	try(func() { element(s, 2) })
	try(func() { reset(nil) })
}
