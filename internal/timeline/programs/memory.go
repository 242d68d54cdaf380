package main

import (
	"runtime"
	"sync"
	"time"
)

// concat appends a byte to a string again and again: every step allocates and copies.
func concat() {
	const length = 2000
	least("Concat", length, func() {
		s := ""
		for i := 0; i < length; i++ {
			s += "x"
		}
		sink = s
	})
}

// node is a small object with two pointers.
type node struct {
	left, right *node
	pad         [2]uintptr
}

// grow makes a tree of 32-byte objects that has the given number of bytes. Neighbours in the tree are
// far from each other in memory, as in a program's old heap.
func grow(bytes int) *node {
	root := &node{}
	queue := []*node{root}
	for n := 1; n < bytes/32; n += 2 {
		at := queue[0]
		queue = queue[1:]
		at.left, at.right = &node{}, &node{}
		queue = append(queue, at.left, at.right)
	}
	return root
}

// churn makes garbage until the collector has run the given number of times, and returns the longest time
// that it had to wait between two steps.
func churn(cycles int) (stall, pause time.Duration) {
	watch := watchCollector()
	var keep [1024]*node
	last := time.Now()
	for i := 0; ; i++ {
		for j := 0; j < 64; j++ {
			keep[(i*64+j)%len(keep)] = &node{pad: [2]uintptr{uintptr(i)}}
		}
		now := time.Now()
		if d := now.Sub(last); d > stall {
			stall = d
		}
		last = now
		if i%4096 == 4095 {
			if watch.cycles() >= cycles {
				break
			}
			runtime.Gosched() // where nothing preempts, let others run
			last = time.Now() // asking stops the world: not the collector's doing
		}
	}
	sink = &keep
	pause, _ = watch.longest()
	return stall, pause
}

// pause allocates beside a large live heap and reports how long collections stop it.
func pause() {
	root := grow(size(512) << 20)
	runtime.GC()
	stall, pause := churn(3)
	print("Pause", 3, nanoseconds(pause, "pause-ns"), nanoseconds(stall, "stall-ns"))
	sink = root
}

// stacks does the same beside many goroutines that wait deep in their stacks.
func stacks() {
	n := size(20000)
	release := make(chan bool)
	var ready, done sync.WaitGroup
	for i := 0; i < n; i++ {
		ready.Add(1)
		done.Add(1)
		go func() {
			waitDeep(24, &ready, release)
			done.Done()
		}()
	}
	ready.Wait()
	runtime.GC()
	stall, pause := churn(3)
	print("Stacks", n, nanoseconds(pause, "pause-ns"), nanoseconds(stall, "stall-ns"))
	close(release)
	done.Wait()
}

// waitDeep parks below depth frames that hold pointers.
//
//go:noinline
func waitDeep(depth int, ready *sync.WaitGroup, release chan bool) *node {
	var frame [16]*node
	frame[depth%len(frame)] = &node{}
	if depth == 0 {
		ready.Done()
		<-release
	} else {
		frame[0] = waitDeep(depth-1, ready, release)
	}
	return frame[depth%len(frame)]
}

// trees builds and drops binary trees: allocation, and collection of short-lived objects.
func trees() {
	depth := size(16)
	least("Trees", 4<<uint(depth), func() {
		n := 0
		for i := 0; i < 4; i++ {
			n += count(plant(depth))
		}
		sink = n
	})
}

func plant(depth int) *node {
	if depth == 0 {
		return &node{}
	}
	return &node{left: plant(depth - 1), right: plant(depth - 1)}
}

func count(n *node) int {
	if n.left == nil {
		return 1
	}
	return 1 + count(n.left) + count(n.right)
}

// ptrwrites stores pointers into the heap, first while the collector rests and then while it runs all the time. What
// the world stands still for is not counted: the slowest of the short batches that are timed are left out.
func ptrwrites() {
	root := grow(size(64) << 20)
	ring := make([]*node, ringSize)
	for i := range ring {
		ring[i] = &node{}
	}
	runtime.GC()
	const batch, batches = 4096, 3000
	rest := mostly(writeBatches(ring, batch, batches))
	stop, stopped := make(chan bool), make(chan bool)
	go func() {
		for {
			select {
			case <-stop:
				close(stopped)
				return
			default:
				runtime.GC()
			}
		}
	}()
	marking := mostly(writeBatches(ring, batch, batches))
	close(stop)
	<-stopped
	print("PtrWrites/resting", batch*batches, perOp(rest, batch))
	print("PtrWrites/marking", batch*batches, perOp(marking, batch))
	sink = root
}

const ringSize = 1 << 16

// mostly is the mean of ds without the slowest twentieth.
func mostly(ds durations) time.Duration {
	median(ds) // sorts
	ds = ds[:len(ds)*19/20]
	sum := time.Duration(0)
	for _, d := range ds {
		sum += d
	}
	return sum / time.Duration(len(ds))
}

func writeBatches(ring []*node, batch, batches int) durations {
	times := make(durations, 0, batches)
	for i := 0; i < batches; i++ {
		start := time.Now()
		rotate(ring, i*batch, batch)
		times = append(times, time.Since(start))
		runtime.Gosched()
	}
	return times
}

// rotate does n pointer stores.
//
//go:noinline
func rotate(ring []*node, at, n int) {
	for i := at; i < at+n; i++ {
		ring[i&(ringSize-1)].left = ring[(i*17)&(ringSize-1)]
	}
}
