// Big values built, passed, returned and copied in every way: temporaries that are not there any more must not show.
package main

import (
	"fmt"
	"runtime"
	"sync"
)

type B struct {
	a, b, c, d, e, f, g, h uint64
	p                      *int
}

type V struct{ x [12]uint64 }

type W struct {
	v V
	n int
	u V
}

//go:noinline
func mk(i int) V { return V{x: [12]uint64{0: uint64(i), 11: uint64(i) + 1}} }

//go:noinline
func mkp(i int) B { n := i; return B{a: uint64(i), p: &n} }

//go:noinline
func two(i int) (V, int, V) { return mk(i), i, mk(i + 1) }

//go:noinline
func take(v V, w V) uint64 { return v.x[0]*1000 + w.x[11] }

//go:noinline
func takep(b B) int { runtime.GC(); return *b.p + int(b.a) }

//go:noinline
func edit(v V, i int) V { v.x[3] = uint64(i); return v }

//go:noinline
func named(i int) (v V) {
	if i > 5 {
		v = mk(i)
		v.x[1]++
		return v
	}
	v.x[2] = uint64(i)
	return
}

//go:noinline
func deferred(i int) (v V, err error) {
	defer func() {
		if r := recover(); r != nil {
			err = fmt.Errorf("%v", r)
			v.x[5] = 5
		}
	}()
	v = mk(i)
	if i == 3 {
		panic("three")
	}
	return mk(i + 1), nil
}

//go:noinline
func nested(i int) W { return W{v: mk(i), n: i, u: mk(i + 1)} }

var glob [4]V
var heap = make([]V, 4)

//go:noinline
func self(p *V, i int) { *p = V{x: [12]uint64{0: p.x[11], 11: p.x[0], 3: uint64(i)}} }

//go:noinline
func swap(a, b *V) { *a, *b = *b, *a }

//go:noinline
func partial(p *W, i int) { *p = W{v: p.u, u: p.v, n: i} }

//go:noinline
func fails(s []V, i int) {
	defer func() { recover() }()
	s[i] = V{x: [12]uint64{1: 7}}
}

//go:noinline
func order(s []V, f func() uint64) {
	defer func() { recover() }()
	s[1] = V{x: [12]uint64{1: f(), 2: f(), 3: s[1].x[4]}}
}

//go:noinline
func recurse(n int, v V) uint64 {
	if n == 0 {
		return v.x[0] + v.x[7]
	}
	return recurse(n-1, V{x: [12]uint64{0: v.x[0] + 1, 7: v.x[7] + uint64(n)}}) + v.x[7]
}

type I interface{ M(v V, b B) V }
type T struct{ k uint64 }

func (t T) M(v V, b B) V { v.x[0] += t.k + uint64(*b.p); return v }

//go:noinline
func viaIface(i I, n int) V { q := n; return i.M(V{x: [12]uint64{5: uint64(n)}}, B{p: &q, a: 4}) }

//go:noinline
func viaClosure(n int) V {
	k := uint64(n)
	f := func(v V) V { v.x[1] = k; k++; return v }
	if n == 77 {
		f = func(v V) V { return v }
	}
	return f(f(V{x: [12]uint64{0: 9}}))
}

//go:noinline
func loopPrev(n int) (s uint64) {
	prev := mk(0)
	for i := range n {
		cur := edit(prev, i)
		cur.x[0] += prev.x[3]
		prev = cur
		s = s*3 + prev.x[0] + prev.x[3]
	}
	return s
}

func main() {
	var sum uint64
	for i := range 10 {
		a, n, b := two(i)
		sum = sum*31 + a.x[0] + uint64(n) + b.x[11]
		sum = sum*31 + take(mk(i), mk(i+1))
		sum = sum*31 + take(V{x: [12]uint64{0: uint64(i)}}, V{x: [12]uint64{11: uint64(i)}})
		sum = sum*31 + take(edit(mk(i), 3), edit(edit(mk(2), 1), i))
		sum = sum*31 + uint64(takep(mkp(i)))
		q := i
		sum = sum*31 + uint64(takep(B{a: uint64(i), p: &q}))
		sum = sum*31 + uint64(takep(B{p: new(int), a: uint64(takep(mkp(i)))}))
		x := named(i)
		sum = sum*31 + x.x[0] + x.x[1] + x.x[2]
		w := nested(i)
		sum = sum*31 + w.v.x[0] + w.u.x[11] + uint64(w.n)
		d, err := deferred(i)
		if err != nil {
			sum += d.x[5]
		}
		sum = sum*31 + d.x[0] + d.x[11]
		glob[i&3] = V{x: [12]uint64{2: uint64(i)}}
		glob[(i+1)&3] = glob[i&3]
		heap[i&3] = mk(i)
		heap[(i+2)&3] = edit(heap[i&3], i)
		self(&heap[i&3], i)
		swap(&heap[0], &heap[i&3])
		partial(&w, i)
		sum = sum*31 + w.v.x[0] + w.u.x[0] + w.v.x[11]
		fails(heap, i)
		order(heap, func() uint64 {
			heap[1].x[4]++
			if i == 4 {
				panic("x")
			}
			return heap[1].x[4]
		})
		sum = sum*31 + recurse(i, V{x: [12]uint64{7: 2}})
		y := viaIface(T{3}, i)
		z := viaClosure(i)
		sum = sum*31 + y.x[0] + y.x[5] + z.x[0] + z.x[1]
		sum = sum*31 + loopPrev(i)
	}
	for _, h := range append(glob[:], heap...) {
		for _, x := range h.x {
			sum = sum*31 + x
		}
	}
	fmt.Println(sum)
	var all sync.WaitGroup
	res := make([]uint64, 4)
	for g := range res {
		all.Go(func() {
			for i := range 300 {
				b := mkp(i)
				res[g] = res[g]*31 + b.a + uint64(*b.p) + uint64(len(fmt.Sprint(nested(i)))) + recurse(i%20, mk(i))
			}
		})
	}
	all.Wait()
	fmt.Println(res)
}
