package gen

// prelude is what all programs share.
const prelude = `package main

import (
	"errors"
	"fmt"
	"math"
	"math/bits"
	"os"
	"runtime"
	"strconv"
	"strings"
)

var _ = errors.New
var _ = strings.ToUpper
var _ = strconv.Itoa
var _ = bits.Len
var _ = os.Exit

// tr prints what a case computes; steps bound its time.
type tr struct {
	id    int
	steps int
}

func (t *tr) v(name string, x any) { fmt.Println(t.id, name, show(x)) }

func (t *tr) step() {
	if t.steps++; t.steps > 3000 {
		panic("out of steps")
	}
}

func (t *tr) catch() {
	if r := recover(); r != nil {
		t.v("caught", text(r))
	}
}

func show(x any) string {
	s := fmt.Sprintf("%v", x)
	if len(s) > 300 {
		h := uint64(14695981039346656037)
		for i := range len(s) {
			h = (h ^ uint64(s[i])) * 1099511628211
		}
		return fmt.Sprintf("%q... %d %x", s[:100], len(s), h)
	}
	return fmt.Sprintf("%q", s)
}

func text(r any) string {
	if e, ok := r.(runtime.Error); ok {
		return e.Error()
	}
	return fmt.Sprint(r)
}

func run(id int, f func(*tr)) {
	t := &tr{id: id}
	defer t.catch()
	f(t)
}

func id[T any](x T) T { return x }

func ptr[T any](x T) *T { return &x }

func cond[T any](c bool, a, b T) T {
	if c {
		return a
	}
	return b
}

func clone[T any](s []T) []T { return append([]T(nil), s...) }

func head[T any](s []T, n int) []T { return s[:min(n, len(s))] }

func at[T any](s []T, i int) (x T) {
	if len(s) == 0 {
		return x
	}
	return s[uint(i)%uint(len(s))]
}

func sub(s string, i, j int) string {
	i, j = int(uint(i)%uint(len(s)+1)), int(uint(j)%uint(len(s)+1))
	return s[min(i, j):max(i, j)]
}

func limit(s string) string { return s[:min(len(s), 200)] }

func f2i(x float64) int64 {
	if x != x || math.Abs(x) > 1e15 {
		return 77
	}
	return int64(x)
}

func mulhi(a, b uint64) uint64 {
	hi, _ := bits.Mul64(a, b)
	return hi
}

func source[T any](xs ...T) chan T {
	c := make(chan T)
	go func() {
		for _, x := range xs {
			c <- x
		}
		close(c)
	}()
	return c
}

func drain[T any](c chan T) {
	for range c {
	}
}

func count(n int) func(func(int) bool) {
	return func(yield func(int) bool) {
		for i := 0; i < n; i++ {
			if !yield(i) {
				return
			}
		}
	}
}
`
