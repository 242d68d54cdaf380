package main

import "fmt"

type Big [40]int
type S struct{ b Big }

func (s S) Zip[T any](t [3]T) (Big, [3]T, S) { s.b[0]++; return s.b, t, s }
func (s *S) Fill[T ~int](x T) {
	for i := range s.b {
		s.b[i] = int(x) * i
	}
}

func main() {
	var s S
	s.Fill(3)
	a, b, c := s.Zip([3]string{"a", "b", "c"})
	fmt.Println(a[0], a[39], b, c.b[0], s.b[0])
	f := S.Zip[Big]
	_, d, _ := f(s, [3]Big{{1}, {2}, s.b})
	fmt.Println(d[0][0], d[1][0], d[2][39])
}
