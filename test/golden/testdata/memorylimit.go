// A memory limit holds where the heap would otherwise double, also after memory of another kind has been in use; and a
// program that does not fit into its limit still gets on.
package main

import (
	"fmt"
	"os"
	"runtime"
	"runtime/debug"
	"strings"
	"sync"
)

type node struct {
	left, right *node
	key         [4]uint64
}

const nodeSize = 48

func tree(depth int) *node {
	n := &node{}
	if depth > 0 {
		n.left, n.right = tree(depth-1), tree(depth-1)
	}
	return n
}

// resident is the process's memory in bytes.
func resident() int {
	text, err := os.ReadFile("/proc/self/statm")
	if err != nil {
		panic(err)
	}
	var size, pages int
	fmt.Sscan(string(text), &size, &pages)
	return pages * os.Getpagesize()
}

//go:noinline
func deep(n int, reached, leave *sync.WaitGroup) byte {
	var room [1000]byte
	if n > 0 {
		return deep(n-1, reached, leave) + room[n]
	}
	reached.Done()
	leave.Wait()
	return room[0]
}

// crowd has many goroutines with stacks of 16 KB at a time.
func crowd() {
	const n = 5000
	var reached, leave, gone sync.WaitGroup
	reached.Add(n)
	leave.Add(1)
	for range n {
		gone.Go(func() { deep(8, &reached, &leave) })
	}
	reached.Wait()
	leave.Done()
	gone.Wait()
}

// churn replaces parts of a live heap again and again; it returns the largest amount of memory held, and how
// many cycles that took.
func churn(live, rounds int) (peak int, cycles uint32) {
	const subtree = 6
	heap := make([]*node, live/(nodeSize*(2<<subtree-1)))
	for i := range heap {
		heap[i] = tree(subtree)
	}
	var before, after runtime.MemStats
	runtime.ReadMemStats(&before)
	for round := range rounds {
		for i := range heap {
			heap[(i*7919+round)%len(heap)] = tree(subtree)
			if i%64 == 0 {
				peak = max(peak, resident())
			}
		}
	}
	runtime.ReadMemStats(&after)
	runtime.KeepAlive(heap)
	return peak, after.NumGC - before.NumGC
}

func main() {
	crowd()
	runtime.GC()
	const limit = 64 << 20
	debug.SetMemoryLimit(limit)
	peak, cycles := churn(40<<20, 4)
	// The stress modes have cycles of their own.
	fits := peak < limit+limit/10 || strings.Contains(os.Getenv("STRATASTRESS"), "gc")
	if !fits {
		fmt.Println("peak is", peak>>20, "MB")
	}
	// 160 MB pass through some 15 MB.
	fmt.Println("within the limit:", fits, cycles < 60)
	churn(80<<20, 1)
	fmt.Println("beyond the limit: goes on")
}
