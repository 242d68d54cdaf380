package main

import "fmt"

type Scale struct{ f float64 }

func (s Scale) Of[T int | float64](x T) T { return T(s.f * float64(x)) }
func (s *Scale) Set[T int | float64](x T) { s.f = float64(x) }

func apply[T any](f func(T) T, x T) T { return f(x) }

func main() {
	s := Scale{2}
	i, f := s.Of[int], s.Of[float64]
	s.f = 100
	fmt.Println(i(21), f(0.25), apply(s.Of[int], 1))
	set := s.Set[int]
	set(7)
	fmt.Println(s.f, i(1))
	fs := []func(float64) float64{s.Of[float64], (&s).Of[float64]}
	s.f = 1
	for _, f := range fs {
		fmt.Println(f(3))
	}
}
