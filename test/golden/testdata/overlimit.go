// A program whose live heap is beyond its memory limit gets on: collecting takes no more than about half of the time.
package main

import (
	"fmt"
	"runtime"
	"runtime/debug"
	"time"
)

type node struct {
	left, right *node
	key         [4]uint64
}

func tree(depth int) *node {
	n := &node{}
	if depth > 0 {
		n.left, n.right = tree(depth-1), tree(depth-1)
	}
	return n
}

func main() {
	debug.SetMemoryLimit(4 << 20)
	const trees = 2000 // with 63 nodes of 48 bytes
	heap := make([]*node, trees)
	start := time.Now()
	for round := range 3 {
		for i := range heap {
			heap[(i*7919+round)%trees] = tree(5)
		}
	}
	var stats runtime.MemStats
	runtime.ReadMemStats(&stats)
	runtime.KeepAlive(heap)
	fmt.Println("over the limit:", stats.HeapAlloc > 5<<20, "limited:", time.Since(start) < 30*time.Second)
}
