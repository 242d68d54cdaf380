// Command load keeps a processor busy in functions that take known shares of the time, and writes a CPU profile.
package main

import (
	"os"
	"runtime/pprof"
	"sort"
	"syscall"
	"time"
)

// used is the processor time of this process.
func used() time.Duration {
	var u syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &u); err != nil {
		panic(err)
	}
	return time.Duration(u.Utime.Nano() + u.Stime.Nano())
}

// spend calls work until it has used its time.
func spend(d time.Duration, work func()) {
	for end := used() + d; used() < end; {
		work()
	}
}

var sink int

//go:noinline
func sieve() {
	const n = 200_000
	composite := make([]bool, n+1)
	for i := 2; i <= n; i++ {
		if composite[i] {
			continue
		}
		for j := i * 2; j <= n; j += i { // sieve
			composite[j] = true // sieve
		}
	}
}

func mix(h, v uint64) uint64 {
	h ^= v
	h *= 0x100000001b3 // mix
	return h ^ h>>29   // mix
}

//go:noinline
func hash() {
	h := uint64(14695981039346656037)
	for i := range uint64(300_000) { // hash
		h = mix(h, i) // hash
	}
	sink += int(h)
}

//go:noinline
func sorted() {
	list := make([]int, 20_000)
	x := uint32(1)
	for i := range list {
		x = x*1664525 + 1013904223
		list[i] = int(x >> 8)
	}
	sort.Ints(list)
}

type shape interface{ area(int) int }

type square struct{ side int }

//go:noinline
func (s square) area(n int) int {
	total := 0
	for i := range n {
		total += s.side*i ^ total>>3
	}
	return total
}

//go:noinline
func virtual(s shape) { sink += s.area(300_000) }

func main() {
	f, err := os.Create(os.Args[1])
	if err != nil {
		panic(err)
	}
	if err := pprof.StartCPUProfile(f); err != nil {
		panic(err)
	}
	const unit = 220 * time.Millisecond
	spend(4*unit, sieve)
	spend(3*unit, hash)
	spend(2*unit, sorted)
	done := make(chan bool)
	go func() {
		spend(1*unit, func() { virtual(square{3}) })
		close(done)
	}()
	<-done
	pprof.StopCPUProfile()
	if err := f.Close(); err != nil {
		panic(err)
	}
}
