// Command alloc times allocation and collection of garbage.
package main

import (
	"container/heap"

	"strata/bench/internal/timing"
)

func main() {
	timing.Main([]timing.Bench{
		{Name: "binarytrees", Ops: 1, Op: binarytrees},
		{Name: "list", Ops: 500_000, Op: list},
		{Name: "small16", Ops: 1_000_000, Op: func() uint64 { return churn[[2]int](1_000_000) }},
		{Name: "small48", Ops: 1_000_000, Op: func() uint64 { return churn[[6]int](1_000_000) }},
		{Name: "small256", Ops: 300_000, Op: func() uint64 { return churn[[32]int](300_000) }},
		{Name: "pointers64", Ops: 500_000, Op: func() uint64 { return churn[[8]*int](500_000) }},
		{Name: "slices", Ops: 200_000, Op: slices},
		{Name: "append", Ops: 2_000_000, Op: appends},
		{Name: "huffman", Ops: 1, Op: huffman},
		{Name: "lru", Ops: 500_000, Op: lru},
		{Name: "dijkstra", Ops: 1, Op: dijkstra},
		{Name: "graph", Ops: 1, Op: graph},
	})
}

type tree struct{ left, right *tree }

func build(depth int) *tree {
	if depth == 0 {
		return &tree{}
	}
	return &tree{build(depth - 1), build(depth - 1)}
}

func (t *tree) count() uint64 {
	if t.left == nil {
		return 1
	}
	return 1 + t.left.count() + t.right.count()
}

func binarytrees() uint64 {
	long := build(14)
	sum := uint64(0)
	for d := 4; d <= 14; d += 2 {
		for range 1 << (14 - d) {
			sum += build(d).count()
		}
	}
	return sum + long.count()
}

type node struct {
	next *node
	val  int
}

func list() uint64 {
	var head *node
	for i := range 500_000 {
		head = &node{head, i}
	}
	sum := uint64(0)
	for n := head; n != nil; n = n.next {
		sum += uint64(n.val)
	}
	return sum
}

// churn allocates n objects and keeps a thousand of them at a time.
func churn[T any](n int) uint64 {
	var kept [1024]*T
	for i := range n {
		kept[i%1024] = new(T)
	}
	timing.Sink = kept[5]
	return uint64(n)
}

func slices() uint64 {
	var kept [256][]int
	n := 0
	for i := range 200_000 {
		s := make([]int, i%100)
		n += len(s)
		kept[i%256] = s
	}
	timing.Sink = kept[7]
	return uint64(n)
}

func appends() uint64 {
	n := 0
	for range 20 {
		var s []int
		for i := range 100_000 {
			s = append(s, i)
		}
		n += s[len(s)/2]
	}
	return uint64(n)
}

type hnode struct {
	weight      int
	sym         int
	left, right *hnode
}

type hheap []*hnode

func (h hheap) Len() int { return len(h) }
func (h hheap) Less(i, j int) bool {
	return h[i].weight < h[j].weight || h[i].weight == h[j].weight && h[i].sym < h[j].sym
}
func (h hheap) Swap(i, j int) { h[i], h[j] = h[j], h[i] }
func (h *hheap) Push(x any)   { *h = append(*h, x.(*hnode)) }
func (h *hheap) Pop() any {
	x := (*h)[len(*h)-1]
	*h = (*h)[:len(*h)-1]
	return x
}

func huffman() uint64 {
	total := uint64(0)
	for round := range 100 {
		r := timing.Rand(round + 1)
		h := &hheap{}
		for i := range 256 {
			heap.Push(h, &hnode{weight: 1 + r.Intn(10_000), sym: i})
		}
		for next := 256; h.Len() > 1; next++ {
			a, b := heap.Pop(h).(*hnode), heap.Pop(h).(*hnode)
			heap.Push(h, &hnode{a.weight + b.weight, next, a, b})
		}
		var walk func(n *hnode, depth int)
		walk = func(n *hnode, depth int) {
			if n.left == nil {
				total += uint64(n.weight * depth)
				return
			}
			walk(n.left, depth+1)
			walk(n.right, depth+1)
		}
		walk((*h)[0], 0)
	}
	return total
}
