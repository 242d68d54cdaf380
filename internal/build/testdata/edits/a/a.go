package a

const Size = 3

const text = "a"

type Shape interface {
	Area() int
	Name() string
}

type Named interface{ Title() string }

type Base struct {
	ID int
}

func (b *Base) Number() int { return b.ID + 1 }

type Square struct {
	Base
	Side int
}

func (s Square) Area() int    { return s.Side * s.Side }
func (s Square) Name() string { return "square" + text }
func (s *Square) Scale(n int) { s.Side *= n }

type Pair[K comparable, V any] struct {
	Key   K
	Value V
}

func (p Pair[K, V]) Get() V { return p.Value }

type List[T any] struct {
	items []T
}

func (l *List[T]) Add(v T) { l.items = append(l.items, v) }

func (l *List[T]) Each(yield func(int, T) bool) {
	for i, v := range l.items {
		if !yield(i, v) {
			return
		}
	}
}

func Map[T, U any](list []T, f func(T) U) []U {
	var out []U
	for _, v := range list {
		out = append(out, f(v))
	}
	return out
}

var Table = map[string]int{"one": 1, "two": 2, "three": 3}

var Count = 5

var hidden = [...]int{1, 2, 3}

func Small(n int) int { return n + 1 }

//go:noinline
func Large(n int) int {
	sum := 0
	for i := range n {
		sum += hidden[i%len(hidden)] * Small(i)
	}
	return sum
}

func Even(n int) bool {
	if n == 0 {
		return true
	}
	return Odd(n - 1)
}

func Odd(n int) bool {
	if n == 0 {
		return false
	}
	return Even(n - 1)
}

func Describe(v any) string {
	switch v := v.(type) {
	case Named:
		return v.Title()
	case Shape:
		return v.Name()
	case int:
		return "int"
	}
	return "other"
}
