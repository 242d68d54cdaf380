// The builtins print and println write to standard error.
package main

import "unsafe"

type named int
type str string

func main() {
	println(1, -2, uint8(3), "s", true, 'x', 1.5, float32(2.25), 1e100, 3+4i, named(7), str("t"), uintptr(9), int64(-1)<<63)
	print("a", 1, "b\n")
	println()
	var p *int
	var e any
	var f func()
	var m map[int]int
	var s []int
	var up unsafe.Pointer
	println(p == nil, e == nil, f == nil, m == nil, s == nil, up == nil)
	println(1e-320, 0.1, -0.0, 123456789.0, float32(1)/3, 1/3.0)
	println(complex64(1-1i), uint64(1<<64-1))
	zero := 0.0
	println(1/zero, -1/zero, zero/zero, -zero)
}
