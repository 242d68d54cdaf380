package main

import (
	"container/heap"

	"strata/bench/internal/timing"
)

type entry struct {
	key, val   int
	prev, next *entry
}

// lru is a cache of a thousand entries: a map and a ring.
func lru() uint64 {
	const size = 1000
	m := map[int]*entry{}
	root := &entry{}
	root.prev, root.next = root, root
	unlink := func(e *entry) { e.prev.next, e.next.prev = e.next, e.prev }
	front := func(e *entry) {
		e.prev, e.next = root, root.next
		root.next.prev = e
		root.next = e
	}
	r := timing.Rand(17)
	hits := uint64(0)
	for range 500_000 {
		k := r.Intn(1000) + r.Intn(1000)
		if e := m[k]; e != nil {
			hits++
			unlink(e)
			front(e)
			continue
		}
		e := &entry{key: k, val: k}
		m[k] = e
		front(e)
		if len(m) > size {
			last := root.prev
			unlink(last)
			delete(m, last.key)
		}
	}
	return hits
}

type edge struct{ to, cost int }

type item struct{ node, dist int }

type queue []item

func (q queue) Len() int           { return len(q) }
func (q queue) Less(i, j int) bool { return q[i].dist < q[j].dist }
func (q queue) Swap(i, j int)      { q[i], q[j] = q[j], q[i] }
func (q *queue) Push(x any)        { *q = append(*q, x.(item)) }
func (q *queue) Pop() any {
	x := (*q)[len(*q)-1]
	*q = (*q)[:len(*q)-1]
	return x
}

func dijkstra() uint64 {
	const n = 20_000
	r := timing.Rand(23)
	adj := make([][]edge, n)
	for i := range adj {
		for range 5 {
			adj[i] = append(adj[i], edge{r.Intn(n), 1 + r.Intn(100)})
		}
	}
	dist := make([]int, n)
	for i := range dist {
		dist[i] = 1 << 60
	}
	dist[0] = 0
	q := &queue{{0, 0}}
	for q.Len() > 0 {
		it := heap.Pop(q).(item)
		if it.dist > dist[it.node] {
			continue
		}
		for _, e := range adj[it.node] {
			if d := it.dist + e.cost; d < dist[e.to] {
				dist[e.to] = d
				heap.Push(q, item{e.to, d})
			}
		}
	}
	sum := uint64(0)
	for _, d := range dist {
		if d < 1<<60 {
			sum += uint64(d)
		}
	}
	return sum
}

type vertex struct {
	out  []*vertex
	mark bool
	data [4]uint64
}

// graph builds a large object graph, walks it and drops parts of it, again and again.
func graph() uint64 {
	r := timing.Rand(29)
	all := make([]*vertex, 50_000)
	for i := range all {
		all[i] = &vertex{}
	}
	sum := uint64(0)
	for round := range 5 {
		for _, v := range all {
			v.out = v.out[:0]
			for range 4 {
				v.out = append(v.out, all[r.Intn(len(all))])
			}
		}
		stack := []*vertex{all[round]}
		for len(stack) > 0 {
			v := stack[len(stack)-1]
			stack = stack[:len(stack)-1]
			if v.mark {
				continue
			}
			v.mark = true
			sum++
			stack = append(stack, v.out...)
		}
		for i := range all {
			if i%3 == 0 {
				all[i] = &vertex{}
			}
			all[i].mark = false
		}
	}
	return sum
}
