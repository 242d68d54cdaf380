// Goroutines rewire a shared graph of objects while the collector marks it, and check what they reach.
package main

import (
	"fmt"
	"math/rand/v2"
	"os"
	"runtime"
	"strconv"
	"sync"
	"sync/atomic"
)

const magic = 0x5ca1ab1e

type node struct {
	id    uint64
	check uint64
	next  [3]*node
	any   any
	list  []*node
	m     map[int]*node
	big   *[40]*node
}

func newNode(id uint64) *node { return &node{id: id, check: id ^ magic} }

func (n *node) verify() {
	if n.check != n.id^magic {
		panic(fmt.Sprintf("node %p: id %#x check %#x", n, n.id, n.check))
	}
}

type region struct {
	mu    sync.Mutex
	roots [16]*node
	slot  atomic.Pointer[node]
	ch    chan *node
	pair  chan [3]*node
}

var global [64]*node // each goroutine has two

func pick(r *rand.Rand, n *node) *node {
	for range r.IntN(12) {
		n.verify()
		var m *node
		switch r.IntN(6) {
		case 0:
			m, _ = n.any.(*node)
		case 1:
			if len(n.list) > 0 {
				m = n.list[r.IntN(len(n.list))]
			}
		case 2:
			m = n.m[r.IntN(4)]
		case 3:
			if n.big != nil {
				m = n.big[r.IntN(len(n.big))]
			}
		default:
			m = n.next[r.IntN(3)]
		}
		if m == nil {
			return n
		}
		n = m
	}
	return n
}

func deep(r *rand.Rand, d int, n *node) *node {
	local := newNode(uint64(d))
	local.next[0] = n
	if d > 0 {
		n = deep(r, d-1, n)
	}
	local.verify()
	local.next[0].verify()
	return n
}

func work(reg *region, me int, seed uint64, rounds int) {
	r := rand.New(rand.NewPCG(seed, uint64(me)))
	mine := newNode(uint64(me))
	for i := range rounds {
		reg.mu.Lock()
		a, b := &reg.roots[r.IntN(16)], &reg.roots[r.IntN(16)]
		x, y := pick(r, *a), pick(r, *b)
		switch r.IntN(18) {
		case 0: // swap: the only path may move from one object to another
			k := r.IntN(3)
			x.next[k], y.next[k] = y.next[k], x.next[k]
		case 1: // hide it on the stack, cut the path, put it elsewhere
			h := x.next[0]
			x.next[0] = nil
			if r.IntN(4) == 0 {
				runtime.Gosched()
			}
			y.next[1] = h
		case 2:
			x.any = newNode(uint64(i))
		case 3:
			if len(x.list) < 40 {
				x.list = append(x.list, newNode(uint64(i)), y)
			} else {
				x.list = append([]*node(nil), x.list[20:]...)
			}
		case 4:
			if x.m == nil || r.IntN(8) == 0 {
				x.m = map[int]*node{}
			}
			x.m[r.IntN(4)] = newNode(uint64(i))
			delete(x.m, r.IntN(4))
		case 5:
			if x.big == nil || r.IntN(8) == 0 {
				x.big = new([40]*node)
			}
			x.big[r.IntN(40)] = y
		case 6:
			if x.big != nil && y.big != nil {
				*x.big = *y.big // a bulk copy
			}
		case 7:
			if len(x.list) > 4 {
				copy(x.list, x.list[2:])
				clear(x.list[len(x.list)-2:])
			}
		case 8:
			*a, *b = *b, *a
		case 9:
			*a = newNode(uint64(i))
			(*a).next[0] = y
		case 10:
			old := reg.slot.Swap(x)
			if old != nil {
				old.verify()
				y.next[2] = old
			}
		case 11:
			reg.slot.CompareAndSwap(x, y)
		case 12:
			x.next = y.next // a struct copy
		case 13:
			x.big = nil
			x.list = nil
		case 14:
			n := *y // a whole copy through the stack
			n.id, n.check = uint64(i), uint64(i)^magic
			*x = n
		case 15:
			global[2*me], global[2*me+1] = x, global[2*me]
		case 16:
			x.next[1] = global[2*me+1]
		case 17:
			mine.next[r.IntN(3)] = x
		}
		reg.mu.Unlock()
		switch r.IntN(40) {
		case 0:
			select {
			case reg.ch <- mine.next[0]:
				mine.next[0] = nil
			case n := <-reg.ch:
				mine.next[1] = n
			default:
			}
		case 1:
			select {
			case reg.pair <- mine.next:
				mine.next = [3]*node{}
			case n := <-reg.pair:
				mine.next = n
			default:
			}
		case 2:
			reg.mu.Lock()
			n := deep(r, r.IntN(200), pick(r, reg.roots[r.IntN(16)]))
			n.verify()
			reg.mu.Unlock()
		case 3:
			done := make(chan *node)
			h := mine.next[2]
			mine.next[2] = nil
			go func() {
				if h != nil {
					reg.mu.Lock()
					h.verify()
					reg.mu.Unlock()
				}
				done <- h
			}()
			mine.next[2] = <-done
		case 4:
			// Garbage keeps the collector busy; the region is cut now and then, lest it grow for ever.
			reg.mu.Lock()
			if r.IntN(20) == 0 {
				for i := range reg.roots {
					reg.roots[i] = newNode(uint64(i))
				}
				global[2*me], global[2*me+1] = nil, nil
			}
			reg.mu.Unlock()
			for _, n := range mine.next {
				if n != nil {
					reg.mu.Lock()
					n.verify()
					reg.mu.Unlock()
				}
			}
		}
	}
}

// walk verifies all that can be reached.
func walk(reg *region) int {
	seen := map[*node]bool{}
	var todo []*node
	push := func(n *node) {
		if n != nil && !seen[n] {
			seen[n] = true
			todo = append(todo, n)
		}
	}
	for _, n := range reg.roots {
		push(n)
	}
	push(reg.slot.Load())
	for len(todo) > 0 {
		n := todo[len(todo)-1]
		todo = todo[:len(todo)-1]
		n.verify()
		for _, m := range n.next {
			push(m)
		}
		if m, ok := n.any.(*node); ok {
			push(m)
		}
		for _, m := range n.list {
			push(m)
		}
		for _, m := range n.m {
			push(m)
		}
		if n.big != nil {
			for _, m := range n.big {
				push(m)
			}
		}
	}
	return len(seen)
}

func main() {
	rounds := 3000
	if len(os.Args) > 1 {
		rounds, _ = strconv.Atoi(os.Args[1])
	}
	var all sync.WaitGroup
	regions := make([]*region, 4)
	for i := range regions {
		reg := &region{ch: make(chan *node, 4), pair: make(chan [3]*node)}
		regions[i] = reg
		for j := range reg.roots {
			reg.roots[j] = newNode(uint64(j))
		}
		for j := range 4 {
			all.Add(1)
			go func() {
				defer all.Done()
				work(reg, i*4+j, 42, rounds)
			}()
		}
	}
	all.Wait()
	for _, reg := range regions {
		if walk(reg) < 16/2 {
			fmt.Println("a region is empty")
		}
	}
	fmt.Println("ok")
}
