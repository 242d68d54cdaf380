package main

import (
	"fmt"
	"testing"
	"unsafe"
)

// Copying memory without pointers carries no pointers, whatever else the object holds that it is copied from.

type vector [8]uint32

type key struct {
	name *string
	seed [32]byte
	rows [4]vector
}

//go:noinline
func sum(v vector) vector {
	for i := range v {
		v[i] += uint32(i)
	}
	return v
}

//go:noinline
func fill(k *key, seed *[32]byte) {
	k.seed = *seed
	rows := make([]vector, 4)
	for i := range rows {
		rows[i] = sum(rows[i])
		k.rows[i] = rows[i]
	}
	copy(seed[:], k.seed[16:])
}

var out *key

func allocs() float64 {
	return testing.AllocsPerRun(10, func() {
		var seed [32]byte
		seed[20] = 7
		k := new(key)
		fill(k, &seed)
		if seed[4] != 7 || k.rows[3][7] != 7 {
			panic("wrong copy")
		}
		out = k
	})
}

// words reads a pointer as an integer: the object is used until its content is read.
//
//go:noinline
func words(n int) (a [1]uintptr, v int) {
	x := n
	p := &x
	a = *(*[1]uintptr)(unsafe.Pointer(&p))
	fmt.Sprint("noise", n)
	return a, **(**int)(unsafe.Pointer(&p))
}

func main() {
	fmt.Println(allocs())
	_, v := words(42)
	fmt.Println(v)
}
