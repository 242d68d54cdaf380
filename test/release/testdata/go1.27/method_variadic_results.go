package main

import "fmt"

type V struct{}

func (V) Split[T any](xs ...T) (first T, rest []T, n int) {
	if len(xs) == 0 {
		return
	}
	return xs[0], xs[1:], len(xs)
}

func show[T any](a T, b []T, n int) { fmt.Println(a, b, n) }

func main() {
	show(V{}.Split(1, 2, 3))
	show(V{}.Split[string]())
	show(V{}.Split([]float64{1.5, 2}...))
}
