// Command session is what the debugger sessions look at.
package main

import (
	"errors"
	"fmt"
	"runtime"
	"strings"
	"time"
)

type point struct {
	X, Y int
	name string
}

type named map[string]point

type shape interface{ area() float64 }

type square struct{ side float64 }

func (s square) area() float64 { return s.side * s.side }

type tree[T any] struct {
	left, right *tree[T]
	value       T
}

func (t *tree[T]) insert(v T, less func(a, b T) bool) *tree[T] {
	if t == nil {
		return &tree[T]{value: v}
	}
	if less(v, t.value) {
		t.left = t.left.insert(v, less)
	} else {
		t.right = t.right.insert(v, less)
	}
	return t
}

func compute(n int, label string, list []int, p *point) (sum int, err error) {
	m := map[string]int{"one": 1, "two": 2}
	deep := named{"home": {1, 2, "here"}}
	arr := [3]string{"a", "b", "c"}
	var s shape = square{side: 2.5}
	var empty shape
	var boxed any = *p
	bits := uint8(200)
	wave := complex(1, -2)
	letter := 'x'
	for i, v := range list {
		product := v * v
		sum += product + i // LOOP
	}
	counter := 0
	add := func(k int) {
		twice := 2 * k
		counter += twice // CLOSURE
	}
	add(n)
	for i := range 2 {
		sum := strings.Repeat("-", i) // SHADOW
		fmt.Println(sum)
	}
	err = errors.New("no " + label)
	fmt.Println(sum, m["one"], arr[1], s.area(), boxed, counter, bits, wave, letter, empty, deep) // END
	return sum + counter, err
}

func worker(id int, ready chan<- int, in <-chan int) {
	total := id * 100
	ready <- id
	for v := range in {
		total += v
	}
	ready <- total
}

func grow(n int) int {
	var pad [1024]int
	pad[n] = n
	if n == 0 {
		return 0
	}
	return pad[n] + grow(n-1)
}

func recovering() (out string) {
	defer func() {
		if r := recover(); r != nil {
			out = fmt.Sprint("recovered: ", r) // RECOVER
		}
	}()
	var p *point
	return p.name
}

func main() {
	runtime.LockOSThread() // gdb follows threads
	grow(8)                // and does not know that stacks move
	p := &point{X: 3, Y: 4, name: "corner"}
	list := []int{1, 2, 3, 4}
	queue := make(chan string, 4)
	queue <- "first"
	queue <- "second"
	ready, in := make(chan int), make(chan int)
	for i := range 3 {
		go worker(i, ready, in)
	}
	for range 3 {
		<-ready
	}
	time.Sleep(10 * time.Millisecond)
	var root *tree[int]
	for _, v := range list {
		root = root.insert(v*7%5, func(a, b int) bool { return a < b })
	}
	sum, err := compute(7, "here", list, p)
	close(in)
	for range 3 {
		sum += <-ready
	}
	fmt.Println(sum, err, root.value, len(queue), recovering()) // LAST
}
