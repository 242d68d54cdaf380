// Command stmts holds every form of statement; its output is checked once programs run.
package main

import (
	"errors"
	"fmt"
	"iter"
)

type point struct{ x, y int }

type named interface{ Name() string }

func (p point) Name() string   { return fmt.Sprint(p.x, ",", p.y) }
func (p *point) Move(dx int)   { p.x += dx }
func (p point) Plus(d int) int { return p.x + p.y + d }

type outer struct {
	point
	*inner
	named
}

type inner struct{ v int }

func (i *inner) Get() int { return i.v }
func (i inner) Val() int  { return i.v * 2 }

func forLoops() (fs []func() int) {
	for i := 0; i < 3; i++ {
		fs = append(fs, func() int { i += 10; return i })
	}
	for i, p := 0, new(int); i < 2; i, *p = i+1, *p+1 {
		q := &i
		fs = append(fs, func() int { return *q + *p })
	}
	for i := 0; i < 2; func() { i++ }() {
		fs = append(fs, func() int { return i })
	}
outer:
	for i := 0; ; i++ {
		for j := range 10 {
			switch {
			case j == 3:
				continue outer
			case i == 4:
				break outer
			}
		}
	}
	return fs
}

func gotos(n int) (s int) {
	i := 0
again:
	if i < n {
		s += i
		i++
		goto again
	}
	if s > 100 {
		goto done
	}
	s *= 2
done:
	return s
}

func ints(x int) string {
	switch x {
	case 1, 2, 3:
		return "small"
	case 10:
		fallthrough
	case 11:
		return "ten"
	case 20, 21, 22, 24, 26, 28, 30, 32, 34, 36:
		return "table"
	case -5, 1 << 40:
		return "far"
	default:
		return "other"
	}
}

func strs(s string) int {
	switch s {
	case "":
		return 0
	case "a":
		return 1
	case "bb", "cc", "dd", "ee", "ff", "gg":
		return 2
	case "a long string that is compared by a call because it has more than sixty-four bytes":
		return 3
	case "ab":
		return 4
	}
	return -1
}

func kinds(x any) string {
	switch v := x.(type) {
	case nil:
		return "nil"
	case int:
		return fmt.Sprint("int ", v+1)
	case string, []byte:
		return fmt.Sprint("text ", v)
	case point:
		return v.Name()
	case error:
		return v.Error()
	case named:
		return "named " + v.Name()
	case func() int:
		return fmt.Sprint("func ", v())
	case struct{}:
		return "empty"
	case [3]int:
		return fmt.Sprint("array ", v[1])
	}
	return "?"
}

func generic[T any](x T) string {
	switch any(x).(type) {
	case T:
		return "T"
	case int:
		return "int"
	}
	return "?"
}

func ranges(m map[string]int, ch chan int) (n int) {
	for i := range 3 {
		n += i
	}
	for range 2 {
		n++
	}
	for i, x := range []int{4, 5} {
		n += i * x
	}
	a := [3]point{{1, 2}, {3, 4}, {5, 6}}
	for i, p := range a {
		a[2].x = 100
		n += p.x * i
	}
	for i, p := range &a {
		n += p.x * i
	}
	for i := range a {
		n += i
	}
	for i, r := range "aé世\xff" {
		n += i * int(r)
	}
	for _, v := range m {
		n += v
	}
	for k := range m {
		delete(m, k)
	}
	n += len(m)
	for x := range ch {
		n += x
	}
	var s struct{ k, v int }
	for s.k, s.v = range []int{7, 8} {
	}
	return n + s.k + s.v
}

func count(n int) iter.Seq2[int, string] {
	return func(yield func(int, string) bool) {
		for i := range n {
			if !yield(i, fmt.Sprint("#", i)) {
				return
			}
		}
	}
}

func rangeFuncs(n int) (result string, err error) {
	defer func() { result += "!" }()
	sum := 0
	for i := range count(n) {
		if i == 1 {
			continue
		}
		sum += i
		if i == 5 {
			break
		}
	}
	result = fmt.Sprint(sum)
outer:
	for i, s := range count(4) {
		defer func() { result += s }()
		for j := range count(4) {
			switch {
			case j == 2:
				continue outer
			case i == 2:
				break outer
			case n == 100:
				goto out
			case n == 7 && i == 1 && j == 1:
				return "seven", errors.New("seven")
			}
			sum++
		}
	}
	result += fmt.Sprint("/", sum)
	return
out:
	return "out", nil
}

func defers(n int) (s string) {
	defer func() {
		if r := recover(); r != nil {
			s += fmt.Sprint(" recovered ", r)
		}
	}()
	p := point{n, 2}
	var nm named = p
	defer fmt.Sprint(n, "args")
	defer p.Move(1)
	defer nm.Name()
	m := map[int]int{1: 1}
	defer delete(m, 1)
	for i := range 3 {
		defer func(k int) { s += fmt.Sprint(k) }(i)
	}
	if n > 5 {
		panic("big")
	}
	return "ok"
}

func deferPanic() (s string) {
	defer func() { s = fmt.Sprint(recover()) }()
	defer panic("second")
	panic("first")
}

