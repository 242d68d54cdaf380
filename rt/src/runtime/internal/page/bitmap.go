//go:build strata

package page

import "math/bits"

// A chunk describes chunkPages pages, a bit each.
type chunk struct {
	used     bitmap
	released bitmap // the page reads as zero and has no memory behind it
}

type bitmap [chunkPages / 64]uint64

// nextClear returns the first clear bit from i on, or chunkPages.
func (b *bitmap) nextClear(i uint) uint {
	for i < chunkPages {
		w := ^b[i/64] >> (i % 64)
		if w != 0 {
			return i + uint(bits.TrailingZeros64(w))
		}
		i = i&^63 + 64
	}
	return chunkPages
}

// nextSet returns the first set bit from i on, or chunkPages.
func (b *bitmap) nextSet(i uint) uint {
	for i < chunkPages {
		w := b[i/64] >> (i % 64)
		if w != 0 {
			return i + uint(bits.TrailingZeros64(w))
		}
		i = i&^63 + 64
	}
	return chunkPages
}

// mask returns the bits of word w that lie in [lo, hi).
func mask(w, lo, hi uint) uint64 {
	m := ^uint64(0)
	if lo > w*64 {
		m &= ^uint64(0) << (lo - w*64)
	}
	if hi < w*64+64 {
		m &= 1<<(hi-w*64) - 1
	}
	return m
}

func (b *bitmap) set(lo, hi uint) {
	for w := lo / 64; w*64 < hi; w++ {
		b[w] |= mask(w, lo, hi)
	}
}

func (b *bitmap) clear(lo, hi uint) {
	for w := lo / 64; w*64 < hi; w++ {
		b[w] &^= mask(w, lo, hi)
	}
}

// count returns the number of set bits in [lo, hi).
func (b *bitmap) count(lo, hi uint) uint {
	n := 0
	for w := lo / 64; w*64 < hi; w++ {
		n += bits.OnesCount64(b[w] & mask(w, lo, hi))
	}
	return uint(n)
}

// fit returns the first of n clear bits in a row, or chunkPages.
func (b *bitmap) fit(n uint) uint {
	for i := b.nextClear(0); i < chunkPages; {
		end := b.nextSet(i)
		if end-i >= n {
			return i
		}
		i = b.nextClear(end)
	}
	return chunkPages
}

// A summary tells of a range of pages how many are free at its start, in the
// longest run, and at its end.
type summary struct {
	start, max, end uint32
}

// free reports whether any is free.
func (s summary) free() bool { return s.max != 0 }

func (b *bitmap) summarise() (s summary) {
	for i := b.nextClear(0); i < chunkPages; {
		end := b.nextSet(i)
		n := uint32(end - i)
		if i == 0 {
			s.start = n
		}
		if end == chunkPages {
			s.end = n
		}
		s.max = max(s.max, n)
		i = b.nextClear(end)
	}
	return s
}

// join summarises a range of size pages followed by one of more pages.
func (s summary) join(size uint32, t summary, more uint32) summary {
	r := summary{s.start, max(s.max, t.max, s.end+t.start), t.end}
	if s.start == size {
		r.start += t.start
	}
	if t.end == more {
		r.end += s.end
	}
	return r
}
