package main

import (
	"example.com/a"
	"example.com/b"
	"example.com/c"
	"example.com/d"
)

func main() {
	count := b.Counter(2)
	count()
	print(count(), " ", a.Large(10), " ", a.Even(9), " ", a.Describe(c.T{Extra: "title"}), " ", a.Describe(a.Square{}), " ", a.Describe(1), "\n")
	print(b.Total(c.Shapes()...), " ", c.Use(), " ", a.Table["two"], " ", len(b.Order()), " ", b.Pairs().Get(), "\n")
	print(d.Answer(), " ", d.Linked(), " ", b.Safe(func() { panic("caught") }), "\n")
	var funcs []func() int
	for i := 0; i < 3; i++ {
		funcs = append(funcs, func() int { return i * a.Size })
	}
	for _, f := range funcs {
		print(f(), " ")
	}
	print("main\n")
}
