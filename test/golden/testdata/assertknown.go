package main

// An assertion on a value whose type the compiler knows still needs the type's methods.

type s struct{ x int }

func (t *s) m1() { println("m1", t.x) }

type named interface{ m1() }

func f[T any](x T) any { return x }

func ends() { println("end") }

func main() {
	f(&s{1}).(interface{ m1() }).m1()
	if n, ok := f(&s{2}).(named); ok {
		n.m1()
	}
	_, ok := f(s{3}).(named)
	println(ok)
	ends()
}
