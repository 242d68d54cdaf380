package main

import (
	"math/bits"

	"strata/bench/internal/timing"
)

// shaMix is the shape of SHA-256's rounds.
func shaMix() uint64 {
	var k [64]uint32
	r := timing.Rand(11)
	for i := range k {
		k[i] = uint32(r.Next())
	}
	var w [64]uint32
	h := [8]uint32{1, 2, 3, 4, 5, 6, 7, 8}
	for block := range 20_000 {
		for i := range 16 {
			w[i] = uint32(block*16 + i)
		}
		for i := 16; i < 64; i++ {
			s0 := bits.RotateLeft32(w[i-15], -7) ^ bits.RotateLeft32(w[i-15], -18) ^ w[i-15]>>3
			s1 := bits.RotateLeft32(w[i-2], -17) ^ bits.RotateLeft32(w[i-2], -19) ^ w[i-2]>>10
			w[i] = w[i-16] + s0 + w[i-7] + s1
		}
		a, b, c, d, e, f, g, hh := h[0], h[1], h[2], h[3], h[4], h[5], h[6], h[7]
		for i := range 64 {
			t1 := hh + (bits.RotateLeft32(e, -6) ^ bits.RotateLeft32(e, -11) ^ bits.RotateLeft32(e, -25)) + (e&f ^ ^e&g) + k[i] + w[i]
			t2 := (bits.RotateLeft32(a, -2) ^ bits.RotateLeft32(a, -13) ^ bits.RotateLeft32(a, -22)) + (a&b ^ a&c ^ b&c)
			hh, g, f, e, d, c, b, a = g, f, e, d+t1, c, b, a, t1+t2
		}
		h[0], h[1], h[2], h[3] = h[0]+a, h[1]+b, h[2]+c, h[3]+d
		h[4], h[5], h[6], h[7] = h[4]+e, h[5]+f, h[6]+g, h[7]+hh
	}
	return uint64(h[0])<<32 | uint64(h[7])
}

func quicksort() uint64 {
	r := timing.Rand(3)
	xs := make([]int, 200_000)
	for i := range xs {
		xs[i] = int(r.Next() >> 20)
	}
	qsort(xs)
	sum := uint64(0)
	for i := 0; i < len(xs); i += 997 {
		sum = sum*31 + uint64(xs[i])
	}
	return sum
}

func qsort(xs []int) {
	for len(xs) > 12 {
		p := xs[len(xs)/2]
		i, j := 0, len(xs)-1
		for i <= j {
			for xs[i] < p {
				i++
			}
			for xs[j] > p {
				j--
			}
			if i <= j {
				xs[i], xs[j] = xs[j], xs[i]
				i++
				j--
			}
		}
		qsort(xs[:j+1])
		xs = xs[i:]
	}
	for i := 1; i < len(xs); i++ {
		for j := i; j > 0 && xs[j] < xs[j-1]; j-- {
			xs[j], xs[j-1] = xs[j-1], xs[j]
		}
	}
}

func levenshtein() uint64 {
	r := timing.Rand(5)
	a, b := make([]byte, 1000), make([]byte, 1100)
	for i := range a {
		a[i] = "acgt"[r.Intn(4)]
	}
	for i := range b {
		b[i] = "acgt"[r.Intn(4)]
	}
	row := make([]int, len(b)+1)
	for j := range row {
		row[j] = j
	}
	for i, ca := range a {
		prev := row[0]
		row[0] = i + 1
		for j, cb := range b {
			cost := prev
			if ca != cb {
				cost = 1 + min(prev, row[j], row[j+1])
			}
			prev, row[j+1] = row[j+1], cost
		}
	}
	return uint64(row[len(b)])
}

// backtrack matches a pattern with stars by trying everything.
func backtrack() uint64 {
	text := []byte("aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaab")
	count := uint64(0)
	var match func(p string, t []byte) bool
	match = func(p string, t []byte) bool {
		count++
		switch {
		case p == "":
			return len(t) == 0
		case len(p) > 1 && p[1] == '*':
			for i := 0; ; i++ {
				if match(p[2:], t[i:]) {
					return true
				}
				if i == len(t) || p[0] != '.' && t[i] != p[0] {
					return false
				}
			}
		case len(t) > 0 && (p[0] == '.' || p[0] == t[0]):
			return match(p[1:], t[1:])
		}
		return false
	}
	if match("a*a*.*a*c", text) {
		return 0
	}
	return count
}

func bitcount() uint64 {
	r := timing.Rand(9)
	n := uint64(0)
	for range 1 << 20 {
		x := r.Next()
		n += uint64(bits.OnesCount64(x)) + uint64(bits.LeadingZeros64(x)) + uint64(bits.TrailingZeros32(uint32(x)))
	}
	return n
}

func crc() uint64 {
	var table [256]uint32
	for i := range table {
		c := uint32(i)
		for range 8 {
			if c&1 != 0 {
				c = c>>1 ^ 0xedb88320
			} else {
				c >>= 1
			}
		}
		table[i] = c
	}
	data := make([]byte, 1<<20)
	for i := range data {
		data[i] = byte(i * 7)
	}
	c := ^uint32(0)
	for _, b := range data {
		c = table[byte(c)^b] ^ c>>8
	}
	return uint64(^c)
}
