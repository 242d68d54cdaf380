// Small objects of all kinds, made in loops by several goroutines while collections run: they are zero, keep what is stored in
// them, and are counted.
package main

import (
	"fmt"
	"runtime"
	"sync"
)

type cell[T any] struct {
	next *cell[T]
	val  T
}

// chain keeps every third cell of n and overwrites the others, so that later cells reuse memory.
func chain[T comparable](n int, dirt T) (kept int, dirty bool) {
	var zero T
	var head *cell[T]
	for i := range n {
		c := new(cell[T])
		dirty = dirty || c.val != zero || c.next != nil
		c.val = dirt
		if i%3 == 0 {
			c.next = head
			head = c
		}
	}
	for c := head; c != nil; c = c.next {
		if c.val == dirt {
			kept++
		}
	}
	return kept, dirty
}

// plain is the same for objects without pointers.
func plain[T comparable](n int, dirt T) (kept int, dirty bool) {
	var zero T
	list := make([]*T, 0, n/3+1)
	for i := range n {
		p := new(T)
		dirty = dirty || *p != zero
		*p = dirt
		if i%3 == 0 {
			list = append(list, p)
		}
	}
	for _, p := range list {
		if *p == dirt {
			kept++
		}
	}
	return kept, dirty
}

type tree struct{ left, right *tree }

func build(depth int) *tree {
	if depth == 0 {
		return &tree{}
	}
	return &tree{build(depth - 1), build(depth - 1)}
}

func (t *tree) count() int {
	if t == nil {
		return 0
	}
	return 1 + t.left.count() + t.right.count()
}

var sink *[6]int

func main() {
	str := string([]byte("text"))
	kinds := []func(n int) (int, bool){
		func(n int) (int, bool) { return chain(n, [0]int{}) },
		func(n int) (int, bool) { return chain(n, 7) },
		func(n int) (int, bool) { return chain(n, str) },
		func(n int) (int, bool) { return chain(n, [3]*string{&str, nil, &str}) },
		func(n int) (int, bool) { return chain(n, [15]any{0: str, 14: 1}) },
		func(n int) (int, bool) { return chain(n, [63]*string{62: &str}) },
		func(n int) (int, bool) { return plain(n, [3]byte{1, 2, 3}) },
		func(n int) (int, bool) { return plain(n, uint64(5)) },
		func(n int) (int, bool) { return plain(n, [3]int{2: 9}) },
		func(n int) (int, bool) { return plain(n, [64]int{1, 63: 9}) },
	}
	const n = 3000
	var all sync.WaitGroup
	got := make([][2]any, 3*len(kinds))
	for i := range got {
		all.Go(func() { got[i][0], got[i][1] = kinds[i%len(kinds)](n) })
	}
	all.Go(func() {
		for range 5 {
			runtime.GC()
		}
	})
	all.Wait()
	fmt.Println(got)
	fmt.Println(build(10).count())

	var before, after runtime.MemStats
	runtime.ReadMemStats(&before)
	for range 10_000 {
		sink = new([6]int)
	}
	runtime.ReadMemStats(&after)
	fmt.Println(after.Mallocs-before.Mallocs >= 10_000, after.Mallocs-before.Mallocs < 10_500)
	fmt.Println(after.TotalAlloc-before.TotalAlloc >= 480_000, after.TotalAlloc-before.TotalAlloc < 520_000)
}
