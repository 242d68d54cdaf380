package main

import (
	"fmt"
	"os"
	"runtime"
	"runtime/debug"
	"strconv"
	"strings"
	"sync"
	"time"

	"strata/bench/internal/timing"
)

// crowd starts a hundred thousand goroutines that wait, collects around them, and lets them end.
func crowd(name string) {
	const n = 100_000
	var took [4]float64
	for round := range 4 {
		before := resident()
		stop := make(chan bool)
		var ready, gone sync.WaitGroup
		ready.Add(n)
		gone.Add(n)
		start := timing.Now()
		for range n {
			go func() {
				ready.Done()
				<-stop
				gone.Done()
			}()
		}
		ready.Wait()
		took[0] = least(round, took[0], per(start, n))
		if round == 0 {
			took[3] = (resident() - before) / n
		}
		runtime.GC()
		start = timing.Now()
		runtime.GC()
		took[1] = least(round, took[1], per(start, n))
		start = timing.Now()
		close(stop)
		gone.Wait()
		took[2] = least(round, took[2], per(start, n))
	}
	for i, what := range []string{"start", "collect", "end", "bytes"} {
		timing.Report(fmt.Sprint(name, "-", what), took[i])
	}
	debug.FreeOSMemory()
}

type closer struct {
	fd   int
	next *closer
}

// finalizers sets finalizers on objects that die, and waits until all have run.
func finalizers(name string) {
	const n = 200_000
	var took [4]float64
	for round := range 4 {
		list := make([]*closer, n)
		for i := range list {
			list[i] = &closer{fd: i}
		}
		var left sync.WaitGroup
		left.Add(n)
		start := timing.Now()
		for _, c := range list {
			runtime.SetFinalizer(c, func(*closer) { left.Done() })
		}
		took[0] = least(round, took[0], per(start, n))
		clear(list)
		start = timing.Now()
		runtime.GC()
		left.Wait()
		took[1] = least(round, took[1], per(start, n))
		for i := range list {
			list[i] = &closer{fd: i}
			runtime.SetFinalizer(list[i], (*closer).close)
		}
		start = timing.Now()
		for _, c := range list {
			runtime.SetFinalizer(c, nil)
		}
		took[2] = least(round, took[2], per(start, n))
		start = timing.Now()
		for _, c := range list {
			runtime.AddCleanup(c, nop, 0)
		}
		took[3] = least(round, took[3], per(start, n))
	}
	for i, what := range []string{"set", "drain", "clear", "cleanup"} {
		timing.Report(fmt.Sprint(name, "-", what), took[i])
	}
}

func (c *closer) close() {}
func nop(int)            {}

func per(start time.Duration, n int) float64 {
	return float64((timing.Now() - start).Nanoseconds()) / float64(n)
}

func least(round int, old, now float64) float64 {
	if round == 0 {
		return now
	}
	return min(old, now)
}

// resident is the process's memory in bytes.
func resident() float64 {
	text, err := os.ReadFile("/proc/self/statm")
	if err != nil {
		panic(err)
	}
	pages, err := strconv.ParseFloat(strings.Fields(string(text))[1], 64)
	if err != nil {
		panic(err)
	}
	return pages * float64(os.Getpagesize())
}
