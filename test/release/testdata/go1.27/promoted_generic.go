package main

import "fmt"

type Base[T any] struct {
	Val T
	Tag string
}
type Der[T any] struct {
	Base[T]
	N int
}

func mk[T any](v T) Der[T] { return Der[T]{Val: v, N: 1} }

type I struct{ Base[int] }

func main() {
	fmt.Printf("%+v %+v\n", mk("s"), mk([]int{1}))
	fmt.Printf("%+v\n", I{Val: 3, Tag: "t"})
}
