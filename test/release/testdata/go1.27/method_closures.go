package main

import "fmt"

type Counter struct{ n int }

func (c *Counter) Each[T any](xs []T) func(yield func(int, T) bool) {
	return func(yield func(int, T) bool) {
		for _, x := range xs {
			c.n++
			if !yield(c.n, x) {
				return
			}
		}
	}
}

func main() {
	var c Counter
	for i, s := range c.Each([]string{"a", "b", "c"}) {
		fmt.Println(i, s)
	}
	for i, f := range c.Each([]float64{1.5, 2.5, 3.5}) {
		if i == 5 {
			break
		}
		fmt.Println(i, f)
	}
	fmt.Println(c.n)
}
