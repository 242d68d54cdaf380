// Objects whose pointers are moved about in the memory that they were read from stay in frames, and stay alive there.
package main

import "runtime"

type pair struct {
	p1, p2 *int
	next   *pair
	buf    []byte
}

type boxed struct{ pair *pair }

//go:noinline
func move(b *boxed) {
	b.pair.p1 = b.pair.p2
	b.pair.p2 = nil
}

//go:noinline
func reslice(b *boxed) { b.pair.buf = b.pair.buf[1:] }

// rotate moves pointers within a slice whose elements are behind a pointer.
//
//go:noinline
func rotate(b *[]*int) {
	list := *b
	first := list[0]
	for i := range len(list) - 1 {
		list[i] = list[i+1]
	}
	list[len(list)-1] = first
}

// other stores into another pair than the one that it reads: what it stores must be on the heap.
//
//go:noinline
func other(a, b *boxed) {
	p := b.pair.p2
	b.pair = a.pair
	b.pair.p1 = p
}

// swapped reads from one round's pair and stores into the next one's.
//
//go:noinline
func swapped(list []*boxed) {
	var last *int
	for _, b := range list {
		p := b.pair.p2
		b.pair.p1 = last
		last = p
	}
}

var kept = &boxed{&pair{}}

//go:noinline
func fill() {
	x, y := 10, 20
	b := &boxed{&pair{p2: &x, p1: &y}}
	other(kept, b)
}

//go:noinline
func fillList() {
	x, y := 30, 40
	a := &boxed{&pair{p1: &y, p2: &x}}
	swapped([]*boxed{a, kept})
}

//go:noinline
func deep(n int) int {
	var a [100]int
	a[n%100] = n
	if n == 0 {
		return 0
	}
	return deep(n-1) + a[n%100]
}

func local() {
	x, y := 1, 2
	b := &boxed{&pair{p1: &x, p2: &y, buf: []byte("abc")}}
	move(b)
	reslice(b)
	z, w := 3, 4
	list := []*int{&x, &z, &w}
	rotate(&list)
	runtime.GC()
	println(deep(50), *b.pair.p1, b.pair.p2 == nil, string(b.pair.buf), *list[0], *list[1], *list[2])
}

func main() {
	local()
	fill()
	println(deep(50), *kept.pair.p1)
	fillList()
	println(deep(50), *kept.pair.p1)
}
