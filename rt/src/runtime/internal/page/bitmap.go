package page

// This file has no build tag, so that its tests run on any host.

import "math/bits"

const chunkPages = 512

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

// summarise summarises the pages whose bits are clear.
func (b *bitmap) summarise() summary {
	longest, run := uint32(0), uint32(0) // run is the number of clear bits just before w
	start, seen := uint32(0), false      // seen is whether a bit was set
	for _, w := range b {
		if w == 0 {
			run += 64
			continue
		}
		run += uint32(bits.TrailingZeros64(w))
		if !seen {
			start, seen = run, true
		}
		longest = max(longest, run)
		run = uint32(bits.LeadingZeros64(w))
		if longest < 62 && w != ^uint64(0) { // between two set bits
			longest = longestClear(w, longest)
		}
	}
	if !seen {
		return summary{run, run, run}
	}
	return summary{start, max(longest, run), run}
}

// longestClear returns the length of the longest row of clear bits between set bits of w, which is not 0, if it
// is above n, otherwise n.
func longestClear(w uint64, n uint32) uint32 {
	free := ^w & (^uint64(0) >> bits.LeadingZeros64(w)) &^ (w&-w - 1)
	// A bit of free stands for a row of so many clear bits.
	for row := uint32(1); row <= n; {
		step := min(row, n+1-row)
		free &= free >> step
		row += step
	}
	for free != 0 { // it stands for n+1
		free &= free >> 1
		n++
	}
	return n
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
