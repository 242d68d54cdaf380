// Ranging over strings of all sequences of two bytes, all that begin like longer ones, and random ones with mistakes.
package main

import (
	"fmt"
	"unicode/utf8"
)

func check(s string) bool {
	at := 0
	for i, r := range s {
		want, n := utf8.DecodeRuneInString(s[at:])
		if i != at || r != want {
			fmt.Printf("%q: %x at %d, want %x at %d\n", s, r, i, want, at)
			return false
		}
		at += n
	}
	return at == len(s)
}

func main() {
	n := 0
	edges := []byte{0, 'a', 0x7f, 0x80, 0x8f, 0x90, 0x9f, 0xa0, 0xbf, 0xc0, 0xc1, 0xc2, 0xdf, 0xe0, 0xed, 0xef, 0xf0, 0xf4, 0xf5, 0xff}
	try := func(b ...byte) {
		if check(string(b)) {
			n++
		}
	}
	for a := range 256 {
		try(byte(a))
		for b := range 256 {
			try(byte(a), byte(b))
			try(byte(a), byte(b), 'x')
			for _, c := range edges {
				try(byte(a), byte(b), c)
				if a >= 0xe0 {
					for _, d := range edges {
						try(byte(a), byte(b), c, d)
					}
				}
			}
		}
	}
	for r := rune(0); r <= utf8.MaxRune; r += 3 {
		if check(string(r) + "é" + string(r)) {
			n++
		}
	}
	x := uint32(1)
	for range 20_000 {
		var b []byte
		for range 12 {
			x = x*1664525 + 1013904223
			if x>>30 == 0 {
				b = append(b, edges[x>>8%uint32(len(edges))])
			} else {
				b = utf8.AppendRune(b, rune(x>>9%0x110000))
			}
		}
		try(b...)
	}
	fmt.Println(n)
}
