// Leaks has goroutines that wait for ever and others that somebody can still wake, and prints which of its functions
// stand in the profile of leaked goroutines.
package main

import (
	"context"
	"fmt"
	"os"
	"runtime"
	"runtime/pprof"
	"slices"
	"strings"
	"sync"
	"time"
)

var global = make(chan int)

// keep makes v escape.
//
//go:noinline
func keep(v any) {}

func leakReceive() { <-make(chan int) }

func leakNil() { <-(chan int)(nil) }

func leakSelect() {
	a, b := make(chan int), make(chan int)
	select {
	case <-a:
	case b <- 1:
	}
}

// leakPair waits for a goroutine that waits for it.
func leakPair() {
	a, b := make(chan int), make(chan int)
	go leakOther(a, b)
	<-b
	a <- 1
}

func leakOther(a, b chan int) {
	<-a
	b <- 1
}

func leakMutex() {
	// With a pointer beside it: an object without pointers may share its block with others.
	m := &struct {
		sync.Mutex
		next *int
	}{}
	keep(m)
	m.Lock()
	m.Lock()
}

func leakWaitGroup() {
	w := new(sync.WaitGroup)
	keep(w)
	w.Add(1)
	w.Wait()
}

func leakCond() {
	c := sync.NewCond(new(sync.Mutex))
	keep(c)
	c.L.Lock()
	c.Wait()
}

func fineTimer() {
	select {
	case <-time.After(time.Hour):
	case <-make(chan int):
	}
}

func fineSleep() { time.Sleep(time.Hour) }

func fineGlobal() { <-global }

func fineContext(ctx context.Context) { <-ctx.Done() }

// fineWorker waits for main, and fineClient for it.
func fineWorker(in, out chan int) {
	for v := range in {
		out <- v + 1
	}
}

func fineClient(out chan int) { <-out }

func main() {
	ctx, cancel := context.WithTimeout(context.Background(), time.Hour)
	defer cancel()
	for _, f := range []func(){leakReceive, leakNil, leakSelect, leakPair, leakMutex, leakWaitGroup, leakCond, fineTimer, fineSleep, fineGlobal} {
		go f()
	}
	in, out := make(chan int), make(chan int)
	go fineContext(ctx)
	go fineWorker(in, out)
	go fineClient(out)
	time.Sleep(50 * time.Millisecond)

	p := pprof.Lookup("goroutineleak")
	for range 3 { // what has leaked stays so
		var text strings.Builder
		p.WriteTo(&text, 1)
		var leaks []string
		for line := range strings.Lines(text.String()) {
			if f := strings.Fields(line); len(f) > 2 && f[0] == "#" && strings.HasPrefix(f[2], "main.") {
				name, _, _ := strings.Cut(f[2], "+")
				leaks = append(leaks, name)
			}
		}
		slices.Sort(leaks)
		fmt.Println(p.Count(), leaks)
	}
	all := make([]byte, 1<<16)
	all = all[:runtime.Stack(all, true)]
	fmt.Println(strings.Count(string(all), "(leaked)]:"))
	in <- 1 // to the client
	in <- 2
	if got := <-out; got != 3 {
		os.Exit(1)
	}
	runtime.KeepAlive(ctx)
}
