package main

import (
	"fmt"
	"sort"
	"strings"
)

type M map[string]int

func (m M) Keys[S ~[]string](s S) S {
	for k := range m {
		s = append(s, k)
	}
	sort.Strings(s)
	return s
}

type Names []string

func (n Names) Join() string { return strings.Join(n, "+") }

func (m M) Sum[K interface{ ~string }, V int | float64](ks []K, scale V) (r V) {
	for _, k := range ks {
		r += V(m[string(k)]) * scale
	}
	return r
}

type Key string

func main() {
	m := M{"b": 2, "a": 1, "c": 3}
	fmt.Println(m.Keys(Names{"z"}).Join(), m.Keys([]string(nil)))
	fmt.Println(m.Sum([]Key{"a", "c"}, 0.5), m.Sum([]string{"b"}, 10))
}
