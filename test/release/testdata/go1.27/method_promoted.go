package main

import "fmt"

type In struct{ name string }

func (i In) With[T any](x T) string      { return fmt.Sprintf("%s:%v", i.name, x) }
func (i *In) Rename[T fmt.Stringer](x T) { i.name = x.String() }

type N int

func (n N) String() string { return fmt.Sprintf("N%d", int(n)) }

type Mid struct{ *In }
type Out struct {
	Mid
	k int
}

func main() {
	o := Out{Mid{&In{"a"}}, 1}
	fmt.Println(o.With(1), o.Mid.With("x"), o.In.With(2.5))
	o.Rename(N(4))
	f := o.With[bool]
	o.Rename(N(5))
	fmt.Println(f(true), o.With[int8](3))
	g := Out.With[string]
	h := (*Out).Rename[N]
	h(&o, 6)
	fmt.Println(g(o, "z"), o.name)
}
