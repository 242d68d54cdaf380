package main

import "fmt"

type Set[K comparable] map[K]bool

func (s Set[K]) Via[J comparable](f func(K) J) Set[J] {
	r := Set[J]{}
	for k := range s {
		r[f(k)] = true
	}
	return r
}

func (s Set[K]) Eq[J comparable](a, b J) bool { return a == b }

func main() {
	s := Set[int]{1: true, 2: true, 3: true, 4: true}
	fmt.Println(len(s.Via(func(i int) bool { return i%2 == 0 })), len(s.Via(func(i int) [2]int { return [2]int{i, -i} })))
	fmt.Println(s.Eq("a", "a"), s.Eq[any](1, 1.0), s.Eq(struct{ a any }{1}, struct{ a any }{1}))
}
