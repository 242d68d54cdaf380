package main

type P struct{ p *int }

//go:noinline
func sum(n int) int {
	s := make([]int, n)
	for i := range s {
		s[i] = i
	}
	t := 0
	for _, x := range s {
		t += x
	}
	return t
}

//go:noinline
func ptrs(n int) int {
	s := make([]P, 0, n)
	for i := range n {
		s = append(s, P{&i})
	}
	t := 0
	for _, x := range s {
		t += *x.p
	}
	return t
}

func main() { println(sum(3), sum(100), ptrs(2), ptrs(50)) }
