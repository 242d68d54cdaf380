package main

import (
	"cmp"
	"fmt"
	"slices"
)

type Sorter struct {
	by  func([]string)
	cmp func(string, string) int
	max func(...int) int
}

func maxOf[T cmp.Ordered](xs ...T) T { return slices.Max(xs) }

func main() {
	s := Sorter{by: slices.Sort[[]string], cmp: cmp.Compare[string], max: maxOf}
	x := []string{"c", "a", "b"}
	s.by(x)
	fmt.Println(x, s.cmp("a", "b"), s.max(3, 9, 4))
	fs := []func([]int) int{slices.Max[[]int], slices.Min[[]int]}
	for _, f := range fs {
		fmt.Print(f([]int{4, 2, 8}), " ")
	}
	fmt.Println()
}
