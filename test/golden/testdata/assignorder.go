// Calls on the right of an assignment come before the left is looked at: what they change is what is assigned to.
package main

import "fmt"

type pair struct{ x, y int }

type machine struct {
	stack []int
	pairs []pair
	any   []any
	p     *int
	m     map[int]int
	a     *[3]int
	ch    chan int
}

func (v *machine) grow() int {
	v.stack = append(make([]int, 0, len(v.stack)+1), v.stack...)[:len(v.stack)+1]
	v.pairs = append([]pair{}, v.pairs...)
	v.any = append([]any{}, v.any...)
	v.p, v.m, v.a, v.ch = new(int), map[int]int{}, new([3]int), make(chan int, 1)
	return 7
}

func (v *machine) two() (int, bool) { return v.grow(), true }
func (v *machine) pair() pair       { return pair{v.grow(), 8} }
func (v *machine) boxed() any       { return v.grow() }
func (v *machine) list() []int      { v.grow(); return []int{1, 2} }
func (v *machine) channel() chan int {
	v.grow()
	c := make(chan int, 1)
	c <- 9
	return c
}
func (v *machine) index() map[string]pair { v.grow(); return map[string]pair{"a": {3, 4}} }

func fresh() *machine {
	v := &machine{stack: make([]int, 2), pairs: make([]pair, 2), any: make([]any, 2)}
	v.grow()
	return v
}

func single() {
	v := fresh()
	v.stack[1] = v.grow()
	*v.p = v.grow()
	fmt.Println(v.stack, *v.p)
	v.m[1] = v.grow()
	fmt.Println(v.m)
	v.a[1] = v.grow()
	fmt.Println(*v.a)
	v.stack[0] += v.grow()
	v.stack[1] -= len(v.list())
	v.pairs[1] = v.pair()
	v.pairs[0].y = v.grow() + len(v.list())
	v.any[0] = v.boxed()
	v.any[1] = v.boxed().(int) + 1
	fmt.Println(v.stack, v.pairs, v.any)
	v.stack[len(v.stack)-1] = v.grow()
	v.stack[0] = <-v.channel()
	v.pairs[0] = v.index()["a"]
	fmt.Println(v.stack, v.pairs)
	fmt.Println(len(v.stack)+v.grow(), v.grow()+max(len(v.stack), v.grow()), len(v.stack))
	v.ch <- v.grow()
	fmt.Println(len(v.ch))
}

func several() {
	v := fresh()
	i := 0
	var ok bool
	v.stack[0], ok = v.two()
	fmt.Println(v.stack, ok)
	v.stack[1], i = v.grow(), 1
	fmt.Println(v.stack, i)
	v.pairs[i], ok = v.index()["a"]
	fmt.Println(v.pairs, ok)
	v.any[i], ok = v.boxed().(int)
	fmt.Println(v.any, ok)
	v.stack[i], ok = <-v.channel()
	fmt.Println(v.stack, ok)
	v.stack[0], v.stack[1] = v.stack[1], v.grow()
	fmt.Println(v.stack)
	f := func() int { i++; return i }
	i, v.stack[i] = 0, f()
	fmt.Println(v.stack, i)
	x := 1
	g := func() int { x = 5; return 6 }
	y, z := x, g()
	fmt.Println(x, y, z)
	x, y = g(), x
	fmt.Println(x, y)
}

func locals() {
	i := 1
	list := make([]int, 2)
	f := func() int { list = make([]int, 3); i = 2; return 5 }
	list[i] = f()
	fmt.Println(list, i)
	a := [4]int{}
	p := &a
	g := func() int { a, i, p = [4]int{9, 9, 9, 9}, 0, new([4]int); return 5 }
	a[i] = g()
	fmt.Println(a, i)
	p[1] = g()
	fmt.Println(a, *p)
	s := struct {
		n    int
		list []*pair
	}{list: []*pair{{}}}
	h := func() int { s.list = []*pair{{1, 1}}; return 2 }
	s.list[s.n].x = h()
	fmt.Println(*s.list[0])
	s.n, s.list[0].x = h(), h()
	fmt.Println(s.n, *s.list[0])
}

// keys assigns to maps: keys whose address the runtime takes are evaluated first, others after the call.
func keys() {
	word, num, box, two := "a", 1, any("a"), pair{1, 1}
	small, name := int8(1), [1]string{"a"}
	f := func() int { word, num, box, two, small, name = "b", 2, "b", pair{2, 2}, 2, [1]string{"b"}; return 1 }
	reset := func() { word, num, box, two, small, name = "a", 1, "a", pair{1, 1}, 1, [1]string{"a"} }
	words, nums, boxes := map[string]int{}, map[int]int{}, map[any]int{}
	twos, smalls, names := map[pair]int{}, map[int8]int{}, map[[1]string]int{}
	words[word] = f()
	reset()
	nums[num] = f()
	reset()
	boxes[box] = f()
	reset()
	boxes[num] = f()
	reset()
	twos[two] = f()
	reset()
	smalls[small] += f()
	reset()
	names[name], twos[two] = f(), 5
	reset()
	words[word+"x"], nums[num+3] = f(), f()
	fmt.Println(words, nums, boxes["a"], boxes[1], len(boxes), twos, smalls, names)
}

var (
	global []int
	boxes  = make([]any, 2)
)

func growGlobals() int {
	global = append(global, 0)
	global = append([]int{}, global...)
	boxes = make([]any, 3)
	return 3
}

func id[T any](x T) T { growGlobals(); return x }

func store[T any](to *struct{ list []T }, f func() T) { to.list[0] = f() }

func globals() {
	growGlobals()
	global[0] = growGlobals()
	global[len(global)-1] = growGlobals() + growGlobals()
	fmt.Println(global)
	boxes[1] = id("x")
	fmt.Println(boxes)
	var l struct{ list []string }
	store(&l, func() string { l.list = make([]string, 1); return "generic" })
	fmt.Println(l.list)
}

// faults tells which of two faults comes first.
func faults() {
	var p *pair
	var list []int
	var m map[string]int
	zero := 0
	try := func(f func()) {
		defer func() { fmt.Println(recover()) }()
		f()
	}
	try(func() { list[3] = p.x })
	try(func() { p.x = list[4] })
	try(func() { m["a"] = 1 / zero })
	try(func() { list[5], p.x = 1, 1/zero })
	try(func() { p.x, list[6] = 1, 1 })
	try(func() { list[7] += p.y })
	try(func() { p.x = fresh().grow() })
	try(func() { list[fresh().grow()] = 1 })
}

func main() {
	single()
	several()
	locals()
	keys()
	globals()
	faults()
}
