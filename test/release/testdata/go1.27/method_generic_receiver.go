package main

import "fmt"

type List[T any] []T

func (l List[T]) Map[U any](f func(T) U) List[U] {
	r := make(List[U], 0, len(l))
	for _, x := range l {
		r = append(r, f(x))
	}
	return r
}

func (l List[T]) Fold[A any](a A, f func(A, T) A) A {
	for _, x := range l {
		a = f(a, x)
	}
	return a
}

func main() {
	l := List[int]{1, 2, 3, 4}
	s := l.Map(func(i int) string { return fmt.Sprint(i, i*i) })
	fmt.Printf("%T %q\n", s, s)
	fmt.Println(l.Fold("", func(a string, i int) string { return a + fmt.Sprint(i) }))
	fmt.Println(s.Map(func(s string) int { return len(s) }).Fold(0.5, func(a float64, i int) float64 { return a + float64(i) }))
}
