// Command basics times small things that every program leans on: clearing and copying memory, big values, timers,
// type switches over interfaces, goroutines in great number, finalizers, random bytes, counters that goroutines share.
package main

import (
	"crypto/rand"
	"encoding/binary"
	"strings"
	"sync"
	"sync/atomic"

	"strata/bench/internal/timing"
)

func main() {
	timing.Main(memory())
	timing.Main(values())
	timing.Main(asserts())
	timing.Main(timers())
	timing.Main([]timing.Bench{
		{Name: "utf8-mixed", Ops: len(mixed) * 100, Op: func() uint64 { return runes(mixed) }},
		{Name: "utf8-ascii", Ops: len(ascii) * 100, Op: func() uint64 { return runes(ascii) }},
		{Name: "utf8-cjk", Ops: len(cjk) * 100, Op: func() uint64 { return runes(cjk) }},
		{Name: "rand-16", Ops: 200_000, Op: func() uint64 { return random(200_000, 16) }},
		{Name: "rand-512", Ops: 20_000, Op: func() uint64 { return random(20_000, 512) }},
		{Name: "counters", Ops: 2_000_000, Op: counters},
		{Name: "sampler", Ops: 2_000_000, Op: sampler},
	})
	for _, f := range []struct {
		name string
		run  func(name string)
	}{{"crowd", crowd}, {"finalizer", finalizers}} {
		if timing.Wanted(f.name) {
			f.run(f.name)
		}
	}
}

var (
	mixed = strings.Repeat("plain words, ünïcödé wörds, 日本語のテキスト, emoji 😀🎉 and again plain ones; naïve façade — “quoted”. ", 100)
	ascii = strings.Repeat("plain words and nothing else, so that each of them is a byte. ", 160)
	cjk   = strings.Repeat("日本語のテキストはどの文字も三バイトです。", 160)
)

func runes(s string) (sum uint64) {
	for range 100 {
		for i, r := range s {
			sum += uint64(r) ^ uint64(i)
		}
	}
	return sum
}

// random reads n times a few bytes, as makers of identifiers do.
func random(n, size int) uint64 {
	buf := make([]byte, size)
	all := uint64(0)
	for range n {
		if _, err := rand.Read(buf); err != nil {
			panic(err)
		}
		all |= binary.LittleEndian.Uint64(buf)
	}
	return all &^ all
}

// counters adds to neighbouring counters from two goroutines.
func counters() uint64 {
	var c [2]atomic.Uint64
	var all sync.WaitGroup
	for range 2 {
		all.Go(func() {
			for i := range 1_000_000 {
				c[i&1].Add(1)
			}
		})
	}
	all.Wait()
	return c[0].Load() + c[1].Load()
}

// A counter starts again when its time is over.
type counter struct {
	until atomic.Int64
	n     atomic.Uint64
}

func (c *counter) inc(now, tick int64) uint64 {
	if c.until.Load() > now {
		return c.n.Add(1)
	}
	c.n.Store(1)
	if next := now + tick; !c.until.CompareAndSwap(c.until.Load(), next) {
		return c.n.Add(1)
	}
	return 1
}

type counts [4][256]counter

func (c *counts) get(level int, key string) *counter {
	h := uint32(2166136261)
	for i := range len(key) {
		h = (h ^ uint32(key[i])) * 16777619
	}
	return &c[level][h%256]
}

// sampler counts messages by level and text, as logs do that drop repeated ones.
func sampler() uint64 {
	keys := []string{"request done", "request failed", "cache miss", "retrying", "slow query"}
	var c counts
	var all sync.WaitGroup
	var kept atomic.Uint64
	for range 2 {
		all.Go(func() {
			for i := range 1_000_000 {
				if n := c.get(i&3, keys[i%len(keys)]).inc(1, 1<<40); n <= 100 {
					kept.Add(n - n)
				}
			}
		})
	}
	all.Wait()
	return kept.Load()
}
