// A hundred thousand goroutines, in a chain and in a crowd.
package main

import (
	"fmt"
	"runtime"
	"sync"
	"sync/atomic"
)

func chain(n int) int {
	first := make(chan int)
	in := first
	for range n {
		out := make(chan int)
		go func(in <-chan int, out chan<- int) { out <- 1 + <-in }(in, out)
		in = out
	}
	first <- 0
	return <-in
}

func crowd(n int) int64 {
	var sum atomic.Int64
	var wg sync.WaitGroup
	start := make(chan struct{})
	wg.Add(n)
	for i := range n {
		go func() {
			defer wg.Done()
			<-start
			runtime.Gosched()
			sum.Add(int64(i))
		}()
	}
	close(start)
	wg.Wait()
	return sum.Load()
}

func sieve(n int) (primes []int) {
	ch := make(chan int)
	done := make(chan struct{})
	defer close(done)
	go func(ch chan<- int) {
		for i := 2; ; i++ {
			select {
			case ch <- i:
			case <-done:
				return
			}
		}
	}(ch)
	for range n {
		p := <-ch
		primes = append(primes, p)
		out := make(chan int)
		go func(in <-chan int) {
			for {
				select {
				case i := <-in:
					if i%p == 0 {
						continue
					}
					select {
					case out <- i:
					case <-done:
						return
					}
				case <-done:
					return
				}
			}
		}(ch)
		ch = out
	}
	return primes
}

func deep(n int) int {
	var pad [64]int
	pad[n%64] = n
	if n == 0 {
		return 0
	}
	return deep(n-1) + pad[n%64] - n + 1
}

func main() {
	fmt.Println(chain(100_000))
	fmt.Println(crowd(100_000))
	fmt.Println(sieve(60))
	var wg sync.WaitGroup
	var total atomic.Int64
	for i := range 100 {
		wg.Go(func() { total.Add(int64(deep(100 + i*10))) })
	}
	wg.Wait()
	fmt.Println(total.Load())
	runtime.GC()
	fmt.Println(runtime.NumGoroutine() < 1000)
}
