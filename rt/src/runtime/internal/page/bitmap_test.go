package page

import (
	"math/rand/v2"
	"testing"
)

// TestSummarise compares summaries of random bitmaps with what counting bit by bit gives.
func TestSummarise(t *testing.T) {
	r := rand.New(rand.NewPCG(1, 2))
	for range 20_000 {
		var b bitmap
		for range r.IntN(6) {
			lo := r.UintN(chunkPages)
			b.set(lo, min(chunkPages, lo+1+r.UintN(1<<r.UintN(10))))
		}
		for range r.IntN(40) {
			lo := r.UintN(chunkPages)
			b.set(lo, lo+1)
		}
		for range r.IntN(4) {
			lo := r.UintN(chunkPages)
			b.clear(lo, min(chunkPages, lo+1+r.UintN(1<<r.UintN(8))))
		}
		var want summary
		run, first := uint32(0), true
		for i := range uint(chunkPages) {
			if b[i/64]>>(i%64)&1 == 0 {
				run++
				want.max = max(want.max, run)
				continue
			}
			if first {
				want.start, first = run, false
			}
			run = 0
		}
		if want.end = run; first {
			want.start = run
		}
		if got := b.summarise(); got != want {
			t.Fatalf("%x: %+v, want %+v", b, got, want)
		}
	}
}
