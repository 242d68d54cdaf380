package main

import "strata/bench/internal/timing"

type big64 struct{ a, b, c, d, e, f, g, h uint64 }

type big80 struct {
	big64
	i, j uint64
}

type big256 struct{ p, q, r, s big64 }

type named struct {
	name string
	id   int
	tags []string
	next *named
	big  [4]uint64
}

// values passes, gives back and stores values that are too big for registers.
func values() []timing.Bench {
	const n = 1_000_000
	return []timing.Bench{
		{Name: "big-64-pass", Ops: n, Op: func() uint64 { return pass(n, big64{1, 2, 3, 4, 5, 6, 7, 8}) }},
		{Name: "big-80-pass", Ops: n, Op: func() uint64 { return pass80(n, big80{i: 5, j: 6}) }},
		{Name: "big-256-pass", Ops: n, Op: func() uint64 { return pass256(n, big256{}) }},
		{Name: "big-64-return", Ops: n, Op: func() uint64 {
			s := uint64(0)
			for i := range n {
				x := made64(uint64(i))
				s += x.a + x.h
			}
			return s
		}},
		{Name: "big-256-return", Ops: n, Op: func() uint64 {
			s := uint64(0)
			for i := range n {
				x := made256(uint64(i))
				s += x.p.a + x.s.h
			}
			return s
		}},
		{Name: "push-80", Ops: n, Op: func() uint64 {
			var st stack80
			for range n / 1000 {
				st.items = st.items[:0]
				for i := range 1000 {
					st.push(big80{i: uint64(i), j: 2})
				}
			}
			return st.items[3].i + uint64(len(st.items))
		}},
		{Name: "push-zero", Ops: n, Op: func() uint64 {
			var st stack80
			for range n / 1000 {
				st.items = st.items[:0]
				for range 1000 {
					st.push(big80{})
				}
			}
			return st.items[3].i + uint64(len(st.items))
		}},
		{Name: "append-literal", Ops: n, Op: func() uint64 {
			var list []named
			for range n / 1000 {
				list = list[:0]
				for i := range 1000 {
					list = append(list, named{name: "x", id: i})
				}
			}
			return uint64(list[7].id)
		}},
		{Name: "map-big", Ops: n, Op: func() uint64 {
			m := map[int]big80{}
			for i := range n {
				m[i&63] = big80{i: uint64(i)}
			}
			return m[5].i
		}},
		{Name: "chan-big", Ops: n, Op: func() uint64 {
			c := make(chan big80, 1)
			s := uint64(0)
			for i := range n {
				c <- big80{j: uint64(i)}
				x := <-c
				s += x.j
			}
			return s
		}},
		{Name: "assign-fields", Ops: n, Op: func() uint64 {
			var grid [16]big80
			for i := range n {
				grid[i&15] = big80{big64: big64{a: uint64(i)}, j: 1}
				grid[(i+1)&15] = grid[i&15]
			}
			return grid[3].a + grid[4].j
		}},
		{Name: "method-value", Ops: n, Op: func() uint64 {
			x := big80{i: 1}
			for range n {
				x = x.with(3)
			}
			return x.i
		}},
		{Name: "range-values", Ops: n, Op: func() uint64 {
			list := make([]big80, 1000)
			s := uint64(0)
			for range n / 1000 {
				for i, x := range list {
					s += x.sum() + uint64(i)
				}
			}
			return s
		}},
	}
}

//go:noinline
func sum64(x big64) uint64 { return x.a + x.h }

//go:noinline
func sum256(x big256) uint64 { return x.p.a + x.s.h }

//go:noinline
func (x big80) sum() uint64 { return x.a + x.j }

//go:noinline
func (x big80) with(i uint64) big80 { x.i += i; return x }

//go:noinline
func made64(i uint64) big64 { return big64{a: i, h: i} }

//go:noinline
func made256(i uint64) big256 { return big256{p: big64{a: i}, s: big64{h: i}} }

func pass(n int, x big64) (s uint64) {
	for i := range n {
		x.a = uint64(i)
		s += sum64(x)
	}
	return s
}

func pass80(n int, x big80) (s uint64) {
	for i := range n {
		x.a = uint64(i)
		s += x.sum()
	}
	return s
}

func pass256(n int, x big256) (s uint64) {
	for i := range n {
		x.p.a = uint64(i)
		s += sum256(x)
	}
	return s
}

type stack80 struct{ items []big80 }

//go:noinline
func (s *stack80) push(x big80) { s.items = append(s.items, x) }
