// Labels, goto, break, continue, switch and fallthrough.
package main

import "fmt"

func collatz(n int) (steps int) {
top:
	if n == 1 {
		return steps
	}
	steps++
	if n%2 == 0 {
		n /= 2
		goto top
	}
	n = 3*n + 1
	goto top
}

func grid() (out []int) {
rows:
	for i := 0; ; i++ {
		for j := range 10 {
			switch {
			case i*j > 20:
				break rows
			case j > i:
				continue rows
			case (i+j)%3 == 0:
				continue
			}
			out = append(out, i*10+j)
		}
	}
	return out
}

func machine(in string) string {
	i, out := 0, ""
start:
	if i == len(in) {
		goto end
	}
	switch in[i] {
	case 'a':
		i++
		goto seenA
	case 'b':
		out += "b"
	}
	i++
	goto start
seenA:
	if i < len(in) && in[i] == 'b' {
		out += "(ab)"
		i++
	}
	goto start
end:
	return out
}

func sw(x any, n int) (s string) {
	switch n {
	case 0:
		s += "zero "
		fallthrough
	case 1, 2:
		s += "small "
	default:
		s += "default "
		fallthrough
	case 100:
		s += "hundred "
	case f(3), f(4):
		s += "call "
	}
	switch y := x.(type) {
	case nil:
		s += "nil"
	case int, int8:
		s += fmt.Sprintf("%T", y)
	case func() string:
		s += y()
	case []int:
		s += fmt.Sprint(len(y))
	case error:
		s += y.Error()
	default:
		s += "?"
	}
	switch {
	}
	switch s := s + "!"; len(s) % 2 {
	case 0:
		return s
	}
	return s
}

func f(n int) int { fmt.Print("f", n, " "); return n }

func closures() (fs []func() int) {
	for i := 0; i < 3; i++ {
		fs = append(fs, func() int { i += 10; return i })
		if i == 1 {
			i++
		}
	}
	var j int
	for j = 0; j < 2; j++ {
		fs = append(fs, func() int { return j })
	}
	return fs
}

func main() {
	fmt.Println(collatz(27), grid(), machine("abbaab"))
	for _, n := range []int{0, 1, 3, 4, 7, 100} {
		fmt.Println(sw(n, n))
	}
	fmt.Println(sw(nil, 1), sw(func() string { return "fn" }, 1), sw([]int{1}, 1), sw(fmt.Errorf("err"), 1), sw(1.5, 1), sw(int8(1), 1))
	for _, f := range closures() {
		fmt.Print(f(), f(), " ")
	}
	fmt.Println()
	i := 0
	for range 3 {
		i++
	}
	for i := range uint8(3) {
		fmt.Printf("%T%d ", i, i)
	}
	a := [5]int{1, 2, 3, 4, 5}
	for i, x := range a {
		a[4-i] = x * 10
	}
	s := []int{1, 2, 3}
	for _, x := range s {
		s = append(s, x)
	}
	p := &a
	for i := range p {
		p[i]++
	}
	fmt.Println(i, a, s)
	{
		goto out
	}
out:
	fmt.Println("out")
}
