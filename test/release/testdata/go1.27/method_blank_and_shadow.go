package main

import (
	"fmt"
	"unsafe"
)

type T[P any] struct{ p P }

func (t T[_]) Show[P any](x P) string { return fmt.Sprintf("%T %v", x, x) }
func (_ T[P]) Zero[_ any]() (z P)     { return }
func (T[Q]) Size[P, R any](P, R) int  { var q Q; return int(unsafe.Sizeof(q)) }

func main() {
	t := T[int16]{7}
	fmt.Println(t.Show("x"), t.Zero[bool](), t.Size(1, 2))
}
