// Defer: order, arguments, loops, results, methods, closures.
package main

import "fmt"

type t struct{ name string }

func (x t) val(s string)  { fmt.Println("val", x.name, s) }
func (x *t) ptr(s string) { fmt.Println("ptr", x.name, s) }

func trace(s string) string { fmt.Println("enter", s); return s }
func un(s string)           { fmt.Println("leave", s) }

func results() (n int, err error) {
	defer func() {
		n *= 2
		if r := recover(); r != nil {
			err = fmt.Errorf("recovered: %v", r)
		}
	}()
	n = 21
	return n, nil
}

func panics(n int) (r int, err error) {
	defer un(trace("panics"))
	defer func() {
		if e := recover(); e != nil {
			err = fmt.Errorf("caught %v", e)
		}
	}()
	r = 5
	a := []int{1, 2, 3}
	return a[n], nil
}

func loop() {
	for i := 0; i < 3; i++ {
		defer fmt.Print(i, " ")
	}
	for i := range 20 {
		if i%7 == 0 {
			defer func() { fmt.Print("c", i, " ") }()
		}
	}
	x := 1
	defer fmt.Println("arg", x)
	x = 2
	defer func() { fmt.Println("captured", x) }()
	x = 3
}

func conditional(c int) (s string) {
	if c&1 != 0 {
		defer func() { s += "1" }()
	}
	if c&2 != 0 {
		defer func() { s += "2" }()
	}
	if c&4 != 0 {
		defer func() { s += "4" }()
		if c == 7 {
			return "seven"
		}
	}
	return "x"
}

func manyArgs(a int, b string, c float64, d []int, e map[string]int, f [4]int, g any) {
	fmt.Println(a, b, c, d, e, f, g)
}

func deferNil() {
	defer func() { fmt.Println("nil func:", recover()) }()
	var f func()
	defer f()
	fmt.Println("before")
}

func recursive(n int) {
	defer func() {
		if n%50 == 0 {
			fmt.Print(n, ",")
		}
	}()
	if n < 200 {
		recursive(n + 1)
	}
}

func builtins() {
	m := map[int]int{1: 1, 2: 2}
	c := make(chan int, 1)
	func() {
		defer delete(m, 1)
		defer close(c)

		defer print()
	}()
	_, ok := <-c
	fmt.Println(m, ok)
}

func main() {
	x := t{"a"}
	func() {
		defer x.val("1")
		defer x.ptr("2")
		f := x.val
		defer f("3")
		x.name = "b"
		defer t.val(x, "4")
		defer (*t).ptr(&x, "5")
	}()
	fmt.Println(results())
	fmt.Println(panics(1))
	fmt.Println(panics(3))
	loop()
	for c := range 8 {
		fmt.Print(conditional(c), " ")
	}
	fmt.Println()
	func() {
		s := []int{1}
		defer manyArgs(1, "two", 3.5, s, map[string]int{"k": 1}, [4]int{1, 2, 3, 4}, struct{ X int }{9})
		s[0] = 7
	}()
	deferNil()
	recursive(0)
	fmt.Println()
	builtins()
	var i interface{ val(string) } = x
	defer i.val("interface")
	defer func() { fmt.Println("last", recover()) }()
	var e error
	defer e.Error()
}
