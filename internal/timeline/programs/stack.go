package main

import "time"

// hotsplit calls a function in a loop, at every depth of the stack within a few segments. Where the stack is a chain of
// segments there are depths at which each call needs a new one.
func hotsplit() {
	const depths, loops = 160, 2000
	times := make([]time.Duration, depths)
	for try := 0; try < 20; try++ {
		done := make(chan bool)
		go func() { // a fresh stack
			for d := range times {
				if t := descend(d, loops); try == 0 || t < times[d] {
					times[d] = t
				}
			}
			close(done)
		}()
		<-done
	}
	best, worst, hot := times[0], times[0], 0
	for _, t := range times {
		if t < best {
			best = t
		}
		if t > worst {
			worst = t
		}
	}
	for _, t := range times {
		if t > 3*best {
			hot++
		}
	}
	print("HotSplit", depths*loops,
		perOp(worst, loops), figure{float64(worst) / float64(best), "worst/best"}, figure{float64(hot), "hot-depths"})
}

// descend goes down depth frames and times a loop of calls there.
//
//go:noinline
func descend(depth, loops int) time.Duration {
	var frame [8]int
	frame[depth&7] = depth
	if depth > 0 {
		return descend(depth-1, loops) + time.Duration(frame[(depth+1)&7])
	}
	start := time.Now()
	n := 0
	for i := 0; i < loops; i++ {
		n += leaf(i)
	}
	d := time.Since(start)
	if n == -1 {
		d++
	}
	return d
}

// leaf has a frame of its own.
//
//go:noinline
func leaf(i int) int {
	var frame [32]int
	frame[i&31] = i
	return frame[(i+1)&31] + i
}

// recursion descends ten thousand frames of 256 bytes on fresh goroutines, twice on each: the first descent has to
// find the memory.
func recursion() {
	const tries = 20
	depth := size(10000)
	first := make(durations, tries)
	again := make(durations, tries)
	for i := 0; i < tries; i++ {
		done := make(chan bool)
		go func(i int) {
			start := time.Now()
			deep(depth)
			first[i] = time.Since(start)
			start = time.Now()
			deep(depth)
			again[i] = time.Since(start)
			close(done)
		}(i)
		<-done
	}
	print("Recursion/first", tries*depth, perOp(median(first), depth))
	print("Recursion/again", tries*depth, perOp(median(again), depth))
}

//go:noinline
func deep(n int) int {
	var frame [28]int
	frame[n%28] = n
	if n == 0 {
		return 0
	}
	return deep(n-1) + frame[(n+1)%28]
}
