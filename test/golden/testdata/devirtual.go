package main

import "fmt"

// Interface calls whose dynamic type the compiler can tell, through phis, assertions and variables in memory.

type A interface{ A() string }
type B interface{ B() string }

type W struct{ x int }

func (w W) A() string { return fmt.Sprint("A", w.x) }
func (w W) B() string { return fmt.Sprint("B", w.x) }

type P struct{ n int }

func (p *P) A() string { p.n++; return fmt.Sprint("PA", p.n) }

func try(what string, f func() string) {
	defer func() {
		if r := recover(); r != nil {
			fmt.Println(what, "panic:", r)
		}
	}()
	fmt.Println(what, f())
}

//go:noinline
func pointer(nilly bool) *W {
	if nilly {
		return nil
	}
	return &W{7}
}

func onlyOne(n int) string {
	var v A
	for i := range n {
		if i == 1 {
			v = &P{i}
		}
	}
	return v.A()
}

func asserted(n int) string {
	var v A
	if n > 0 {
		v = W{n}
	}
	b, _ := v.(B)
	return b.B()
}

func wrong(n int) string {
	var v A = &P{n}
	return v.(B).B()
}

func captured(n int) string {
	var v A = W{1}
	change := func() { v = W{2} }
	s := v.A()
	if n > 1 {
		v = &P{n}
	}
	s += v.A()
	change()
	return s + v.A()
}

func cycle(n int) string {
	var a, b, c A
	c = &P{n}
	for range n {
		a, b, c = b, c, a
	}
	if a != nil {
		return "a" + a.A()
	}
	if b != nil {
		return "b" + b.A()
	}
	return "c" + c.A()
}

func nilWrapped(nilly bool) string {
	var v A = pointer(nilly)
	return v.A()
}

type Other W

func (Other) A() string { return "other" }

func converted() string {
	w := &W{3}
	var v A = (*Other)(w)
	return v.A()
}

func main() {
	for n := range 4 {
		try("onlyOne", func() string { return onlyOne(n) })
		try("asserted", func() string { return asserted(n) })
		try("captured", func() string { return captured(n) })
		try("cycle", func() string { return cycle(n) })
	}
	try("wrong", func() string { return wrong(1) })
	try("nilWrapped", func() string { return nilWrapped(false) })
	try("nilWrapped", func() string { return nilWrapped(true) })
	try("converted", converted)
}
