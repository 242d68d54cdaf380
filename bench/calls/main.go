// Command calls times the ways to call: interfaces, type switches, generics, closures, defer, sort.Slice.
package main

import (
	"cmp"
	"slices"
	"sort"

	"strata/bench/internal/timing"
)

const n = 2_000_000

type shape interface{ area() int }

type square struct{ s int }
type rect struct{ w, h int }
type tri struct{ b, h int }

func (s square) area() int { return s.s * s.s }
func (r *rect) area() int  { return r.w * r.h }
func (t tri) area() int    { return t.b * t.h / 2 }

//go:noinline
func plain(a, b, c int) int { return a + b - c }

//go:noinline
func deferred(p *int) {
	defer func() { *p++ }()
	*p += 2
}

//go:noinline
func recovers(p *int) {
	defer func() {
		if recover() != nil {
			*p++
		}
	}()
	if *p >= 0 {
		panic(1)
	}
}

func kind(x any) int {
	switch x := x.(type) {
	case int:
		return x
	case string:
		return len(x)
	case shape:
		return x.area()
	case []int:
		return len(x)
	}
	return 1
}

func sum[T int | float64](xs []T) (s T) {
	for _, x := range xs {
		s += x
	}
	return s
}

type stack[T any] struct{ xs []T }

func (s *stack[T]) push(x T) { s.xs = append(s.xs, x) }
func (s *stack[T]) pop() T {
	x := s.xs[len(s.xs)-1]
	s.xs = s.xs[:len(s.xs)-1]
	return x
}

func largest[T cmp.Ordered](xs ...T) T {
	m := xs[0]
	for _, x := range xs {
		m = max(m, x)
	}
	return m
}

func seq(n int) func(func(int) bool) {
	return func(yield func(int) bool) {
		for i := 0; i < n && yield(i); i++ {
		}
	}
}

func shuffled(n int) []int {
	r := timing.Rand(41)
	xs := make([]int, n)
	for i := range xs {
		xs[i] = r.Intn(1 << 30)
	}
	return xs
}

func main() {
	shapes := []shape{square{3}, &rect{2, 5}, tri{4, 6}, square{2}, &rect{1, 1}}
	values := []any{1, "abc", square{2}, []int{1, 2}, &rect{2, 2}, 2.5}
	nums := shuffled(1000)
	timing.Main([]timing.Bench{
		{Name: "direct", Ops: n, Op: func() uint64 {
			s := 0
			for i := range n {
				s = plain(s, i, 3)
			}
			return uint64(s)
		}},
		{Name: "interface", Ops: n, Op: func() uint64 {
			s := 0
			for i := range n {
				s += shapes[i%5].area()
			}
			return uint64(s)
		}},
		{Name: "typeswitch", Ops: n, Op: func() uint64 {
			s := 0
			for i := range n {
				s += kind(values[i%6])
			}
			return uint64(s)
		}},
		{Name: "closure", Ops: n, Op: func() uint64 {
			s := 0
			fs := []func(int){func(i int) { s += i }, func(i int) { s ^= i }}
			for i := range n {
				fs[i&1](i)
			}
			return uint64(s)
		}},
		{Name: "generics", Ops: 1000, Op: func() uint64 {
			s := 0
			for range 1000 {
				s += sum(nums)
			}
			return uint64(s)
		}},
		{Name: "genericstack", Ops: n, Op: func() uint64 {
			var st stack[int]
			s := 0
			for i := range n {
				st.push(i)
				if i%3 == 0 {
					s += st.pop()
				}
			}
			return uint64(s)
		}},
		{Name: "variadic", Ops: n / 4, Op: func() uint64 {
			s := 0
			for i := range n / 4 {
				s += largest(i, 5, s&7)
			}
			return uint64(s)
		}},
		{Name: "defer", Ops: n, Op: func() uint64 {
			s := 0
			for range n {
				deferred(&s)
			}
			return uint64(s)
		}},
		{Name: "panic", Ops: n / 20, Op: func() uint64 {
			s := 0
			for range n / 20 {
				recovers(&s)
			}
			return uint64(s)
		}},
		{Name: "rangefunc", Ops: n, Op: func() uint64 {
			s := 0
			for i := range seq(n) {
				s += i
			}
			return uint64(s)
		}},
		{Name: "sortslice", Ops: 1, Op: func() uint64 {
			xs := shuffled(100_000)
			sort.Slice(xs, func(i, j int) bool { return xs[i] < xs[j] })
			return uint64(xs[500])
		}},
		{Name: "slicessort", Ops: 1, Op: func() uint64 {
			xs := shuffled(100_000)
			slices.Sort(xs)
			return uint64(xs[500])
		}},
		{Name: "binarysearch", Ops: n / 4, Op: func() uint64 {
			xs := shuffled(10_000)
			slices.Sort(xs)
			s := 0
			for i := range n / 4 {
				at, _ := slices.BinarySearch(xs, i*500)
				s += at
			}
			return uint64(s)
		}},
	})
}
