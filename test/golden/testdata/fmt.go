// Verbs, flags and reflection-based printing of package fmt.
package main

import (
	"errors"
	"fmt"
	"os"
	"strings"
	"time"
)

type point struct {
	X, Y int
	name string
}

type celsius float64

func (c celsius) String() string { return fmt.Sprintf("%.1f°C", float64(c)) }

type secret struct{ v string }

func (s secret) GoString() string { return "secret(…)" }

func (s secret) Format(f fmt.State, verb rune) {
	w, ok := f.Width()
	fmt.Fprintf(f, "<%c %d %v plus=%v>", verb, w, ok, f.Flag('+'))
}

type node struct {
	val  int
	next *node
}

func main() {
	p := &point{3, -4, "p"}
	fmt.Printf("%v|%+v|%#v|%T\n", *p, *p, *p, p)
	fmt.Printf("%d|%5d|%-5d|%05d|%+d|%x|%X|%o|%#o|%b|%c|%q|%U|%#U\n", 42, 42, 42, 42, 42, 255, 255, 8, 8, 5, 'é', 'é', 'é', 'é')
	fmt.Printf("%f|%.2f|%8.3f|%-8.1f|%e|%g|%G|%x\n", 3.14159, 3.14159, 3.14159, 3.14159, 123456.789, 1e21, 1e-7, 1.5)
	fmt.Printf("%s|%10s|%-10s|%.3s|%q|%x|% x|%#q\n", "gopher", "gopher", "gopher", "gopher", "a\tb\"", "hi", "hi", "raw")
	fmt.Printf("%t|%v|%p\n", true, nil, nil)
	fmt.Printf("%v %v %v\n", []int{1, 2}, map[string]int{"b": 2, "a": 1}, [2]bool{true})
	fmt.Printf("%#v %#v %#v\n", []string{"x"}, map[int]string{1: "a"}, struct{ A any }{nil})
	fmt.Printf("%v %s %d\n", celsius(21.55), celsius(-3), []celsius{1})
	fmt.Printf("%v|%+5v|%#v\n", secret{"a"}, secret{"b"}, secret{"c"})
	fmt.Printf("%d %s\n", "wrong", 7)
	fmt.Printf("%d\n", 1, 2)
	fmt.Printf("%d %d\n", 1)
	fmt.Printf("%!|%z|%[2]d %[1]d|%[5]d\n", 1, 2)
	fmt.Printf("%*d|%-*d|%.*f\n", 6, 42, 6, 42, 2, 2.71828)
	fmt.Printf("%v %v\n", &[]int{1}, &map[string]bool{"k": true})
	fmt.Printf("%6.2f%%|%+.1e|%08.3f|% d\n", 99.5, 12345.678, -3.14159, 7)
	fmt.Printf("%v %v %v\n", int8(-128), uint64(1<<63), uintptr(16))
	fmt.Printf("%v %.3v %v\n", 1+2i, complex64(1.5-2i), []byte("hey"))
	fmt.Printf("%s %v %q\n", errors.New("boom"), fmt.Errorf("wrap: %w", os.ErrNotExist), []string{"a b", "c"})
	fmt.Printf("%x %X % X\n", []byte{1, 0xab}, "hello", []byte{1, 2, 3})
	fmt.Printf("%v %s\n", 90*time.Second, time.Duration(1500)*time.Microsecond)
	fmt.Printf("%t %v\n", "no", struct{}{})
	fmt.Printf("%v %+v\n", node{1, nil}, struct {
		A *int
		B any
		C error
	}{})

	var a, b int
	var s string
	n, err := fmt.Sscanf("10-20 xyz", "%d-%d %s", &a, &b, &s)
	fmt.Println(n, err, a, b, s)
	n, err = fmt.Sscan("7 8 word", &a, &b, &s)
	fmt.Println(n, err, a, b, s)
	_, err = fmt.Sscanf("x", "%d", &a)
	fmt.Println(err)
	n, err = fmt.Fscanln(strings.NewReader("1 2\n3"), &a, &b)
	fmt.Println(n, err, a, b)

	w := fmt.Errorf("outer %w and %w", errors.New("one"), os.ErrExist)
	fmt.Println(w, errors.Is(w, os.ErrExist), errors.Is(w, os.ErrClosed))
	fmt.Println(fmt.Sprint("a", 1, 2, "b", "c", 3.0), fmt.Sprintln("end", 1))
	fmt.Print(fmt.Append(nil, "bytes", 1), "\n")
	var np *point
	fmt.Printf("%v %+v\n", np, (*celsius)(nil))
}
