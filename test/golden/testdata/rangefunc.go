// Range over functions: nesting, labels, defer, panics, misuse.
package main

import (
	"fmt"
	"iter"
	"maps"
	"slices"
)

func count(n int) iter.Seq[int] {
	return func(yield func(int) bool) {
		defer fmt.Print("(end)")
		for i := range n {
			if !yield(i) {
				return
			}
		}
	}
}

func pairs[K comparable, V any](k []K, v []V) iter.Seq2[K, V] {
	return func(yield func(K, V) bool) {
		for i := range k {
			if !yield(k[i], v[i]) {
				return
			}
		}
	}
}

func find(want int) (r int, ok bool) {
	for i := range count(10) {
		for j := range count(10) {
			if i*j == want {
				return i*100 + j, true
			}
		}
	}
	return
}

func labels() string {
	s := ""
outer:
	for i := range count(5) {
		for j := range count(5) {
			switch {
			case j == 2:
				continue outer
			case i == 3:
				break outer
			}
			s += fmt.Sprint(i, j, " ")
		}
	}
	return s
}

func defers() (s string) {
	defer func() { s += " outer" }()
	for i := range count(3) {
		defer func() { s += fmt.Sprint(" d", i) }()
	}
	return "ret"
}

func try(name string, f func()) {
	defer func() { fmt.Println("\n"+name, recover()) }()
	f()
}

func broken(yield func(int) bool) {
	yield(1)
	yield(2)
}

func main() {
	for i := range count(3) {
		fmt.Print(i, " ")
	}
	fmt.Println()
	fmt.Println(find(42))
	fmt.Println(labels())
	fmt.Println(defers())
	for k, v := range pairs([]string{"a", "b"}, []int{1, 2}) {
		fmt.Print(k, v, " ")
	}
	for range count(2) {
		fmt.Print("x")
	}
	fmt.Println()
	try("continued", func() {
		for range broken {
			break
		}
	})
	try("panic in body", func() {
		for i := range count(3) {
			if i == 1 {
				panic("body")
			}
		}
	})
	var saved func(int) bool
	try("after end", func() {
		for range func(yield func(int) bool) { saved = yield; yield(0) } {
		}
		saved(1)
	})
	try("swallowed", func() {
		for range func(yield func(int) bool) {
			defer func() { recover() }()
			yield(1)
		} {
			panic("lost")
		}
	})
	var fs []func() int
	for i := range count(3) {
		fs = append(fs, func() int { i *= 10; return i })
	}
	for _, f := range fs {
		fmt.Print(f(), f(), " ")
	}
	fmt.Println()
	m := map[string]int{"x": 1, "y": 2, "z": 3}
	fmt.Println(slices.Sorted(maps.Keys(m)), slices.Collect(maps.Values(map[int]int{1: 2})))
	for i, c := range slices.Collect(slices.Chunk([]int{1, 2, 3, 4, 5}, 2)) {
		fmt.Print(i, c)
	}
	for i, v := range slices.Backward([]string{"p", "q"}) {
		fmt.Print(i, v)
	}
	fmt.Println()
	func() {
		for i := range count(5) {
			func() {
				defer fmt.Print("<", i, ">")
				for j := range count(2) {
					if j == 1 {
						return
					}
				}
			}()
			if i == 1 {
				goto done
			}
		}
	done:
		fmt.Println("done")
	}()
}
