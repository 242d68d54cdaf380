package c

import (
	_ "embed"

	"example.com/a"
	"example.com/b"
)

//go:embed text.txt
var Text string

type T struct {
	a.Square
	Extra string
}

func (t T) Title() string { return t.Extra }

func Use() int {
	var l a.List[T]
	l.Add(T{Extra: "x"})
	l.Add(T{Square: a.Square{Side: 2}})
	sum := 0
	for i, t := range l.Each {
		sum += i + t.Area() + t.Number()
	}
	for _, n := range a.Map([]int{1, 2}, func(n int) b.Key { return b.Key{X: n} }) {
		sum += n.X
	}
	return sum + len(Text) + walk(4)
}

func walk(n int) int {
	if n <= 0 {
		return b.Pairs().Key.Y
	}
	return back(n-1) + 1
}

func back(n int) int { return walk(n-1) * 2 }

func Shapes() []a.Shape { return []a.Shape{T{}, &T{}, b.New(2)} }
