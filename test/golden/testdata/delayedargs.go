package main

import (
	"fmt"
	"sync"
)

// Arguments of go and defer statements: what they are made of is evaluated at the statement, in order.

type pair struct {
	a, b *int
	c    any
}

var wg sync.WaitGroup
var mu sync.Mutex

func note(s string, n int) int { fmt.Println("eval", s, n); return n }

func show(what string, list ...any) {
	mu.Lock()
	defer mu.Unlock()
	fmt.Println(what, list)
	wg.Done()
}

func pairs(ps []pair, q *pair, m map[string]int, arr [3]int, more ...*pair) {
	fmt.Println(*ps[0].a, *ps[1].b, ps[0].c, *q.a, q.c, m["x"], arr, len(more), *more[0].a)
	*ps[0].a = 100
	wg.Done()
}

type T struct{ n int }

func (t *T) add(xs ...*int) {
	for _, x := range xs {
		t.n += *x
	}
	fmt.Println("sum", t.n)
	wg.Done()
}

var kept *int

func keep(p *int) { kept = p; wg.Done() }

func two() (int, string) { return 1, "two" }
func tuple(n int, s string) {
	fmt.Println(n, s)
	wg.Done()
}

type err struct{ code int }

func (e err) Error() string { return fmt.Sprint("err", e.code) }
func fails(e error) {
	fmt.Println(e)
	wg.Done()
}
func generic[X any](xs ...X) {
	fmt.Println(len(xs), xs)
	wg.Done()
}

func start[X any](x, y X) {
	wg.Add(1)
	go generic(x, y)
	wg.Wait()
}

func main() {
	x := 1
	wg.Add(1)
	go show("list", x, note("a", 2), "s", note("b", 3), new(int) != nil, [2]int{x, 4})
	x = 9
	wg.Wait()
	wg.Add(1)
	y, z := 5, 6
	arr := [3]int{1, 2, 3}
	go pairs([]pair{{a: &y, c: x}, {b: &z}}, &pair{a: &z, c: note("c", 7)}, map[string]int{"x": note("d", 8)}, arr, &pair{a: &x}, nil)
	arr[0] = 50
	wg.Wait()
	fmt.Println(y)
	t := &T{}
	wg.Add(1)
	go t.add(new(int), &x, &[]int{3, 4}[1])
	wg.Wait()
	wg.Add(1)
	go keep(new(int))
	wg.Wait()
	*kept = 3
	wg.Add(1)
	go tuple(two())
	wg.Wait()
	wg.Add(1)
	go fails(err{note("e", 4)})
	wg.Wait()
	start("p", "q")
	start(1.5, 2.5)
	for i := range 3 {
		defer show("deferred", i, &pair{c: i} != nil, []int{i, i * i}, struct{ p any }{i})
		defer wg.Add(1)
	}
	f := func(ps ...pair) { fmt.Println(len(ps), ps[1].c); wg.Done() }
	wg.Add(1)
	go f(pair{}, pair{c: note("f", 1)})
	wg.Wait()
	wg.Add(1)
	go func(p *pair, q pair) { fmt.Println(p.c, q.c); wg.Done() }(&pair{c: x}, pair{c: x + 1})
	wg.Wait()
	func() {
		defer func() { fmt.Println("recovered", recover()) }()
		var nothing *T
		defer show("not reached", nothing.n)
	}()
	func() {
		defer func() { fmt.Println("recovered", recover()) }()
		var e error
		go fails(fmt.Errorf("x%w", e.(err)))
	}()
}