func selects(a, b chan int, quit chan struct{}) (n int) {
	select {
	case a <- 1:
		n = 1
	default:
		n = 2
	}
	select {
	case x, ok := <-b:
		if ok {
			n += x
		}
	default:
	}
	select {
	case v := <-a:
		n += v * 10
	case b <- n:
		n += 100
	case <-quit:
		n += 1000
	}
	select {
	case <-quit:
		n += 10000
	}
	var arr [2]int
	var ok bool
	select {
	case arr[1], ok = <-quit2():
		n += arr[1]
	}
	if ok {
		n++
	}
	return n
}

func quit2() chan int {
	c := make(chan int, 1)
	c <- 5
	return c
}

func goes() (n int) {
	c := make(chan int)
	go func() { c <- 1 }()
	go send(c, 2)
	p := &point{3, 4}
	go p.sendTo(c)
	f := send
	go f(c, 5)
	for range 4 {
		n += <-c
	}
	go close(c)
	<-c
	return n
}

func send(c chan int, n int)       { c <- n }
func (p *point) sendTo(c chan int) { c <- p.x + p.y }

type big struct {
	name string
	f    float64
	a    [5]any
	_    int
	p    point
}

func equals(x, y big, a, b [4]string, i, j any, e, g error) (n int) {
	if x == y {
		n |= 1
	}
	if a == b {
		n |= 2
	}
	if i == j {
		n |= 4
	}
	if e == g {
		n |= 8
	}
	if x.p == y.p {
		n |= 16
	}
	if i == any(x.p) {
		n |= 32
	}
	if x.name == "name" || x.name != y.name {
		n |= 64
	}
	m := map[big]int{x: 1}
	m[y]++
	return n | len(m)<<8
}

func wrappers() string {
	o := outer{point{1, 2}, &inner{3}, point{7, 8}}
	var g interface{ Get() int } = o
	var v interface{ Val() int } = &o
	f := o.inner.Get
	h := (*outer).Val
	k := outer.Get
	l := named.Name
	mv := o.named.Name
	o.Move(5)
	return fmt.Sprint(g.Get(), v.Val(), f(), h(&o), k(o), l(o.named), mv(), o.Plus(1))
}

var (
	counter          = 3
	table            = []point{{1, 2}, {counter, 4}, {5, 6}}
	byName           = map[string]int{"a": 1, "b": 2}
	pt               = &table[0]
	fn               = func(x int) int { return x + counter }
	iface      any   = "static"
	err0       error = errors.New("dynamic")
	ifs              = []any{1, "two", 3.5, point{1, 2}, nil, &counter}
	arr              = [...]string{2: "c", 0: "a"}
	bytes            = []byte("bytes")
	nested           = map[string][]*point{"x": {{1, 2}, {3, 4}}}
	two, three       = twoThree()
	dep              = later + 1
	later            = compute()
	_                = sideEffect("blank")
	complexV         = complex(1, 2)
	method           = point.Plus
	funcs            = [...]func(int) int{fn2, fn}
	str        fmt.Stringer
)

func fn2(x int) int           { return x * 2 }
func twoThree() (int, int)    { return 2, 3 }
func compute() int            { return counter * 10 }
func sideEffect(s string) int { effects = append(effects, s); return 0 }

var effects []string

func init() { effects = append(effects, "init1") }
func init() { effects = append(effects, "init2") }

func main() {
	for _, f := range forLoops() {
		fmt.Println(f(), f())
	}
	fmt.Println(gotos(5), gotos(50))
	for _, x := range []int{1, 3, 4, 10, 11, 20, 23, 24, 36, 37, -5, 1 << 40} {
		fmt.Println(x, ints(x))
	}
	for _, s := range []string{"", "a", "b", "ab", "cc", "gg", "hh", "a long string that is compared by a call because it has more than sixty-four bytes"} {
		fmt.Println(s, strs(s))
	}
	for _, x := range []any{nil, 1, "s", []byte("b"), point{1, 2}, err0, &point{3, 4}, func() int { return 9 }, struct{}{}, [3]int{1, 2, 3}, 2.5} {
		fmt.Println(kinds(x))
	}
	fmt.Println(generic(1), generic("x"), generic[any](nil), generic[error](nil))
	ch := make(chan int, 3)
	ch <- 1
	ch <- 2
	close(ch)
	fmt.Println(ranges(map[string]int{"a": 1, "b": 2}, ch))
	for _, n := range []int{3, 7, 10, 100} {
		fmt.Println(rangeFuncs(n))
	}
	fmt.Println(defers(1), defers(10), deferPanic())
	quit := make(chan struct{})
	close(quit)
	fmt.Println(selects(make(chan int, 1), make(chan int), quit) > 0)
	fmt.Println(goes())
	x := big{name: "name", f: 1, p: point{1, 2}}
	y := x
	fmt.Println(equals(x, y, [4]string{"a"}, [4]string{"a"}, 1, 1, err0, err0))
	y.a[4] = "other"
	fmt.Println(equals(x, y, [4]string{"a"}, [4]string{3: "a"}, 1, 1.0, err0, nil))
	fmt.Println(wrappers())
	fmt.Println(counter, table, byName, *pt, fn(1), iface, err0, ifs[:5], arr, string(bytes), *nested["x"][1])
	fmt.Println(two, three, dep, later, complexV, method(point{1, 2}, 3), funcs[0](4), funcs[1](4), str, effects)
}
