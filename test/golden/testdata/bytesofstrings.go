// Slices of bytes made from strings share the string's memory where nobody can tell: nothing may ever be written there, and an empty slice is not nil.
package main

import (
	"bytes"
	"fmt"
	"io"
	"slices"
	"strings"
	"testing"
)

const text = "a constant text that is longer than any temporary buffer"

var (
	sum    int
	global []byte
	table  = map[string][]byte{}
)

//go:noinline
func read(b []byte) int { return len(b) + int(b[0]) }

//go:noinline
func write(b []byte) { b[0] = 'W' }

//go:noinline
func same(b []byte) []byte { return b }

//go:noinline
func part(b []byte) []byte { return b[2:5] }

//go:noinline
func writeLater(b []byte) func() { return func() { b[1] = 'L' } }

//go:noinline
func writeDeep(b *[]byte) { (*b)[0] = 'D' }

//go:noinline
func writeAny(x ...any) {
	for _, e := range x {
		switch e := e.(type) {
		case []byte:
			e[0] = 'A'
		case *[]byte:
			(*e)[0] = 'P'
		}
	}
}

//go:noinline
func writeGeneric[T ~[]byte](b T) { slices.Reverse(b) }

//go:noinline
func keep(b []byte) { global = b }

//go:noinline
func recursive(b []byte, n int) {
	if n == 0 {
		b[0] = 'R'
		return
	}
	recursive(b, n-1)
}

//go:noinline
func even(b []byte, n int) {
	if n == 0 {
		b[0] = 'E'
		return
	}
	odd(b, n-1)
}

//go:noinline
func odd(b []byte, n int) { even(b, n) }

type reader struct{ b []byte }

func (r *reader) fill() { copy(r.b, "filled") }

type holder struct {
	name string
	data []byte
}

//go:noinline
func (h holder) clobber() { clear(h.data[:3]) }

func show(b []byte) { fmt.Printf("%q\n", b) }

//go:noinline
func writers(s string) {
	b := []byte(s)
	write(b)
	show(b)
	b = []byte(s)
	write(same(b))
	show(b)
	b = []byte(s)
	write(part(b))
	show(b)
	b = []byte(s)
	writeLater(b)()
	show(b)
	b = []byte(s)
	writeDeep(&b)
	show(b)
	b = []byte(s)
	writeAny(1, b)
	show(b)
	b = []byte(s)
	writeAny(1, &b)
	show(b)
	b = []byte(s)
	writeGeneric(b)
	show(b)
	b = []byte(s)
	recursive(b, 3)
	show(b)
	b = []byte(s)
	even(b, 3)
	show(b)
	b = []byte(s)
	r := &reader{b}
	r.fill()
	show(b)
	b = []byte(s)
	holder{data: b}.clobber()
	show(b)
	b = []byte(s)
	strings.NewReader("from a reader").Read(b)
	show(b)
	b = []byte(s)
	io.ReadFull(strings.NewReader("full"), b[:4])
	show(b)
	b = []byte(s)
	func() { defer func() { b[2] = '!' }() }()
	show(b)
	b = []byte(s)
	done := make(chan bool)
	go func() { b[3] = 'G'; done <- true }()
	<-done
	show(b)
	b = []byte(s)
	for i := range b {
		b[i] ^= 32
	}
	show(b)
	b = []byte(s)
	c := append(b[:1], "appended"...)
	show(b)
	show(c)
	b = []byte(s)
	p := &b[4]
	*p = '4'
	show(b)
	b = []byte(s)
	a := (*[4]byte)(b)
	a[2] = '2'
	show(b)
	b = []byte(s)
	f := write
	if len(s) == 1 {
		f = keep
	}
	f(b)
	show(b)
	keep([]byte(s))
	global[0] = 'K'
	table["x"] = []byte(s)
	table["x"][1] = 'T'
	show(global)
	show(table["x"])
	var w io.Writer = &bytes.Buffer{}
	w.Write([]byte(s))
	show(w.(*bytes.Buffer).Bytes())
	fmt.Println(s)
}

//go:noinline
func empty(s string) (bool, int) {
	b := []byte(s)
	return b == nil, len(b) + cap(b)
}

// loops has the slice of one round read in the next, while the string's own memory is used anew.
//
//go:noinline
func loops(n int) (out int) {
	var last []byte
	for i := range n {
		s := fmt.Sprint("round ", i) + "!"
		for _, c := range last {
			out = out*31 + int(c)
		}
		last = []byte(s)
	}
	return out
}

func main() {
	writers(text)
	writers(strings.Clone(text))
	fmt.Println(empty(""))
	fmt.Println(empty(text[:0]))
	fmt.Println(loops(5))
	s := text
	for _, c := range []struct {
		name string
		f    func()
	}{
		{"read", func() { sum += read([]byte(s)) }},
		{"range", func() {
			for _, c := range []byte(s) {
				sum += int(c)
			}
		}},
		{"equal", func() {
			if bytes.Equal([]byte(s), []byte(text)) {
				sum++
			}
		}},
		{"part", func() { sum += len(part([]byte(s))) }},
		{"any", func() { anys("k", []byte(s)) }},
	} {
		fmt.Println(c.name, testing.AllocsPerRun(10, c.f))
	}
}

//go:noinline
func anys(x ...any) {
	for _, e := range x {
		if b, ok := e.([]byte); ok {
			sum += read(b)
		}
	}
}
