// Objects of many sizes that a collector marks by spans: chains through several classes, some cut.
package main

import "fmt"

type a8 struct{ p *int }
type a24 struct {
	p *a24
	x int
	q *int
}
type a48 struct {
	p    *a48
	x    [3]int
	q, r *a24
}
type a112 struct {
	p *a112
	x [10]int
	q *a48
	y [2]int
}
type a512 struct {
	x [62]int
	p *a512
	q *a112
}

func main() {
	var l8 []*a8
	var h24 *a24
	var h48 *a48
	var h112 *a112
	var h512 *a512
	for i := range 1500 {
		v := i
		l8 = append(l8, &a8{&v})
		h24 = &a24{p: h24, x: i, q: &v}
		h48 = &a48{p: h48, q: h24, r: &a24{x: i}}
		h112 = &a112{p: h112, q: h48}
		h512 = &a512{p: h512, q: h112}
		if i%7 == 0 {
			h24 = h24.p
		}
		if i%100 == 0 && i > 500 {
			h512 = h512.p.p
		}
	}
	s := 0
	for _, x := range l8 {
		s += *x.p
	}
	for h := h512; h != nil; h = h.p {
		for g := h.q; g != nil && g != h.q.p; g = g.p {
			s += g.q.r.x + g.q.q.x + *g.q.q.q
		}
	}
	for h := h24; h != nil; h = h.p {
		s += h.x
	}
	fmt.Println(s)
}
