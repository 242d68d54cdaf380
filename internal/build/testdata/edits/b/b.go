package b

import "example.com/a"

type Circle struct{ R int }

func (c *Circle) Area() int    { return 3 * c.R * c.R }
func (c *Circle) Name() string { return "circle" }

func New(r int) a.Shape { return &Circle{r} }

func Total(list ...a.Shape) int {
	sum := 0
	for _, s := range list {
		sum += s.Area()
	}
	return sum
}

func Counter(step int) func() int {
	n := 0
	return func() int {
		n += step
		return n
	}
}

var order []string

func init() { order = append(order, "b") }

func Order() []string { return order }

type Key struct{ X, Y int }

func Pairs() a.Pair[Key, string] { return a.Pair[Key, string]{Key{1, 2}, "pair"} }

func Safe(f func()) (msg string) {
	defer func() {
		if r := recover(); r != nil {
			msg, _ = r.(string)
		}
	}()
	f()
	return "fine"
}
