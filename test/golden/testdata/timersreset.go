// Timers since Go 1.23: no stale value after Stop or Reset, len and cap are 0,
// and tickers catch up without a burst.
package main

import (
	"fmt"
	"sync"
	"time"
)

func main() {
	t := time.NewTimer(time.Millisecond)
	time.Sleep(5 * time.Millisecond)
	fmt.Println("fired, len", len(t.C), "cap", cap(t.C))
	fmt.Println("stop", t.Stop())
	select {
	case <-t.C:
		fmt.Println("stale")
	default:
		fmt.Println("empty")
	}
	fmt.Println("reset", t.Reset(time.Millisecond))
	<-t.C
	fmt.Println("received; stop", t.Stop(), "reset", t.Reset(time.Hour), "reset", t.Reset(time.Hour), "stop", t.Stop())

	tk := time.NewTicker(time.Millisecond)
	time.Sleep(20 * time.Millisecond)
	<-tk.C
	tk.Reset(time.Hour)
	select {
	case <-tk.C:
		fmt.Println("burst")
	default:
		fmt.Println("no burst")
	}
	tk.Stop()

	var wg sync.WaitGroup
	var mu sync.Mutex
	fired := 0
	timers := make([]*time.Timer, 1000)
	for i := range timers {
		wg.Add(1)
		timers[i] = time.AfterFunc(time.Duration(i%7)*time.Millisecond, func() {
			mu.Lock()
			fired++
			mu.Unlock()
			wg.Done()
		})
	}
	stopped := 0
	for i := range timers {
		if i%2 == 0 && timers[i].Stop() {
			stopped++
			wg.Done()
		}
	}
	wg.Wait()
	fmt.Println("each fired or was stopped:", fired+stopped == len(timers))
	select {
	case <-time.After(time.Hour):
	case <-time.After(time.Millisecond):
		fmt.Println("after")
	}
	time.Sleep(-1)
	time.Sleep(0)
}
