// Package unsafe: layout, strings, slices, pointer arithmetic.
package main

import (
	"fmt"
	"unsafe"
)

type s struct {
	a bool
	b int64
	c uint16
	d string
	e [3]byte
	f any
	g struct{}
}

type header struct {
	data unsafe.Pointer
	len  int
	cap  int
}

func main() {
	var x s
	fmt.Println(unsafe.Sizeof(x), unsafe.Alignof(x), unsafe.Offsetof(x.b), unsafe.Offsetof(x.c), unsafe.Offsetof(x.d), unsafe.Offsetof(x.e), unsafe.Offsetof(x.f), unsafe.Offsetof(x.g))
	xs := []int32{1, 2, 3, 4}
	h := (*header)(unsafe.Pointer(&xs))
	fmt.Println(h.len, h.cap, *(*int32)(unsafe.Add(h.data, 8)))
	b := []byte("hello")
	str := unsafe.String(&b[0], 3)
	fmt.Println(str, len(unsafe.Slice(unsafe.StringData("world"), 5)), unsafe.Slice(&xs[1], 2), unsafe.SliceData(xs) == &xs[0])
	f := 1.5
	fmt.Printf("%#x\n", *(*uint64)(unsafe.Pointer(&f)))
	arr := [4]uint16{0x1122, 0x3344, 0x5566, 0x7788}
	fmt.Printf("%#x\n", *(*uint64)(unsafe.Pointer(&arr)))
	p := unsafe.Pointer(&arr)
	for i := range 4 {
		*(*uint16)(unsafe.Pointer(uintptr(p) + uintptr(i)*2)) += 1
	}
	fmt.Printf("%x\n", arr)
	for _, f := range []func(){
		func() { n := -1; _ = unsafe.Slice(&xs[0], n) },
		func() { var q *int; n := 1; _ = unsafe.Slice(q, n) },
		func() { n := 1 << 62; _ = unsafe.Slice(&xs[0], n) },
		func() { n := -5; _ = unsafe.String(&b[0], n) },
	} {
		func() {
			defer func() { fmt.Println(recover()) }()
			f()
		}()
	}
	var nilp *byte
	fmt.Println(unsafe.Slice(nilp, 0) == nil, unsafe.String(nilp, 0) == "")
	type e struct {
		typ, data unsafe.Pointer
	}
	var i1, i2 any = 1, 2
	fmt.Println((*e)(unsafe.Pointer(&i1)).typ == (*e)(unsafe.Pointer(&i2)).typ)
}
