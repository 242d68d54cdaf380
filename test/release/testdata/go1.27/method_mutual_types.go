package main

import "fmt"

type A[T any] struct{ v T }
type B[T any] struct{ v T }

func (a A[T]) ToB[U any](f func(T) U) B[U] { return B[U]{f(a.v)} }
func (b B[T]) ToA[U any](f func(T) U) A[U] { return A[U]{f(b.v)} }

func main() {
	r := A[int]{2}.ToB(func(i int) string { return fmt.Sprint(i) }).ToA(func(s string) []byte { return []byte(s + "!") })
	fmt.Printf("%T %s\n", r, r.v)
}
