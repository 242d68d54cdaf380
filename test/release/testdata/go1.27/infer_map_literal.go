package main

import (
	"cmp"
	"fmt"
)

func id[T any](x T) T                 { return x }
func pair[A, B any](a A, b B) string  { return fmt.Sprintf("%T,%T", a, b) }
func zero[T any]() T                  { var z T; return z }
func less[T cmp.Ordered](a, b T) bool { return a < b }

var ops = map[string]func(float64, float64) bool{"lt": less}

func main() {
	m := map[int]func(byte) byte{1: id, 2: func(b byte) byte { return b + 1 }}
	m[3] = id
	fmt.Println(m[1](7), m[2](7), m[3](9), ops["lt"](1, 2))
}
