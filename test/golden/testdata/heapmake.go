// Slices whose length only the run knows have room for few elements in the frame, and otherwise lie on the heap: then nothing that they hold
// may lie in a frame, as stacks move.
package main

import (
	"fmt"
	"runtime"
)

//go:noinline
func deep(n int) int {
	var b [200]int
	if n > 0 {
		b[n%200] = deep(n-1) + 1
	}
	return b[n%200]
}

// move has the stack grow, and be collected.
//
//go:noinline
func move() {
	deep(300)
	runtime.GC()
}

type node struct {
	next *node
	v    int
}

//go:noinline
func pointers(n int) int {
	x := make([]*int, n)
	var v int
	x[n-1] = &v
	move()
	*x[n-1] = 5
	return v
}

//go:noinline
func structs(n int) int {
	x := make([]node, n, n)
	var last node
	x[0].next = &last
	move()
	x[0].next.v = 6
	return last.v
}

//go:noinline
func closures(n int) int {
	x := make([]func(), n)
	v := 0
	x[n/2] = func() { v += 7 }
	move()
	x[n/2]()
	return v
}

//go:noinline
func interfaces(n int) int {
	x := make([]any, n)
	v := node{v: 1}
	x[n-1] = &v
	move()
	x[n-1].(*node).v = 8
	return v.v
}

//go:noinline
func slices(n int) int {
	x := make([][]int, n)
	var a [4]int
	x[0] = a[:]
	move()
	x[0][3] = 9
	return a[3]
}

//go:noinline
func nested(n int) int {
	x := make([]*[]*int, n)
	var v int
	y := make([]*int, n)
	y[0] = &v
	x[n-1] = &y
	move()
	*(*x[n-1])[0] = 10
	return v
}

//go:noinline
func copied(n int) int {
	var v int
	from := [3]*int{&v, &v, &v}
	x := make([]*int, n)
	copy(x, from[:])
	move()
	*x[0] = 11
	return v
}

func main() {
	for _, n := range []int{1, 3, 4, 5, 100} {
		done := make(chan bool)
		// Each on a stack of its own, which is small yet.
		for name, f := range map[string]func(int) int{"pointers": pointers, "structs": structs, "closures": closures, "interfaces": interfaces, "slices": slices, "nested": nested, "copied": copied} {
			go func() {
				if got := f(n); got != want[name] {
					fmt.Println(name, n, got)
				}
				done <- true
			}()
			<-done
		}
	}
	fmt.Println("done")
}

var want = map[string]int{"pointers": 5, "structs": 6, "closures": 7, "interfaces": 8, "slices": 9, "nested": 10, "copied": 11}
