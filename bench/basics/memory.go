package main

import (
	"fmt"

	"strata/bench/internal/timing"
)

var (
	from, to [1 << 16]byte
	ptrs     [1024]*int
	words    [1024]uint64
	block    [300]byte
)

// memory clears and copies areas of many sizes.
func memory() []timing.Bench {
	var list []timing.Bench
	for _, size := range []int{8, 24, 64, 100, 300, 1024, 2048, 8192, 65536} {
		n := 20_000_000 / (size + 100)
		list = append(list,
			timing.Bench{Name: fmt.Sprint("clear-", size), Ops: n, Op: func() uint64 { return clears(n, to[:size]) }},
			timing.Bench{Name: fmt.Sprint("copy-", size), Ops: n, Op: func() uint64 { return copies(n, to[:size], from[:size]) }},
			timing.Bench{Name: fmt.Sprint("copy-odd-", size), Ops: n, Op: func() uint64 { return copies(n, to[:size-1], from[1:size]) }},
		)
	}
	return append(list,
		timing.Bench{Name: "clear-pointers", Ops: 100_000, Op: func() uint64 {
			for i := range 100_000 {
				ptrs[i&1023] = new(int)
				clear(ptrs[:])
			}
			return 0
		}},
		timing.Bench{Name: "clear-loop", Ops: 100_000, Op: func() uint64 {
			for range 100_000 {
				zeroWords(words[:])
			}
			return 0
		}},
		timing.Bench{Name: "clear-array", Ops: 1_000_000, Op: func() uint64 {
			for i := range 1_000_000 {
				zeroBlock(&block)
				block[i%300] = 1
			}
			return 0
		}},
		timing.Bench{Name: "copy-overlap", Ops: 50_000, Op: func() uint64 {
			for range 50_000 {
				copy(to[1:8193], to[:8192])
			}
			return 0
		}},
	)
}

//go:noinline
func clears(n int, b []byte) uint64 {
	for i := range n {
		clear(b)
		b[i%len(b)] = 1
	}
	return uint64(len(b))
}

//go:noinline
func copies(n int, to, from []byte) uint64 {
	for i := range n {
		copy(to, from)
		to[i%len(to)] = 1
	}
	return uint64(len(to))
}

//go:noinline
func zeroWords(w []uint64) {
	for i := range w {
		w[i] = 0
	}
}

//go:noinline
func zeroBlock(b *[300]byte) { *b = [300]byte{} }
