package main

import "fmt"

//go:noinline
func f(n int) (r int) {
	defer func() {
		if e := recover(); e != nil {
			fmt.Println(e)
			r = -1
		}
	}()
	s := make([]byte, n, 64)
	for i := range s {
		s[i] = byte(i)
	}
	for _, c := range s[:cap(s)] {
		r += int(c)
	}
	return r
}

func g(n uint64) []int { return make([]int, n, 10) }

func main() {
	fmt.Println(f(0), f(5), f(64), f(65), f(-1))
	fmt.Println(g(3))
}
