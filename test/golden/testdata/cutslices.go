package main

import "fmt"

// Slices that loops cut: lengths stay at most capacities, and wrong cuts still panic.

//go:noinline
func chunks(p []byte, n int) (out []int) {
	defer func() {
		if r := recover(); r != nil {
			out = append(out, -1)
			fmt.Println(r)
		}
	}()
	for len(p) > 3 {
		out = append(out, len(p[:4]), cap(p[2:4]))
		p = p[n:]
	}
	return append(out, len(p))
}

//go:noinline
func fours(p []byte) (sum int) {
	for len(p) >= 4 {
		q := p[:4]
		sum += int(q[0]) + int(q[3])
		p = p[4:]
	}
	return sum
}

//go:noinline
func beyond(p []byte, k int) (n int) {
	defer func() {
		if r := recover(); r != nil {
			fmt.Println(r)
			n = -n
		}
	}()
	for i := 0; i < 5; i++ {
		n += len(p[:k])
		p = p[:len(p):cap(p)]
		p = p[1:]
		if i == 2 {
			p = p[: len(p)+1 : cap(p)]
		}
	}
	return n
}

//go:noinline
func notLengths(p []byte, c int) (x, y int) {
	x, y = len(p), cap(p)
	for range 3 {
		x -= c
		y -= c
	}
	return x, y
}

//go:noinline
func swapped(p []byte, n int) (k int) {
	a, b := len(p), cap(p)
	for range n {
		a, b = b, a
	}
	if a > b {
		return 1
	}
	return 0
}

func main() {
	p := make([]byte, 11, 20)
	for i := range p {
		p[i] = byte(i)
	}
	fmt.Println(chunks(p, 4), chunks(p, 1), chunks(p, 5))
	fmt.Println(chunks(p, -1), chunks(p, 12))
	fmt.Println(fours(p), fours(nil))
	fmt.Println(beyond(p, 3), beyond(p, 18), beyond(p, 40), beyond(p[:1], 0))
	x, y := notLengths(p, 1<<62)
	fmt.Println(x, y, x <= y)
	fmt.Println(swapped(p, 0), swapped(p, 1), swapped(p, 2), swapped(p, 3))
}
