package main

import (
	"fmt"
	"runtime"
)

// Pointers passed down recursive calls stay in the frame unless some call keeps them.

type node struct {
	up  *node
	val int
}

//go:noinline
func even(n int, up *node) int {
	if n == 0 {
		return sum(up)
	}
	here := node{up, n}
	return odd(n-1, &here)
}

//go:noinline
func odd(n int, up *node) int {
	here := node{up, n * 10}
	return even(n-1, &here)
}

func sum(n *node) int {
	if n == nil {
		return 0
	}
	return n.val + sum(n.up)
}

var kept []*node

//go:noinline
func keepEven(n int, up *node) {
	if n == 0 {
		kept = append(kept, up)
		return
	}
	here := node{up, n}
	keepOdd(n-1, &here)
}

//go:noinline
func keepOdd(n int, up *node) {
	here := node{up, n * 10}
	keepEven(n-1, &here)
}

//go:noinline
func last(n int, p *node) *node {
	here := node{p, n}
	if n == 0 {
		return p
	}
	q := last(n-1, &here)
	if q == &here {
		return p
	}
	return q
}

func allocs(f func()) uint64 {
	var a, b runtime.MemStats
	runtime.ReadMemStats(&a)
	for range 100 {
		f()
	}
	runtime.ReadMemStats(&b)
	return (b.Mallocs - a.Mallocs) / 100
}

func main() {
	fmt.Println(even(100, nil))
	fmt.Println(allocs(func() { even(20, nil) }))
	for i := range 10 {
		keepEven(2*i, nil)
	}
	runtime.GC()
	for _, k := range kept {
		fmt.Println(sum(k))
	}
	var top node
	fmt.Println(last(10, &top) == &top)
}
