package main

import (
	"fmt"
	"time"
)

type N struct {
	i8 int8
	f  float32
	c  complex128
	r  rune
	e  any
}
type M struct {
	N
	d time.Duration
}

func main() {
	const k = 1 << 3
	fmt.Printf("%+v\n", M{i8: k, f: k, c: k, r: 'a' + k, e: k, d: k})
}
