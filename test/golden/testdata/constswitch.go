package main

import "fmt"

// Switches over constants, and names of local generic types.

func constant() (list []string) {
	add := func(s string) { list = append(list, s) }
	switch 1.0i {
	case 1:
		add("1")
	case -1i:
		add("-i")
	default:
		add("default")
	}
	const a = "a"
	switch a {
	case "b":
		add("b")
	case "a":
		add("a")
		fallthrough
	case "c":
		add("c")
	}
	switch 0.1 {
	case 1.0 / 10:
		add("tenth")
	}
	switch x := any(3); 3 {
	case x:
		add("any")
	}
	return list
}

func f[A any]() {
	type t[B any] struct{ _ B }
	type u struct{ a A }
	fmt.Printf("%T %T %T %T\n", t[int]{}, t[A]{}, t[t[A]]{}, u{})
}

func main() {
	fmt.Println(constant())
	f[string]()
}
