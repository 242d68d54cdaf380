// Small numbers, empty strings, nil slices and constant literals in interfaces need no memory of their own, and calls through interfaces whose
// content is known are direct, also where they are captured or deferred. All of it must read back as it was.
package main

import (
	"fmt"
	"math"
	"testing"
	"time"
)

var sink [16]any

//go:noinline
func keep(i int, x any) { sink[i&15] = x }

//go:noinline
func hide[T any](x T) T { return x }

type (
	wrapped struct{ n int64 }
	one     [1]uint16
	words   struct{ s string }
	list    struct{ l []int }
	point   struct {
		x, y int
		name string
	}
	byName interface{ String() string }
	named  int16
)

func (p point) String() string { return fmt.Sprint("point ", p.x, p.y, p.name) }
func (n named) String() string { return fmt.Sprint("named ", int(n)) }

//go:noinline
func (p point) Each(xs ...any) int {
	n := 0
	for _, x := range xs {
		if x != nil {
			n++
		}
	}
	return n + p.x
}

type each interface{ Each(...any) int }

func numbers[T int16 | uint16 | int32 | uint32 | int64 | uint64 | int | uint | uintptr | named | time.Duration](list ...int64) {
	for i, n := range list {
		x := hide(T(n))
		keep(i, x)
		x++
		fmt.Printf("%T %v %v\n", sink[i], sink[i], sink[i] == any(x-1))
	}
}

func main() {
	edges := []int64{0, 1, 254, 255, 256, 257, -1, -128, -256, 1 << 15, 1<<31 + 3, -1 << 63}
	numbers[int16](edges...)
	numbers[uint16](edges...)
	numbers[int32](edges...)
	numbers[uint32](edges...)
	numbers[int64](edges...)
	numbers[uint64](edges...)
	numbers[int](edges...)
	numbers[uint](edges...)
	numbers[uintptr](edges...)
	numbers[named](edges...)
	numbers[time.Duration](edges...)
	for i, f := range []float64{0, math.Copysign(0, -1), 1, math.SmallestNonzeroFloat64, 255 * math.SmallestNonzeroFloat64, 256 * math.SmallestNonzeroFloat64, math.NaN(), math.Inf(-1)} {
		keep(i, f)
		keep(i+8, float32(f))
		fmt.Println(sink[i], math.Signbit(sink[i].(float64)), sink[i+8], math.Signbit(float64(sink[i+8].(float32))))
	}
	for _, n := range []int64{3, 300} {
		keep(0, wrapped{n})
		keep(1, one{uint16(n)})
		keep(2, complex(float64(n), 0))
		keep(3, rune(n))
		fmt.Println(sink[0], sink[1], sink[2], sink[3], sink[0] == any(wrapped{n}))
	}
	for _, s := range []string{"", "x", hide("abc")[:0], hide("abc")} {
		keep(0, s)
		keep(1, words{s})
		keep(2, []byte(s))
		keep(3, error(fmt.Errorf("%s", s)))
		fmt.Printf("%q %v %q %v %v\n", sink[0], sink[1], sink[2], sink[3], sink[0] == any(s))
	}
	for _, l := range [][]int{nil, {}, {1}, hide([]int{1, 2})[:0]} {
		keep(0, l)
		keep(1, list{l})
		fmt.Println(sink[0].([]int) == nil, len(sink[0].([]int)), cap(sink[0].([]int)), sink[1].(list).l == nil)
	}
	literals()
	known()
	inlined()
	counts()
}

func hold[T any](x T) any {
	keep(9, x)
	return sink[9]
}

// inlined has constants that are known to be ones only when hold is part of this function.
func inlined() {
	fmt.Println(hold(1000), hold(-1), hold(int16(-2)), hold(uint32(1<<31)), hold(1<<62), hold(1.5), hold(float32(-0.25)), hold('x'), hold(named(300)))
	fmt.Println(hold("x"), hold(""), hold("a longer string, with blanks and so on"), hold("quote\""), hold("sliced"[:2]), hold(words{"in a struct"}), hold([1]string{"one"}))
	fmt.Println(hold([]int(nil)), hold(wrapped{1 << 40}), hold(one{7}), hold(true), hold(struct{}{}), hold(point{1, 2, "p"}))
}

func literals() {
	for i := range 3 {
		keep(0, point{1, 2, "constant"})
		keep(1, point{i, 2, "not constant"})
		keep(2, [3]int{1, 2, 3})
		keep(3, [2]string{"a", "b"})
		keep(4, struct{ p point }{point{y: 7}})
		keep(5, point{})
		keep(6, [2]any{1, "x"})
		fmt.Println(sink[:7]...)
		p := sink[0].(point)
		p.x = 100
		a := sink[2].([3]int)
		a[0]++
	}
	var s byName = point{3, 4, "s"}
	fmt.Println(s, s == byName(point{3, 4, "s"}))
}

func known() {
	var e each = point{5, 0, ""}
	var s byName = named(7)
	var n byName
	func() {
		defer func() { fmt.Println(e.Each(1, "a", nil), s.String()) }()
		defer e.Each(1)
		defer func() { fmt.Println("recovered", recover() != nil) }()
		defer n.String()
		fmt.Println("not reached")
	}()
	done := make(chan int)
	go func() { done <- e.Each(nil, 2) }()
	fmt.Println(<-done)
	var p *point
	var q each = p
	func() {
		defer func() { fmt.Println(recover()) }()
		func() { q.Each() }()
	}()
	for i := range 2 {
		var v each = point{i, 0, ""}
		func() { fmt.Println(v.Each(1)) }()
	}
	var changed each = point{1, 0, ""}
	f := func() int { return changed.Each() }
	changed = &point{20, 0, ""}
	fmt.Println(f())
	generic[point](point{8, 0, ""})
}

func generic[T each](x T) {
	var e each = x
	func() { fmt.Println(e.Each(1, 2)) }()
}

func counts() {
	n, f, s, l := hide(7), hide(0.0), hide(""), hide([]int(nil))
	var e each = point{1, 2, "x"}
	for i, c := range []func(){
		func() { keep(0, n) }, func() { keep(0, f) }, func() { keep(0, s) }, func() { keep(0, l) }, func() { keep(0, int16(n)) },
		func() { keep(0, point{1, 2, "x"}) }, func() { keep(0, [4]int{1}) }, func() { e.Each(n, s) },
		func() { func() { defer e.Each("k", n) }() },
		func() {
			for range 3 {
				defer func() { n++ }()
			}
		},
		func() { c := make(chan int, 2); c <- 1; keep(0, c) },
	} {
		fmt.Println(i, testing.AllocsPerRun(10, c))
	}
}
