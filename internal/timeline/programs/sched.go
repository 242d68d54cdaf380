package main

import (
	"fmt"
	"runtime"
	"sync"
	"time"
)

// tightloop lets a goroutine wait beside a loop without calls on one processor, and reports how long.
func tightloop() {
	runtime.GOMAXPROCS(1)
	loops := 1 << 20
	for {
		start := time.Now()
		spin(loops)
		if d := time.Since(start); d > 20*time.Millisecond {
			loops = int(float64(loops) * 300 / (float64(d) / 1e6))
			break
		}
		loops *= 2
	}
	waited := make(chan time.Duration, 1)
	start := time.Now()
	go func() { waited <- time.Since(start) }()
	spin(loops)
	all := time.Since(start)
	print("TightLoop", 1, nanoseconds(<-waited, "wait-ns"), nanoseconds(all, "loop-ns"))
}

//go:noinline
func spin(n int) int {
	x := 1
	for i := 0; i < n; i++ {
		x ^= x<<13 ^ i
	}
	return x
}

// pingpong sends a number to and fro between two goroutines.
func pingpong() {
	const trips = 10000
	least("PingPong", trips, func() { sink = exchange(trips) })
}

// storm starts many goroutines, and lets pairs of goroutines send to and fro on one, two and eight processors: where all
// threads share a queue they fight for its lock.
func storm() {
	const starts = 20000
	least("Storm/start", starts, func() {
		var wg sync.WaitGroup
		wg.Add(starts)
		for i := 0; i < starts; i++ {
			go wg.Done()
		}
		wg.Wait()
	})
	const pairs, trips = 64, 100
	for _, procs := range []int{1, 2, 8} {
		runtime.GOMAXPROCS(procs)
		least(fmt.Sprintf("Storm/pairs/procs=%d", procs), pairs*trips, func() {
			var wg sync.WaitGroup
			wg.Add(pairs)
			for i := 0; i < pairs; i++ {
				go func() {
					exchange(trips)
					wg.Done()
				}()
			}
			wg.Wait()
		})
	}
}

// exchange sends a number to and fro between this goroutine and another.
func exchange(trips int) int {
	to, fro := make(chan int), make(chan int)
	go func() {
		for x := range to {
			fro <- x + 1
		}
		close(fro)
	}()
	x := 0
	for i := 0; i < trips; i++ {
		to <- x
		x = <-fro
	}
	close(to)
	return x
}
