package main

import "fmt"

type K struct{ n int }

func (k K) Mul[T int | float64](x T) T { return T(k.n) * x }

var (
	k    = K{3}
	six  = k.Mul(2)
	f    = k.Mul[float64]
	expr = K.Mul[int]
	tab  = map[string]func(K, int) int{"m": K.Mul[int]}
	arr  = [...]func(float64) float64{k.Mul[float64], K{10}.Mul[float64]}
)

func main() { fmt.Println(six, f(1.5), expr(K{4}, 5), tab["m"](K{6}, 7), arr[0](1), arr[1](1)) }
