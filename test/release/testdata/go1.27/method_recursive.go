package main

import (
	"fmt"
	"strings"
)

type Tree[T any] struct {
	l, r *Tree[T]
	v    T
}

func (t *Tree[T]) Map[U any](f func(T) U) *Tree[U] {
	if t == nil {
		return nil
	}
	return &Tree[U]{t.l.Map(f), t.r.Map(f), f(t.v)}
}

func (t *Tree[T]) Reduce[A any](zero A, f func(l A, v T, r A) A) A {
	if t == nil {
		return zero
	}
	return f(t.l.Reduce(zero, f), t.v, t.r.Reduce(zero, f))
}

func main() {
	t := &Tree[int]{&Tree[int]{nil, nil, 1}, &Tree[int]{&Tree[int]{nil, nil, 3}, nil, 4}, 2}
	u := t.Map(func(i int) string { return strings.Repeat("*", i) })
	fmt.Println(u.Reduce("", func(l, v, r string) string { return "(" + l + v + r + ")" }))
	fmt.Println(t.Reduce(0, func(l, v, r int) int { return l + v + r }))
}
