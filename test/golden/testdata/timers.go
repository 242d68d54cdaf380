// Timers and tickers: order, stop, reset.
package main

import (
	"fmt"
	"slices"
	"sync"
	"time"
)

func main() {
	start := time.Now()
	var mu sync.Mutex
	var order []int
	var wg sync.WaitGroup
	for _, d := range []int{50, 10, 30, 20, 40} {
		wg.Add(1)
		time.AfterFunc(time.Duration(d)*time.Millisecond*3, func() {
			defer wg.Done()
			mu.Lock()
			order = append(order, d)
			if time.Since(start) < time.Duration(d)*time.Millisecond*3 {
				fmt.Println(d, "fired early")
			}
			mu.Unlock()
		})
	}
	wg.Wait()
	slices.Sort(order)
	fmt.Println(order, time.Since(start) >= 150*time.Millisecond)

	t := time.NewTimer(time.Hour)
	fmt.Println(t.Stop(), t.Stop(), t.Reset(time.Millisecond))
	<-t.C
	fmt.Println(t.Reset(0))
	<-t.C

	tick := time.NewTicker(5 * time.Millisecond)
	n := 0
	for range tick.C {
		if n++; n == 5 {
			tick.Stop()
			break
		}
	}
	fmt.Println(n)
	select {
	case <-tick.C:
		fmt.Println("ticked after stop")
	case <-time.After(20 * time.Millisecond):
		fmt.Println("stopped")
	}
	tick.Reset(time.Millisecond)
	<-tick.C
	tick.Stop()

	fired := make(chan int, 10000)
	for i := range 10000 {
		time.AfterFunc(time.Duration(i%50)*time.Millisecond, func() { fired <- i })
	}
	sum := 0
	for range 10000 {
		sum += <-fired
	}
	fmt.Println(sum)
	stopped := 0
	for range 1000 {
		if time.AfterFunc(time.Hour, func() { panic("fired") }).Stop() {
			stopped++
		}
	}
	fmt.Println(stopped)
	var sl sync.WaitGroup
	for i := range 1000 {
		sl.Go(func() { time.Sleep(time.Duration(i%10) * time.Millisecond) })
	}
	sl.Wait()
	time.Sleep(-1)
	func() {
		defer func() { fmt.Println(recover()) }()
		time.NewTicker(0)
	}()
}
