// Objects that only dead variables of a running function point to are collected; those of live ones are not.
package main

import (
	"fmt"
	"runtime"
	"sync/atomic"
	"time"
)

type big struct {
	n   int
	pad [100]int
}

var collected atomic.Int32

func make1(n int) *big {
	b := &big{n: n}
	runtime.SetFinalizer(b, func(*big) { collected.Add(1) })
	return b
}

func collect() int32 {
	for range 4 {
		runtime.GC()
	}
	// Finalizers are called in the order in which cycles found their objects dead: once that of a later one has been called, all have.
	for {
		last := make(chan bool)
		watch(last)
		runtime.GC()
		select {
		case <-last:
			return collected.Load()
		case <-time.After(10 * time.Millisecond):
		}
	}
}

//go:noinline
func watch(done chan bool) {
	runtime.SetFinalizer(&big{}, func(*big) { close(done) })
}

//go:noinline
func sum(list [4]*big) (n int) {
	for _, b := range list {
		if b != nil {
			n += b.n
		}
	}
	return n
}

//go:noinline
func array(k int) int {
	var list [4]*big
	list[k&3] = make1(1)
	list[(k+1)&3] = make1(2)
	before := collect()
	n := sum(list)
	after := collect()
	fmt.Println("array", before, after)
	return n
}

//go:noinline
func looped(k int) (n int) {
	for i := range 3 {
		var list [4]*big
		if i == k {
			list[i&3] = make1(10)
		}
		collect()
		n += sum(list)
	}
	return n
}

//go:noinline
func branches(k int) (n int) {
	if k > 0 {
		var list [4]*big
		list[k&3] = make1(k)
		n = sum(list)
	} else {
		n = int(collect())
	}
	return n + int(collect())*100
}

type node struct {
	left, right *node
	value       *big
}

//go:noinline
func build(k int) int {
	a := node{value: make1(k)}
	b := node{left: &a}
	c := &b
	if k > 5 {
		c = &a
	}
	collect()
	n := 0
	if c.value != nil {
		n = c.value.n
	}
	if c.left != nil {
		n += c.left.value.n * 10
	}
	return n
}

func main() {
	fmt.Println(array(3))
	fmt.Println(looped(1), collected.Load())
	fmt.Println(branches(2), branches(0), collected.Load())
	fmt.Println(build(7))
	fmt.Println(build(3))
}
