package main

// Goroutines of a synctest bubble and what the runtime does on their behalf: its own goroutines, which the first collection
// starts, belong to no bubble; mutexes are shared with goroutines outside; coroutines, finalizers, cleanups and timers.

import (
	"fmt"
	"iter"
	"os"
	"runtime"
	"runtime/debug"
	"sync"
	"testing"
	"testing/synctest"
	"time"
)

// collect has nearly every allocation start a collection.
func collect() { debug.SetGCPercent(5) }

var sink []byte

func contended(t *testing.T) {
	var mu sync.Mutex
	m := map[int][]byte{}
	work := func(from int) {
		for i := range 20000 {
			mu.Lock()
			m[i%1000+from] = make([]byte, 100)
			mu.Unlock()
		}
	}
	var wg sync.WaitGroup
	wg.Go(func() { work(0) })
	synctest.Test(t, func(t *testing.T) { work(1000) })
	wg.Wait()
	fmt.Println("contended", len(m))
}

func cond(t *testing.T) {
	var mu sync.RWMutex
	var wg sync.WaitGroup
	stop := make(chan bool)
	n := 0
	for range 3 {
		wg.Go(func() {
			for {
				select {
				case <-stop:
					return
				default:
				}
				mu.RLock()
				_ = n
				mu.RUnlock()
				runtime.Gosched()
			}
		})
	}
	synctest.Test(t, func(t *testing.T) {
		for range 200 {
			go func() {
				mu.Lock()
				n++
				mu.Unlock()
				time.Sleep(time.Duration(n) * time.Millisecond)
				mu.Lock()
				n++
				mu.Unlock()
			}()
		}
		synctest.Wait()
		start := time.Now()
		time.Sleep(time.Second)
		fmt.Println("slept", time.Since(start))
	})
	close(stop)
	wg.Wait()
	fmt.Println("shared", n)
}

func coroutines(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		sum := 0
		for range 100 {
			next, stop := iter.Pull(func(yield func(int) bool) {
				for i := 0; ; i++ {
					time.Sleep(time.Millisecond)
					sink = make([]byte, 10000)
					if !yield(i) {
						return
					}
				}
			})
			for range 5 {
				v, _ := next()
				sum += v
			}
			runtime.LockOSThread()
			runtime.UnlockOSThread()
			stop()
		}
		ctx := t.Context()
		done := make(chan bool)
		go func() { <-ctx.Done(); close(done) }()
		synctest.Wait()
		fmt.Println("sum", sum, time.Now().UTC().Format(time.RFC3339Nano))
		t.Cleanup(func() { <-done })
	})
}

func finalized(t *testing.T) {
	ran := make(chan string, 2)
	synctest.Test(t, func(t *testing.T) {
		p := new([100]int)
		runtime.SetFinalizer(p, func(*[100]int) { ran <- "finalizer" })
		q := new([100]int)
		runtime.AddCleanup(q, func(s string) { ran <- s }, "cleanup")
	})
	for range 2 {
		runtime.GC()
	}
	a, b := <-ran, <-ran
	fmt.Println(max(a, b), min(a, b))
}

func waits(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		c := make(chan int)
		for i := range 50 {
			go func() {
				time.Sleep(time.Duration(i) * time.Second)
				sink = make([]byte, 1<<16)
				c <- i
			}()
		}
		sum := 0
		for range 50 {
			sum += <-c
			synctest.Wait()
		}
		fmt.Println("waits", sum, time.Now().UTC().Format(time.TimeOnly))
	})
}

func main() {
	os.Args = os.Args[:1]
	tests := []testing.InternalTest{}
	for _, procs := range []int{1, 2, 4} {
		tests = append(tests, testing.InternalTest{Name: fmt.Sprint("procs", procs), F: func(t *testing.T) {
			defer runtime.GOMAXPROCS(runtime.GOMAXPROCS(procs))
			collect()
			contended(t)
			cond(t)
			coroutines(t)
			finalized(t)
			waits(t)
		}})
	}
	testing.Main(func(pat, str string) (bool, error) { return true, nil }, tests, nil, nil)
}
