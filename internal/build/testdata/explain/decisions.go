// Package decisions has one of each decision that messages tell of.
package decisions

import "strings"

var Sink any

type T struct{ next *T }

func (t *T) Next() *T { return t.next }

type Walker interface{ Next() *T }

func add(a, b int) int { return a + b }

func use() int { return add(1, 2) + add(3, 4) }

//go:noinline
func kept(n int) int { return n }

func large(s []int) (n int) {
	for i := range s {
		for j := range s {
			n += kept(s[i]) * kept(s[j]) / kept(i+1)
		}
	}
	return n
}

func leak(p *int)            { Sink = p }
func through(t *T) *T        { return t }
func content(t **T) *T       { return *t }
func onlyRead(s string) int  { return len(s) }
func local() int             { x := 1; p := &x; return *p }
func moved() *int            { x := 1; return &x }
func made(n int) ([]int, *T) { return make([]int, n), &T{} }
func box(n int)              { Sink = n }
func joined(s string) string { return s + strings.ToUpper("x") }

func deferred() (err error) {
	x := 0
	defer func(p *int) { *p = 1 }(&x)
	return nil
}

func devirtualized() *T {
	var w Walker = &T{}
	return w.Next()
}

func closure() func() int {
	n := 0
	return func() int { n++; return n }
}

func checks(s []int, i int) int { return s[i] + len(s[1:i]) }
