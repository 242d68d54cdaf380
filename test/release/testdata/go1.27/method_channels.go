package main

import "fmt"

type Bus struct{ n int }

func (b *Bus) Pipe[T any](in <-chan T) <-chan T {
	out := make(chan T, 1)
	go func() {
		defer close(out)
		for x := range in {
			b.n++
			out <- x
		}
	}()
	return out
}

func gen[T any](xs ...T) <-chan T {
	c := make(chan T)
	go func() {
		for _, x := range xs {
			c <- x
		}
		close(c)
	}()
	return c
}

func main() {
	var b Bus
	for s := range b.Pipe(b.Pipe(gen("x", "y"))) {
		fmt.Println(s)
	}
	for s := range b.Pipe(gen[struct{ a, b int }](struct{ a, b int }{1, 2})) {
		fmt.Println(s)
	}
	fmt.Println(b.n)
}
