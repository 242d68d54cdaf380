package main

// Weak pointers to objects that are dead but not swept yet: whoever asks sweeps the span, which may then be given back, or
// finds another thread at it.

import (
	"fmt"
	"math/rand/v2"
	"runtime"
	"sync"
	"sync/atomic"
	"time"
	"weak"
)

type large [20000]int

type small [10]int

var (
	sink any
	stop atomic.Bool
)

// ask calls Value of pointers to objects of one kind until all are dead, again and again.
func ask[T any](rounds int) {
	for range rounds {
		var list []weak.Pointer[T]
		for range 20 {
			list = append(list, weak.Make(new(T)))
		}
		for len(list) > 0 {
			rest := list[:0]
			for _, w := range list {
				if w.Value() != nil {
					rest = append(rest, w)
				}
			}
			list = rest
			// A pointer that is asked while marking keeps its object.
			time.Sleep(time.Duration(100+rand.IntN(2000)) * time.Microsecond)
		}
	}
}

func main() {
	defer runtime.GOMAXPROCS(runtime.GOMAXPROCS(4))
	var garbage, askers sync.WaitGroup
	garbage.Go(func() {
		for !stop.Load() {
			sink = make([]byte, 400000)
			time.Sleep(100 * time.Microsecond)
		}
	})
	for range 3 {
		askers.Go(func() { ask[large](30) })
		askers.Go(func() { ask[small](30) })
	}
	askers.Wait()
	stop.Store(true)
	garbage.Wait()
	fmt.Println("done")
}
