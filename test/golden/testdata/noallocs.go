package main

import (
	"crypto/sha256"
	"fmt"
	"hash/maphash"
	"strings"
	"testing"
	"unsafe"
)

type pair struct {
	n int
	s string
}

var (
	data = []byte("some data")
	seed = maphash.MakeSeed()
	sink byte
	size = 40
)

//go:noinline
func array(n int) (a [100]int) {
	var b [100]int
	b[n] = n
	return b
}

type addr struct{ hi, lo uint64 }

func (a *addr) parts() [2]*uint64 { return [2]*uint64{&a.hi, &a.lo} }

type big struct {
	a [20]int
	b []byte
}

type handles interface{ handle(big) }

type reader struct{}

func (reader) handle(b big) { sink ^= b.b[0] }

var (
	handler handles = reader{}
	kept    [2]any
)

//go:noinline
func keep(list ...any) { copy(kept[:], list) }

//go:noinline
func call(f func()) { f() }

func main() {
	count := func(name string, f func()) { fmt.Println(name, testing.AllocsPerRun(10, f)) }
	count("noescape assembly", func() { s := sha256.Sum256(data); sink ^= s[0] })
	count("interface of a known type", func() {
		h := sha256.New()
		h.Write(data)
		sink ^= h.Sum(make([]byte, 0, 32))[0]
	})
	count("array result", func() { a := array(size); sink ^= byte(a[size]) })
	count("constant capacity", func() { b := make([]byte, size, 64); sink ^= b[size/2] })
	count("hidden pointer", func() {
		var b strings.Builder
		if b.Len() == 0 {
			b.Reset()
		}
		q := unsafe.Pointer(uintptr(unsafe.Pointer(&b)) ^ 0)
		sink ^= *(*byte)(q)
	})
	count("builder", func() {
		var b strings.Builder
		b.WriteString("x")
		b.WriteByte('y')
		sink ^= b.String()[0]
	})
	number, text := 1000, "text"
	count("constants in interfaces", func() { keep(number, text) })
	count("arguments of a closure's callee", func() {
		list := []any{&sink}
		call(func() { sink ^= *list[0].(*byte) })
	})
	count("result slot in a loop", func() {
		for i := range 3 {
			a := addr{lo: uint64(i)}
			sink ^= byte(*a.parts()[i%2])
		}
	})
	count("passed by value", func() { handler.handle(big{b: data}) })
	count("comparable", func() { sink ^= byte(maphash.Comparable(seed, pair{1, "x"})) })
}
