package main

import (
	"fmt"
	"unsafe"
)

//go:noinline
func f(n int) string {
	if n < 0 {
		return "negative"
	}
	s := make([]byte, n)
	for i := range n {
		s[i] = byte(i)
	}
	return fmt.Sprint(s)
}

//go:noinline
func g(p *byte, n int) (r byte) {
	s := unsafe.Slice(p, n)
	for i := range s {
		r += s[i]
	}
	return r
}

func main() {
	fmt.Println(f(3), f(-1))
	defer func() { fmt.Println(recover()) }()
	b := []byte{1, 2, 3}
	fmt.Println(g(&b[0], 3))
	fmt.Println(g(&b[0], -3))
}
