// Type parameters: containers, constraints, methods, instances of instances.
package main

import (
	"cmp"
	"errors"
	"fmt"
	"sort"
	"strings"
)

type Number interface {
	~int | ~int8 | ~int64 | ~uint8 | ~float32 | ~float64
}

func Sum[T Number](xs ...T) (s T) {
	for _, x := range xs {
		s += x
	}
	return s
}

func Map[T, U any](xs []T, f func(T) U) []U {
	out := make([]U, 0, len(xs))
	for _, x := range xs {
		out = append(out, f(x))
	}
	return out
}

func Reduce[T, A any](xs []T, a A, f func(A, T) A) A {
	for _, x := range xs {
		a = f(a, x)
	}
	return a
}

type Tree[K cmp.Ordered, V any] struct {
	root *node[K, V]
	n    int
}

type node[K cmp.Ordered, V any] struct {
	k           K
	v           V
	left, right *node[K, V]
}

func (t *Tree[K, V]) Put(k K, v V) {
	p := &t.root
	for *p != nil {
		switch c := cmp.Compare(k, (*p).k); {
		case c < 0:
			p = &(*p).left
		case c > 0:
			p = &(*p).right
		default:
			(*p).v = v
			return
		}
	}
	*p = &node[K, V]{k: k, v: v}
	t.n++
}

func (t *Tree[K, V]) All() func(yield func(K, V) bool) {
	return func(yield func(K, V) bool) { t.root.walk(yield) }
}

func (n *node[K, V]) walk(yield func(K, V) bool) bool {
	return n == nil || n.left.walk(yield) && yield(n.k, n.v) && n.right.walk(yield)
}

type Pair[A, B any] struct {
	First  A
	Second B
}

func MakePair[A, B any](a A, b B) Pair[A, B] { return Pair[A, B]{a, b} }

func (p Pair[A, B]) Swap() Pair[B, A] { return Pair[B, A]{p.Second, p.First} }

func (p Pair[A, B]) String() string { return fmt.Sprintf("<%v %v>", p.First, p.Second) }

type Stack[T any] []T

func (s *Stack[T]) Push(x T) { *s = append(*s, x) }

func (s *Stack[T]) Pop() (T, error) {
	var zero T
	if len(*s) == 0 {
		return zero, errors.New("empty")
	}
	x := (*s)[len(*s)-1]
	*s = (*s)[:len(*s)-1]
	return x, nil
}

type Setter[T any] interface {
	*T
	Set(string)
}

type conf struct{ v string }

func (c *conf) Set(s string) { c.v = "set " + s }

func FromStrings[T any, PT Setter[T]](ss []string) []T {
	out := make([]T, len(ss))
	for i, s := range ss {
		PT(&out[i]).Set(s)
	}
	return out
}

type MyInt int

func (m MyInt) String() string { return strings.Repeat("I", int(m)) }

func Kind[T any](x T) string {
	switch any(x).(type) {
	case int, MyInt:
		return "int-like"
	case fmt.Stringer:
		return "stringer"
	case []T:
		return "slice of itself"
	case error:
		return "error"
	}
	return fmt.Sprintf("%T", x)
}

func Eq[T comparable](a, b T) bool { return a == b }

type List[T any] struct {
	head *elem[T]
}

type elem[T any] struct {
	val  T
	next *elem[T]
}

func (l *List[T]) Add(x T) *List[T] { l.head = &elem[T]{x, l.head}; return l }

func (l *List[T]) Each(f func(T)) {
	for e := l.head; e != nil; e = e.next {
		f(e.val)
	}
}

func counter[T any]() func(T) int {
	seen := 0
	return func(T) int { seen++; return seen }
}

type Vec[T Number] [3]T

func (v Vec[T]) Dot(w Vec[T]) (d T) {
	for i := range v {
		d += v[i] * w[i]
	}
	return d
}

type Alias[T any] = map[string]Pair[T, []T]

func main() {
	fmt.Println(Sum(1, 2, 3), Sum(1.5, 2), Sum[int8](100, 27, 1), Sum[MyInt](1, 2), Sum[float32]())
	fmt.Println(Map([]int{1, 2, 3}, func(i int) string { return strings.Repeat("x", i) }), Reduce([]string{"a", "bb"}, 0, func(n int, s string) int { return n + len(s) }))
	var t Tree[string, int]
	for i, w := range strings.Fields("the quick brown fox jumps over the lazy dog") {
		t.Put(w, i)
	}
	for k, v := range t.All() {
		if k == "quick" {
			break
		}
		fmt.Print(k, "=", v, " ")
	}
	fmt.Println(t.n)
	p := MakePair("a", MakePair(1, 2.5))
	fmt.Println(p, p.Swap(), p.Second.Swap())
	fmt.Printf("%T %T\n", p, p.Swap())
	var s Stack[Pair[int, error]]
	s.Push(MakePair(1, error(nil)))
	x, err := s.Pop()
	fmt.Println(x, err)
	_, err = s.Pop()
	fmt.Println(err)
	fmt.Println(FromStrings[conf]([]string{"a", "b"}))
	fmt.Println(Kind(1), Kind(MyInt(2)), Kind(p), Kind("s"), Kind(errors.New("x")), Kind([]any{1}), Kind[any](nil))
	fmt.Println(Eq[any](1, 1), Eq[any](1, "1"), Eq(struct{ a, b int }{1, 2}, struct{ a, b int }{1, 2}))
	var l List[func() int]
	for i := range 3 {
		l.Add(func() int { return i * i })
	}
	l.Each(func(f func() int) { fmt.Print(f(), " ") })
	c := counter[string]()
	c("a")
	fmt.Println(c("b"), Vec[float64]{1, 2, 3}.Dot(Vec[float64]{4, 5, 6}))
	f := Pair[int, string].Swap
	fmt.Println(f(MakePair(1, "z")))
	a := Alias[int]{"k": {1, []int{2}}}
	fmt.Printf("%v %T\n", a, a)
	func() {
		defer func() { fmt.Println(recover()) }()
		fmt.Println(Eq[any]([]int{1}, []int{1}))
	}()
	keys := []Pair[string, int]{{"b", 2}, {"a", 1}, {"c", 0}}
	sort.Slice(keys, func(i, j int) bool { return keys[i].Second < keys[j].Second })
	fmt.Println(keys, min(3, 1, 2), max("a", "b"))
}
