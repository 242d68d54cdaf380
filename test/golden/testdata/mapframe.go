package main

import (
	"fmt"
	"runtime"
	"sort"
	"strings"
)

// Maps and slices that do not outlive their function lie in its frame; what they lead to does not.

type big struct {
	name string
	rest [30]*int
}

func garbage() {
	for range 20 {
		_ = strings.Repeat("x", 5000)
	}
	runtime.GC()
}

//go:noinline
func deep(n int) int { // moves the stack
	var pad [64]int
	pad[n%64] = n
	if n == 0 {
		return 0
	}
	return deep(n-1) + pad[n%64] - n
}

//go:noinline
func fresh(i int) *int { return &i }

//go:noinline
func pointers() int {
	m := map[string]*int{}
	for i := range 8 {
		m[fmt.Sprint("k", i)] = fresh(i)
	}
	garbage()
	deep(500)
	sum := 0
	for k, p := range m {
		garbage()
		if k != fmt.Sprint("k", *p) {
			panic(k)
		}
		sum += *p
	}
	return sum
}

//go:noinline
func grown(n int) (sum int) {
	m := make(map[int]*int, 3)
	for i := range n {
		m[i] = fresh(i)
		if i%100 == 0 {
			garbage()
		}
	}
	for _, p := range m {
		sum += *p
	}
	clear(m)
	m[1] = fresh(1)
	garbage()
	return sum + *m[1] + len(m)
}

//go:noinline
func wide() string {
	m := map[int]big{}
	for i := range 5 {
		m[i] = big{fmt.Sprint(i), [30]*int{29: fresh(i)}}
	}
	v := m[3]
	garbage()
	return fmt.Sprint(v.name, *v.rest[29], *m[4].rest[29])
}

//go:noinline
func loops() (out []int) {
	var last map[int]int
	for i := range 5 {
		m := map[int]int{i: i} // the one of the iteration before is still in use
		if last != nil {
			out = append(out, last[i-1]+m[i])
		}
		last = m
	}
	for i := range 3 {
		m := map[int]int{}
		m[i]++
		out = append(out, len(m))
	}
	return out
}

//go:noinline
func recovered() (s string) {
	m := map[any]*int{}
	defer func() {
		recover()
		garbage()
		s = fmt.Sprint(*m[1], len(m))
	}()
	m[1] = fresh(7)
	m[func() {}] = nil
	return "not reached"
}

//go:noinline
func kept() map[string]int { return map[string]int{"kept": 1} }

func width() int { return 6 }

//go:noinline
func made() string {
	p := make([]*int, width())
	for i := range p {
		p[i] = fresh(i * i)
	}
	garbage()
	b := append(make([]byte, 0, 2*width()), "made"...)
	return fmt.Sprint(*p[5], string(b), len(p), cap(b))
}

func each(m map[string]*int, f func(string, *int)) {
	for k, v := range m {
		f(k, v)
	}
}

//go:noinline
func closures() string {
	m := map[string]*int{"a": fresh(1), "b": fresh(2)}
	set := func(k string, v int) { m[k] = fresh(v) }
	set("c", 3)
	garbage()
	var all []string
	each(m, func(k string, v *int) {
		garbage()
		all = append(all, fmt.Sprint(k, *v))
	})
	sort.Strings(all)
	return strings.Join(all, " ")
}

func main() {
	fmt.Println(pointers(), grown(8), grown(500), wide(), loops(), recovered(), kept(), made(), closures())
}
