package main

import (
	"fmt"
	"time"
)

type R struct{ seen []string }

func (r *R) See[T fmt.Stringer](x T) T { r.seen = append(r.seen, x.String()); return x }

type D time.Duration

func (d D) String() string { return "D" + time.Duration(d).String() }

type P struct{ n int }

func (p *P) String() string { return fmt.Sprint("P", p.n) }

func main() {
	var r R
	r.See(D(1500))
	r.See(&P{3}).n++
	r.See[fmt.Stringer](D(1))
	r.See[fmt.Stringer](r.See(&P{9}))
	fmt.Println(r.seen)
}
