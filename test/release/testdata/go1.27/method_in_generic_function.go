package main

import "fmt"

type Box[T any] struct{ v T }

func (b Box[T]) To[U any](f func(T) U) Box[U] { return Box[U]{f(b.v)} }
func (b *Box[T]) Swap[U any](v T, u U) (T, U) { b.v, v = v, b.v; return v, u }

func twice[T any](b Box[T]) Box[[2]T] {
	return b.To(func(t T) [2]T { return [2]T{t, t} })
}

func conv[T, U any](b Box[T], f func(T) U) func() U {
	to := b.To[U]
	return func() U { return to(f).v }
}

func main() {
	fmt.Printf("%#v\n", twice(twice(Box[string]{"x"})))
	fmt.Println(conv(Box[int]{3}, func(i int) string { return fmt.Sprint(i + 1) })())
	b := Box[int]{1}
	fmt.Println(b.Swap(2, "u"))
	fmt.Println(b)
}
