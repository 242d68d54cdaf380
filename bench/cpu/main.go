// Command cpu times computations that allocate little.
package main

import "strata/bench/internal/timing"

func main() {
	timing.Main([]timing.Bench{
		{Name: "fib", Ops: 1, Op: func() uint64 { return uint64(fib(32)) }, Want: 2178309},
		{Name: "nbody", Ops: 200_000, Op: nbody},
		{Name: "spectralnorm", Ops: 1, Op: spectralnorm},
		{Name: "fannkuch", Ops: 1, Op: fannkuch},
		{Name: "mandelbrot", Ops: 1, Op: mandelbrot},
		{Name: "matmul", Ops: 1, Op: matmul},
		{Name: "sha256mix", Ops: 20_000, Op: shaMix},
		{Name: "quicksort", Ops: 1, Op: quicksort},
		{Name: "nqueens", Ops: 1, Op: func() uint64 { return uint64(queens(9, 0, 0, 0)) }, Want: 352},
		{Name: "sieve", Ops: 1, Op: sieve, Want: 148933},
		{Name: "levenshtein", Ops: 1, Op: levenshtein},
		{Name: "backtrack", Ops: 1, Op: backtrack},
		{Name: "bitcount", Ops: 1 << 20, Op: bitcount},
		{Name: "crc", Ops: 1 << 20, Op: crc},
		{Name: "collatz", Ops: 1, Op: collatz},
		{Name: "life", Ops: 50, Op: life},
	})
}

func fib(n int) int {
	if n < 2 {
		return n
	}
	return fib(n-1) + fib(n-2)
}

func queens(n int, cols, left, right uint) int {
	if cols == 1<<n-1 {
		return 1
	}
	found := 0
	for free := ^(cols | left | right) & (1<<n - 1); free != 0; free &= free - 1 {
		bit := free & -free
		found += queens(n, cols|bit, (left|bit)<<1, (right|bit)>>1)
	}
	return found
}

func sieve() uint64 {
	const n = 2_000_000
	composite := make([]bool, n+1)
	count := uint64(0)
	for i := 2; i <= n; i++ {
		if composite[i] {
			continue
		}
		count++
		for j := i * i; j <= n; j += i {
			composite[j] = true
		}
	}
	return count
}

func collatz() uint64 {
	best, at := 0, 0
	for i := 1; i < 100_000; i++ {
		n, steps := i, 0
		for n != 1 {
			if n%2 == 0 {
				n /= 2
			} else {
				n = 3*n + 1
			}
			steps++
		}
		if steps > best {
			best, at = steps, i
		}
	}
	return uint64(best)<<32 | uint64(at)
}

func life() uint64 {
	const w, h = 128, 128
	var a, b [h][w]uint8
	r := timing.Rand(7)
	for y := range a {
		for x := range a[y] {
			a[y][x] = uint8(r.Next() >> 40 & 1)
		}
	}
	for range 50 {
		for y := range a {
			for x := range a[y] {
				n := uint8(0)
				for dy := -1; dy <= 1; dy++ {
					for dx := -1; dx <= 1; dx++ {
						n += a[(y+dy+h)%h][(x+dx+w)%w]
					}
				}
				n -= a[y][x]
				b[y][x] = 0
				if n == 3 || n == 2 && a[y][x] == 1 {
					b[y][x] = 1
				}
			}
		}
		a, b = b, a
	}
	sum := uint64(0)
	for y := range a {
		for x := range a[y] {
			sum += uint64(a[y][x]) * uint64(y*w+x)
		}
	}
	return sum
}
