package main

import "fmt"

type Num interface{ ~int | ~int8 | ~float64 }

type Acc struct{ sum float64 }

func (a *Acc) Add[N Num](xs ...N) *Acc {
	for _, x := range xs {
		a.sum += float64(x)
	}
	return a
}

func (a Acc) As[N Num]() N { return N(a.sum) }

type Cel float64

func main() {
	a := new(Acc).Add(1, 2).Add(0.5, 0.25).Add[int8](100).Add(Cel(1))
	fmt.Println(a.As[int](), a.As[int8](), a.As[Cel]())
}
