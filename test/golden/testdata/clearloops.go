// Loops that clear all elements, and some that look like it.
package main

import "fmt"

type E struct {
	a int
	s []E
	p *int
}
type S struct {
	buf  []byte
	arr  [300]uint16
	ptrs []*int
	list []E
	pa   *[9]string
	zero [0]int
	in   *S
	f    []float64
}

func full() *S {
	s := &S{buf: make([]byte, 1000), ptrs: make([]*int, 5), list: make([]E, 4), pa: new([9]string), f: []float64{1, 2, 3}}
	for i := range s.buf {
		s.buf[i] = byte(i) | 1
	}
	for i := range s.arr {
		s.arr[i] = 7
	}
	for i := range s.ptrs {
		s.ptrs[i] = new(int)
	}
	for i := range s.list {
		s.list[i] = E{a: i, s: s.list}
	}
	for i := range s.pa {
		s.pa[i] = "x"
	}
	return s
}

func try(name string, f func()) {
	defer func() {
		if r := recover(); r != nil {
			fmt.Println(name, r)
		}
	}()
	f()
	fmt.Println(name, "ok")
}

var glob = [4]string{"a", "b"}
var gs = []any{1, "x", nil}

func main() {
	s := full()
	s.in = full()
	try("buf", func() {
		for i := range s.buf {
			s.buf[i] = 0
		}
	})
	try("arr", func() {
		for i := range s.arr {
			s.arr[i] = 0
		}
	})
	try("inarr", func() {
		for i := range s.in.arr {
			(s.in.arr)[i] = 0
		}
	})
	try("pa", func() {
		for i := range s.pa {
			s.pa[i] = ""
		}
	})
	try("list", func() {
		for i := range s.list {
			s.list[i] = E{}
		}
	})
	try("nil array pointer", func() {
		var p *[4]int
		for i := range p {
			p[i] = 0
		}
	})
	try("nil struct", func() {
		var p *S
		for i := range p.arr {
			p.arr[i] = 0
		}
	})
	try("floats", func() {
		for i := range s.f {
			s.f[i] = -0.0
		}
	})
	try("float var", func() {
		z := 0.0
		f := s.in.f
		for i := range f {
			f[i] = -z
		}
	})
	local := [40]int{3, 4, 5}
	try("local", func() {
		for i := range local {
			local[i] = 0
		}
	})
	one := [1]int{5}
	for i := range one {
		one[i] = 0
	}
	for i := range glob {
		glob[i] = ""
	}
	for i := range gs {
		gs[i] = nil
	}
	other := []int{1, 2, 3}
	k := 1
	for i := range other {
		other[k] = 0
		_ = i
	}
	m := []any{1, 2}
	for i := range m {
		m[i] = struct{}{}
	}
	x := []any{1, 2}
	for i := range x {
		x[i] = 0
	}
	var idx int
	ys := []int{1, 2, 3}
	for idx = range ys {
		ys[idx] = 0
	}
	fmt.Println(s.buf[:20], s.buf[990:], s.arr[:5], s.arr[299], s.in.arr[7], *s.pa, s.list, s.f, s.in.f, local, one, glob, gs, other, m, x, ys, idx)
	var gen G[string] = []string{"a"}
	gen.reset()
	fmt.Printf("%q\n", gen)
}

type G[T any] []T

func (g G[T]) reset() {
	for i := range g {
		var z T
		g[i] = z
	}
}
