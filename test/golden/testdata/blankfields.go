package main

import "fmt"

type s struct {
	a, _, c int
	_       string
	d       *int
}

var calls int

func f(i int) int {
	calls++
	return i
}

var (
	x = s{1, 2, 3, "four", nil}
	y = s{f(1), 2, f(3), "four", new(int)}
	z = &s{1, 2, 3, fmt.Sprint("x"), nil}
)

func main() {
	fmt.Printf("%+v %+v %d\n", x, *z, calls)
	y.d = nil
	fmt.Printf("%+v\n", y)
	l := s{1, f(2), 3, "four", nil}
	fmt.Printf("%+v %d\n", l, calls)
}
