// Command maps times maps with keys of several kinds.
package main

import (
	"strconv"

	"strata/bench/internal/timing"
)

const n = 100_000

func main() {
	words := make([]string, n)
	for i := range words {
		words[i] = "key-" + strconv.Itoa(i*7919%n)
	}
	ints := map[int]int{}
	strs := map[string]int{}
	for i, w := range words {
		ints[i] = i
		strs[w] = i
	}
	timing.Main([]timing.Bench{
		{Name: "intget", Ops: 10 * n, Op: func() uint64 {
			s := 0
			for range 10 {
				for i := range n {
					s += ints[i]
				}
			}
			return uint64(s)
		}},
		{Name: "intinsert", Ops: n, Op: func() uint64 {
			m := map[int]int{}
			for i := range n {
				m[i*31] = i
			}
			return uint64(len(m))
		}},
		{Name: "intpresized", Ops: n, Op: func() uint64 {
			m := make(map[int]int, n)
			for i := range n {
				m[i*31] = i
			}
			return uint64(len(m))
		}},
		{Name: "intchurn", Ops: 5 * n, Op: func() uint64 {
			m := map[uint64]uint64{}
			r := timing.Rand(1)
			for i := range uint64(5 * n) {
				m[r.Next()%5000] += i
				delete(m, r.Next()%5000)
			}
			return uint64(len(m))
		}},
		{Name: "strget", Ops: 5 * n, Op: func() uint64 {
			s := 0
			for range 5 {
				for _, w := range words {
					s += strs[w]
				}
			}
			return uint64(s)
		}},
		{Name: "strmiss", Ops: n, Op: func() uint64 {
			s := 0
			for _, w := range words {
				if _, ok := strs[w[1:]]; ok {
					s++
				}
			}
			return uint64(s)
		}},
		{Name: "wordcount", Ops: 5 * n, Op: func() uint64 {
			m := map[string]int{}
			for range 5 {
				for _, w := range words {
					m[w]++
				}
			}
			return uint64(len(m))
		}},
		{Name: "iterate", Ops: 10 * n, Op: func() uint64 {
			s := 0
			for range 10 {
				for k, v := range ints {
					s += k ^ v
				}
			}
			return uint64(s)
		}},
		{Name: "structkey", Ops: n, Op: func() uint64 {
			type key struct {
				a int32
				b string
			}
			m := map[key]int{}
			for i, w := range words {
				m[key{int32(i % 10), w}]++
			}
			return uint64(len(m))
		}},
		{Name: "ifacekey", Ops: n, Op: func() uint64 {
			m := map[any]int{}
			for i, w := range words {
				if i%2 == 0 {
					m[i]++
				} else {
					m[w]++
				}
			}
			return uint64(len(m))
		}},
	})
}
