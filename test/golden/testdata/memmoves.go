// Copies and clearings of many sizes, at many alignments and distances, against byte by byte.
package main

import (
	"bytes"
	"fmt"
	"math/rand"
)

// fill is quick: most of the time should go into copies.
func fill(b []byte, x uint64) {
	for i := range b {
		x ^= x << 13
		x ^= x >> 7
		x ^= x << 17
		b[i] = byte(x)
	}
}

func main() {
	r := rand.New(rand.NewSource(1))
	const N = 1<<21 + 4096
	a, b := make([]byte, N), make([]byte, N)
	sizes := []int{}
	for i := 0; i < 600; i++ {
		sizes = append(sizes, i)
	}
	for i := 0; i < 60; i++ {
		sizes = append(sizes, r.Intn(5000), r.Intn(200000))
	}
	sizes = append(sizes, 131071, 200000, 1<<20+100)
	for _, n := range sizes {
		for k := 0; k < 12; k++ {
			d, s := 1000+r.Intn(70), 1000+r.Intn(70)
			switch k % 4 {
			case 1:
				s = d + r.Intn(n+1)
			case 2:
				d = s + r.Intn(n+1)
			case 3:
				d = s + r.Intn(300)
			}
			m := max(d, s) + n + 200
			fill(a[:m], uint64(r.Int63()))
			copy(b[:m], a[:m])
			copy(a[d:d+n], a[s:s+n])
			// model by byte
			t := make([]byte, n)
			for i := range t {
				t[i] = b[s+i]
			}
			for i := range t {
				b[d+i] = t[i]
			}
			if !bytes.Equal(a[:m], b[:m]) {
				fmt.Println("copy", n, d, s)
				return
			}
			clear(a[d : d+n])
			for i := d; i < d+n; i += 1 + i>>60 {
				b[i] = 0
			}
			if !bytes.Equal(a[:m], b[:m]) {
				fmt.Println("clear", n, d)
				return
			}
		}
	}
	fmt.Println("ok", len(sizes))
}
