package main

import "fmt"

type T struct{ s []int }

func (t T) At[I ~int](i I) int { return t.s[i] }

type G[K any] struct{ k K }

//go:noinline
func (g *G[K]) Boom[E error](e E) { panic(e) }

type err struct{}

func (err) Error() string { return "err!" }

func try(f func()) {
	defer func() {
		r := recover()
		fmt.Println(r)
	}()
	f()
}

func main() {
	try(func() { T{[]int{1}}.At(3) })
	try(func() { (&G[string]{}).Boom(err{}) })
	try(func() { var g *G[int]; fmt.Println(g.k) })
}
