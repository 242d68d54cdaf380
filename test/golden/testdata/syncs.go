// Package sync and sync/atomic under contention.
package main

import (
	"errors"
	"fmt"
	"sync"
	"sync/atomic"
	"time"
)

type account struct {
	mu  sync.Mutex
	bal int
}

func transfer(a, b *account, n int) {
	a.mu.Lock()
	a.bal -= n
	a.mu.Unlock()
	b.mu.Lock()
	b.bal += n
	b.mu.Unlock()
}

func main() {
	accounts := make([]account, 10)
	var wg sync.WaitGroup
	for g := range 20 {
		wg.Go(func() {
			for i := range 2000 {
				transfer(&accounts[(g+i)%10], &accounts[(g*3+i*7)%10], i%5)
			}
		})
	}
	wg.Wait()
	total := 0
	for i := range accounts {
		total += accounts[i].bal
	}
	fmt.Println("total", total)

	var rw sync.RWMutex
	m := map[int]int{}
	var reads atomic.Int64
	for g := range 8 {
		wg.Go(func() {
			for i := range 500 {
				if i%10 == g {
					rw.Lock()
					m[i] = g
					rw.Unlock()
				}
				rw.RLock()
				if _, ok := m[i]; ok || !ok {
					reads.Add(1)
				}
				rw.RUnlock()
			}
		})
	}
	wg.Wait()
	fmt.Println(len(m), reads.Load(), rw.TryLock(), rw.TryRLock())

	var once sync.Once
	var n atomic.Int32
	for range 100 {
		wg.Go(func() { once.Do(func() { n.Add(1) }) })
	}
	wg.Wait()
	f := sync.OnceValues(func() (int, error) { n.Add(1); return 5, errors.New("once") })
	f()
	fmt.Println(f())
	fmt.Println(n.Load())
	p := sync.OnceFunc(func() { panic("again") })
	for range 2 {
		func() {
			defer func() { fmt.Println("recovered", recover()) }()
			p()
		}()
	}

	var mu sync.Mutex
	cond := sync.NewCond(&mu)
	queue := []int{}
	sum := make(chan int)
	for range 4 {
		go func() {
			s := 0
			for {
				mu.Lock()
				for len(queue) == 0 {
					cond.Wait()
				}
				v := queue[0]
				queue = queue[1:]
				mu.Unlock()
				if v < 0 {
					sum <- s
					return
				}
				s += v
			}
		}()
	}
	for i := range 1000 {
		mu.Lock()
		queue = append(queue, i)
		mu.Unlock()
		cond.Signal()
	}
	mu.Lock()
	queue = append(queue, -1, -1, -1, -1)
	mu.Unlock()
	cond.Broadcast()
	fmt.Println("cond", <-sum+<-sum+<-sum+<-sum)

	var sm sync.Map
	for g := range 10 {
		wg.Go(func() {
			for i := range 100 {
				sm.LoadOrStore(i, g)
			}
		})
	}
	wg.Wait()
	count := 0
	sm.Range(func(k, v any) bool { count++; return true })
	sm.CompareAndDelete(5, -1)
	_, loaded := sm.LoadAndDelete(7)
	_, ok := sm.Load(7)
	fmt.Println(count, loaded, ok)

	pool := sync.Pool{New: func() any { return new([64]byte) }}
	for range 1000 {
		b := pool.Get().(*[64]byte)
		b[0]++
		pool.Put(b)
	}
	var v atomic.Value
	v.Store([]int{1, 2})
	fmt.Println(v.Load())
	var u atomic.Uint64
	var ptr atomic.Pointer[account]
	ptr.Store(&accounts[0])
	for range 50 {
		wg.Go(func() {
			for {
				old := u.Load()
				if u.CompareAndSwap(old, old*3+1) {
					return
				}
			}
		})
	}
	wg.Wait()
	fmt.Println(u.Load(), ptr.Load() == &accounts[0], u.And(0xff) != 0, u.Or(1) != 0, u.Swap(9) != 0)
	start := time.Now()
	var hold sync.Mutex
	hold.Lock()
	time.AfterFunc(20*time.Millisecond, hold.Unlock)
	hold.Lock()
	fmt.Println(time.Since(start) >= 20*time.Millisecond, hold.TryLock())
}
