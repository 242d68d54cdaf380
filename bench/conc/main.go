// Command conc times goroutines, channels and locks.
package main

import (
	"sync"
	"sync/atomic"

	"strata/bench/internal/timing"
)

func main() {
	timing.Main([]timing.Bench{
		{Name: "pingpong", Ops: 100_000, Op: pingpong},
		{Name: "buffered", Ops: 1_000_000, Op: buffered},
		{Name: "fanout", Ops: 200_000, Op: fanout},
		{Name: "ring", Ops: 100_000, Op: ring},
		{Name: "primes", Ops: 1, Op: primes},
		{Name: "mutex", Ops: 800_000, Op: mutex},
		{Name: "rwmutex", Ops: 400_000, Op: rwmutex},
		{Name: "atomic", Ops: 800_000, Op: atomics},
		{Name: "spawn", Ops: 200_000, Op: spawn},
		{Name: "crowd", Ops: 50_000, Op: crowd},
		{Name: "select", Ops: 200_000, Op: selects},
		{Name: "once", Ops: 1_000_000, Op: once},
	})
}

func pingpong() uint64 {
	a, b := make(chan int), make(chan int)
	go func() {
		for x := range a {
			b <- x + 1
		}
		close(b)
	}()
	x := 0
	for range 100_000 {
		a <- x
		x = <-b
	}
	close(a)
	return uint64(x)
}

func buffered() uint64 {
	c := make(chan int, 128)
	go func() {
		for i := range 1_000_000 {
			c <- i
		}
		close(c)
	}()
	s := 0
	for x := range c {
		s += x
	}
	return uint64(s)
}

func fanout() uint64 {
	work, out := make(chan int, 16), make(chan int, 16)
	var wg sync.WaitGroup
	for range 8 {
		wg.Go(func() {
			for x := range work {
				out <- x * x & 0xff
			}
		})
	}
	go func() {
		for i := range 200_000 {
			work <- i
		}
		close(work)
		wg.Wait()
		close(out)
	}()
	s := 0
	for x := range out {
		s += x
	}
	return uint64(s)
}

func ring() uint64 {
	const size = 100
	first := make(chan int)
	in := first
	for range size - 1 {
		out := make(chan int)
		go func(in, out chan int) {
			for x := range in {
				out <- x + 1
			}
			close(out)
		}(in, out)
		in = out
	}
	go func() { first <- 0 }()
	x := 0
	for range 1000 {
		x = <-in
		if x < 99_000 {
			go func() { first <- x }()
		}
	}
	close(first)
	return uint64(x)
}

func primes() uint64 {
	gen := make(chan int)
	done := make(chan struct{})
	defer close(done)
	go func() {
		for i := 2; ; i++ {
			select {
			case gen <- i:
			case <-done:
				return
			}
		}
	}()
	c, p := gen, 0
	for range 150 {
		p = <-c
		next := make(chan int)
		go func(in, out chan int, p int) {
			for {
				select {
				case i := <-in:
					if i%p != 0 {
						select {
						case out <- i:
						case <-done:
							return
						}
					}
				case <-done:
					return
				}
			}
		}(c, next, p)
		c = next
	}
	return uint64(p)
}

func workers(n, each int, f func()) {
	var wg sync.WaitGroup
	for range n {
		wg.Go(func() {
			for range each {
				f()
			}
		})
	}
	wg.Wait()
}

func mutex() uint64 {
	var mu sync.Mutex
	n := uint64(0)
	workers(8, 100_000, func() {
		mu.Lock()
		n++
		mu.Unlock()
	})
	return n
}

func rwmutex() uint64 {
	var mu sync.RWMutex
	var n atomic.Uint64
	workers(8, 50_000, func() {
		mu.RLock()
		n.Add(1)
		mu.RUnlock()
	})
	return n.Load()
}

func atomics() uint64 {
	var n atomic.Uint64
	workers(8, 100_000, func() { n.Add(1) })
	return n.Load()
}

func spawn() uint64 {
	var n atomic.Uint64
	var wg sync.WaitGroup
	for range 200_000 {
		wg.Go(func() { n.Add(1) })
	}
	wg.Wait()
	return n.Load()
}

func crowd() uint64 {
	var wg sync.WaitGroup
	start := make(chan struct{})
	var n atomic.Uint64
	for i := range 50_000 {
		wg.Go(func() {
			<-start
			n.Add(uint64(i))
		})
	}
	close(start)
	wg.Wait()
	return n.Load()
}

func selects() uint64 {
	a, b, quit := make(chan int), make(chan int), make(chan struct{})
	go func() {
		for i := range 100_000 {
			a <- i
		}
		for i := range 100_000 {
			b <- i
		}
		close(quit)
	}()
	s := 0
	for {
		select {
		case x := <-a:
			s += x
		case x := <-b:
			s -= x / 2
		case <-quit:
			return uint64(s)
		}
	}
}

func once() uint64 {
	var o sync.Once
	n := uint64(0)
	for range 1_000_000 {
		o.Do(func() { n++ })
	}
	return n
}
