package main

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"iter"
	"runtime"
	"strings"
	"sync"
	"sync/atomic"
	"time"
)

// clean are programs without a race.
var clean = map[string]func(){
	"mutex": func() {
		var m sync.Mutex
		x := 0
		many(8, func(int) {
			for range 100 {
				m.Lock()
				x++
				m.Unlock()
			}
		})
		same(x, 800)
	},
	"read-write mutex": func() {
		var m sync.RWMutex
		s := map[int]int{}
		many(8, func(i int) {
			m.Lock()
			s[i] = i
			m.Unlock()
			m.RLock()
			use(len(s))
			m.RUnlock()
		})
		same(len(s), 8)
	},
	"channel": func() {
		c := make(chan *node)
		go func() { c <- &node{val: 5} }()
		n := <-c
		n.val++
		same(n.val, 6)
	},
	"buffered channel as semaphore": func() {
		sem, x := make(chan bool, 1), 0
		many(6, func(int) {
			sem <- true
			x++
			<-sem
		})
		same(x, 6)
	},
	"close": func() {
		c, x := make(chan bool), 0
		go func() { x = 7; close(c) }()
		<-c
		same(x, 7)
	},
	"select": func() {
		a, b, x := make(chan int), make(chan int, 1), 0
		go func() { x = 1; a <- 1 }()
		select {
		case <-a:
		case <-b:
		}
		same(x, 1)
	},
	"pipeline": func() {
		in, out := make(chan []int), make(chan []int)
		for range 3 {
			go func() {
				for s := range in {
					for i := range s {
						s[i] *= 2
					}
					out <- s
				}
			}()
		}
		go func() {
			for i := range 10 {
				in <- []int{i, i + 1}
			}
			close(in)
		}()
		sum := 0
		for range 10 {
			sum += (<-out)[1]
		}
		same(sum, 110)
	},
	"once": func() {
		var once sync.Once
		var n *node
		many(5, func(int) {
			once.Do(func() { n = &node{val: 3} })
			same(n.val, 3)
		})
	},
	"cond": func() {
		var m sync.Mutex
		c, ready := sync.NewCond(&m), false
		go func() { m.Lock(); ready = true; m.Unlock(); c.Broadcast() }()
		m.Lock()
		for !ready {
			c.Wait()
		}
		m.Unlock()
	},
	"atomic flag": func() {
		var ok atomic.Bool
		x := 0
		go func() { x = 9; ok.Store(true) }()
		for !ok.Load() {
			runtime.Gosched()
		}
		same(x, 9)
	},
	"atomic pointer": func() {
		var p atomic.Pointer[node]
		go func() { p.Store(&node{val: 4}) }()
		for p.Load() == nil {
			runtime.Gosched()
		}
		same(p.Load().val, 4)
	},
	"compare and swap lock": func() {
		var l atomic.Int32
		x := 0
		many(4, func(int) {
			for !l.CompareAndSwap(0, 1) {
				runtime.Gosched()
			}
			x++
			l.Store(0)
		})
		same(x, 4)
	},
	"neighbouring bytes": func() {
		var s [16]byte
		many(16, func(i int) {
			for range 50 {
				s[i]++
			}
		})
		same(int(s[9]), 50)
	},
	"neighbouring fields": func() {
		p := new(pair)
		many(2, func(i int) {
			if i == 0 {
				p.a++
			} else {
				p.b++
			}
		})
		same(int(p.a+p.b), 2)
	},
	"pool": func() {
		pool := sync.Pool{New: func() any { return new(bytes.Buffer) }}
		many(8, func(i int) {
			for range 20 {
				b := pool.Get().(*bytes.Buffer)
				b.Reset()
				fmt.Fprint(b, i)
				pool.Put(b)
			}
			runtime.GC()
		})
	},
	"memory used again": func() {
		for range 30 {
			many(4, func(i int) {
				list := []*node{}
				for j := range 200 {
					list = append(list, &node{val: j})
				}
				same(list[i].val, i)
			})
			runtime.GC()
		}
	},
	"many goroutines": func() {
		x := make([]int, 3000)
		many(3000, func(i int) { x[i] = i })
		same(x[2999], 2999)
	},
	"deep stacks": func() {
		var down func(n int, p *int) int
		down = func(n int, p *int) int {
			var pad [64]int
			pad[n%64] = n
			if n == 0 {
				return *p
			}
			return down(n-1, p) + pad[(n+1)%64]
		}
		x := 5
		many(4, func(int) { same(down(500, &x), 5) })
	},
	"timers": func() {
		x, done := 1, make(chan bool)
		time.AfterFunc(time.Millisecond, func() { x++; close(done) })
		<-done
		same(x, 2)
		t := time.NewTicker(time.Millisecond)
		<-t.C
		t.Stop()
	},
	"finalizers": func() {
		done := make(chan int, 1)
		func() {
			n := &node{val: 1}
			go func() { n.val = 2 }()
			time.Sleep(10 * time.Millisecond)
			runtime.SetFinalizer(n, func(n *node) { done <- n.val })
		}()
		for range 100 {
			runtime.GC()
			select {
			case v := <-done:
				same(v, 2)
				return
			case <-time.After(10 * time.Millisecond):
			}
		}
	},
	"context": func() {
		ctx, cancel := context.WithCancel(context.Background())
		x := 0
		go func() { x = 3; cancel() }()
		<-ctx.Done()
		same(x, 3)
	},
	"iterator": func() {
		next, stop := iter.Pull(func(yield func(int) bool) {
			x := 0
			for yield(x) {
				x++
			}
		})
		next()
		v, _ := next()
		same(v, 1)
		stop()
	},
	"sync.Map": func() {
		var m sync.Map
		many(6, func(i int) {
			m.Store(i, &node{val: i})
			if v, ok := m.Load(i); ok {
				same(v.(*node).val, i)
			}
		})
	},
	"libraries": func() {
		many(4, func(i int) {
			var v map[string]any
			if err := json.Unmarshal([]byte(`{"a": [1, 2, {"b": null}]}`), &v); err != nil {
				panic(err)
			}
			data, _ := json.Marshal(v)
			same(len(strings.Split(string(data), ",")), 3)
		})
	},
	"goroutine chain": func() {
		x, done := 0, make(chan bool)
		var link func(n int)
		link = func(n int) {
			x++
			if n == 0 {
				close(done)
				return
			}
			go link(n - 1)
		}
		go link(50)
		<-done
		same(x, 51)
	},
	"panics": func() {
		many(4, func(i int) {
			x := 0
			func() {
				defer func() { recover(); x++ }()
				x = i
				panic("on purpose")
			}()
			same(x, i+1)
		})
	},
}

func many(n int, f func(i int)) {
	var wg sync.WaitGroup
	for i := range n {
		wg.Go(func() { f(i) })
	}
	wg.Wait()
}

func same(got, want int) {
	if got != want {
		panic(fmt.Sprint(got, " is not ", want))
	}
}
