package main

import (
	"cmp"
	"fmt"
)

func id[T any](x T) T                 { return x }
func pair[A, B any](a A, b B) string  { return fmt.Sprintf("%T,%T", a, b) }
func zero[T any]() T                  { var z T; return z }
func less[T cmp.Ordered](a, b T) bool { return a < b }

var tab = [...]func(int, int) bool{less, 2: less}

func main() {
	fs := []func(int) int{id, id, func(i int) int { return -i }}
	for _, f := range fs {
		fmt.Print(f(2), " ")
	}
	fmt.Println(tab[0](1, 2), tab[1] == nil, tab[2](2, 1))
	ps := [][]func(string) string{{id}, {id, id}}
	fmt.Println(ps[1][1]("p"))
}
