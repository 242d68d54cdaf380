package main

import (
	"errors"
	"fmt"
	"io"
	"strings"

	"strata/bench/internal/timing"
)

type (
	namer interface{ name() string }
	sizer interface{ size() int }
	both  interface {
		namer
		sizer
	}
	t1 struct{ x int }
	t2 struct{ x, y int }
	t3 int
	t4 string
)

func (t1) name() string  { return "t1" }
func (*t2) size() int    { return 2 }
func (t3) name() string  { return "t3" }
func (t3) size() int     { return 3 }
func (t4) Error() string { return "t4" }

// which is a type switch most of whose cases are interfaces.
//
//go:noinline
func which(x any) int {
	switch x := x.(type) {
	case fmt.Stringer:
		return 1
	case both:
		return x.size()
	case error:
		return 4
	case namer:
		return len(x.name())
	case sizer:
		return x.size() + 10
	}
	return 0
}

//go:noinline
func sized(x any) int {
	if s, ok := x.(sizer); ok {
		return s.size()
	}
	return 1
}

//go:noinline
func mustSize(x any) int { return x.(sizer).size() }

//go:noinline
func toName(b both) namer { return b }

//go:noinline
func narrow(r io.Reader) io.Writer {
	w, _ := r.(io.Writer)
	return w
}

func asserts() []timing.Bench {
	const n = 1_000_000
	mixed := []any{t1{1}, &t2{}, t3(4), t4("x"), 7, errors.New("no"), &strings.Builder{}, nil}
	readers := []io.Reader{strings.NewReader(""), &struct{ io.ReadWriter }{}, io.LimitReader(nil, 1)}
	return []timing.Bench{
		{Name: "switch-ifaces", Ops: n, Op: func() uint64 {
			s := 0
			for i := range n {
				s += which(mixed[i&7])
			}
			return uint64(s)
		}},
		{Name: "switch-one", Ops: n, Op: func() uint64 {
			s := 0
			for range n {
				s += which(mixed[1])
			}
			return uint64(s)
		}},
		{Name: "assert-ok", Ops: n, Op: func() uint64 {
			s := 0
			for i := range n {
				s += sized(mixed[i&7])
			}
			return uint64(s)
		}},
		{Name: "assert", Ops: n, Op: func() uint64 {
			s := 0
			for i := range n {
				s += mustSize(mixed[1+i&1])
			}
			return uint64(s)
		}},
		{Name: "assert-never", Ops: n, Op: func() uint64 {
			s := 0
			for range n {
				s += sized(mixed[4])
			}
			return uint64(s)
		}},
		{Name: "convert", Ops: n, Op: func() uint64 {
			s := 0
			for range n {
				s += len(toName(t3(2)).name())
			}
			return uint64(s)
		}},
		{Name: "narrow", Ops: n, Op: func() uint64 {
			s := 0
			for i := range n {
				if narrow(readers[i%3]) != nil {
					s++
				}
			}
			return uint64(s)
		}},
	}
}
