package main

import "fmt"

type A struct{ x, y, z int }
type B struct {
	A
	w int
}

//go:noinline
func dirty() (b [8]int) {
	for i := range b {
		b[i] = -1
	}
	return
}

//go:noinline
func mk(i int) B { return B{y: i, w: i} }

func main() {
	fmt.Println(dirty()[0], mk(1), mk(2))
	var arr [4]B
	for i := range arr {
		arr[i] = B{A: A{1, 2, 3}, w: 4}
		arr[i] = B{z: i, w: arr[i].x}
	}
	fmt.Println(arr)
	b := B{A: A{7, 8, 9}}
	b = B{x: b.z, z: b.x}
	fmt.Println(b)
}
