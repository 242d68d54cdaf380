// iter.Pull: coroutines that switch back and forth, stop early, panic.
package main

import (
	"fmt"
	"iter"
	"runtime"
)

type tree struct {
	left, right *tree
	val         int
}

func (t *tree) all(yield func(int) bool) bool {
	return t == nil || t.left.all(yield) && yield(t.val) && t.right.all(yield)
}

func build(lo, hi int) *tree {
	if lo >= hi {
		return nil
	}
	mid := (lo + hi) / 2
	return &tree{build(lo, mid), build(mid+1, hi), mid}
}

func same(a, b *tree) bool {
	na, stopa := iter.Pull(func(y func(int) bool) { a.all(y) })
	defer stopa()
	nb, stopb := iter.Pull(func(y func(int) bool) { b.all(y) })
	defer stopb()
	for {
		x, okx := na()
		y, oky := nb()
		if okx != oky || x != y {
			return false
		}
		if !okx {
			return true
		}
	}
}

func zip[A, B any](a iter.Seq[A], b iter.Seq[B]) iter.Seq2[A, B] {
	return func(yield func(A, B) bool) {
		na, stop := iter.Pull(a)
		defer stop()
		for y := range b {
			x, ok := na()
			if !ok || !yield(x, y) {
				return
			}
		}
	}
}

func squares(yield func(int) bool) {
	defer fmt.Println("squares end")
	for i := 0; yield(i * i); i++ {
	}
}

func words(yield func(string) bool) {
	for _, w := range []string{"zero", "one", "four", "nine"} {
		if !yield(w) {
			return
		}
	}
}

func main() {
	fmt.Println(same(build(0, 1000), build(0, 1000)), same(build(0, 10), build(0, 11)))
	for n, w := range zip(squares, words) {
		fmt.Println(n, w)
	}
	next, stop := iter.Pull(squares)
	fmt.Println(next())
	fmt.Println(next())
	stop()
	stop()
	fmt.Println(next())
	next2, stop2 := iter.Pull2(func(y func(int, string) bool) { y(1, "a"); panic("in iterator") })
	fmt.Println(next2())
	func() {
		defer func() { fmt.Println("recovered", recover()) }()
		next2()
	}()
	fmt.Println(next2())
	stop2()
	sum := 0
	for i := range 2000 {
		n, s := iter.Pull(func(y func(int) bool) { y(i) })
		v, _ := n()
		sum += v
		if i%2 == 0 {
			s()
		} else {
			n()
		}
	}
	runtime.GC()
	fmt.Println(sum)
	n3, s3 := iter.Pull(squares)
	c := make(chan int)
	go func() { v, _ := n3(); c <- v }()
	a := <-c
	b, _ := n3()
	s3()
	fmt.Println(a, b)
}
