package main

import (
	"fmt"
	"runtime"
)

type T struct{}
type G[K any] struct{ k K }

//go:noinline
func name() string {
	pc, _, _, _ := runtime.Caller(1)
	return runtime.FuncForPC(pc).Name()
}

//go:noinline
func (T) A[X any]() string { return name() }

//go:noinline
func (*T) B[X any]() string { return name() }

//go:noinline
func (G[K]) C[X any]() string { return name() }

//go:noinline
func (*G[K]) D[X any]() string { return name() }

//go:noinline
func (T) E[X any]() string { return func() string { return name() }() }

func main() {
	var t T
	var g G[int]
	fmt.Println(t.A[int](), t.B[string](), g.C[int](), g.D[bool](), t.E[int]())
}
