// The runtime alone, in everything that WebAssembly needs something of its own for.
package main

import "runtime"

type node struct {
	left, right *node
	n           int
}

func tree(depth int) *node {
	if depth == 0 {
		return nil
	}
	return &node{tree(depth - 1), tree(depth - 1), depth}
}

func (t *node) sum() int {
	if t == nil {
		return 0
	}
	return t.n + t.left.sum() + t.right.sum()
}

func deep(n int) int {
	var pad [32]int
	pad[n%32] = n
	if n == 0 {
		return 0
	}
	return deep(n-1) + pad[n%32] - n + 1
}

func try(f func()) (r any) {
	defer func() { r = recover() }()
	f()
	return "no panic"
}

// jumps has a loop with two entries.
func jumps(start, n int) (s int) {
	i := 0
	if start == 1 {
		goto b
	}
a:
	s++
	i++
	if i%3 == 0 {
		goto a
	}
b:
	s += 10
	if i < n {
		goto a
	}
	return s*100 + i
}

// parked waits inside of loops and with locals of every type alive.
func parked(in, out chan int) {
	total, half := 0, 0.5
	var kept *node
	for i := range 3 {
		for j := range 3 {
			v := <-in
			kept = &node{kept, nil, v}
			runtime.GC()
			total += v*i + j
			half *= 1.5
		}
	}
	out <- total + int(half*100) + kept.sum()
}

func main() {
	println("hello", 42)
	for range 5 {
		if s := tree(12).sum(); s != 8178 {
			println("sum", s)
		}
	}
	println(deep(3000))
	println(jumps(0, 7), jumps(1, 7))
	in, out := make(chan int), make(chan int)
	for range 20 {
		go parked(in, out)
	}
	go func() {
		for i := range 180 {
			in <- i
		}
	}()
	total := 0
	for range 20 {
		total += <-out
	}
	println(total > 0)
	m := map[int]string{}
	for i := range 2000 {
		m[i*i] = "x"
	}
	println(len(m), m[81], m[82] == "")
	var np *node
	none, i := []int{}, 3
	for _, f := range []func(){
		func() { println(np.n) },
		func() { println(none[i]) },
		func() { println(10 / len(none)) },
		func() { panic("own") },
		func() { runtime.Gosched(); panic(any(7)) },
		func() {},
	} {
		switch r := try(f).(type) {
		case error:
			println("error", r.Error())
		case string:
			println("string", r)
		case int:
			println("int", r)
		}
	}
	var u uint64 = 0xfedcba9876543210
	println(u*u>>3, int64(u)/7, int32(u)%-11, float64(u), int8(u>>4), u<<(u&7))
	defer println("deferred")
	select {
	case v := <-in:
		println(v)
	default:
		println("default")
	}
	none[i] = 1
}
