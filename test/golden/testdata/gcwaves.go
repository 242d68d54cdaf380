// Waves of goroutines, most of which end while a few live on: what only the stack of a living one holds survives
// collections, whichever of the dead ones' records it got, and whether it began before, between or during them.
package main

import (
	"fmt"
	"runtime"
	"sync"
)

type box struct {
	n    int
	next *box
}

func chain(n int) *box {
	var first *box
	for i := range 10 {
		first = &box{n + i, first}
	}
	return first
}

func sum(b *box) (s int) {
	for ; b != nil; b = b.next {
		s += b.n
	}
	return s
}

func main() {
	const waves, size, every = 8, 3000, 61
	end := make(chan bool)
	var living sync.WaitGroup
	var lock sync.Mutex
	total, wrong := 0, 0
	live := func(n int, started *sync.WaitGroup) {
		defer living.Done()
		b := chain(n)
		started.Done()
		<-end
		lock.Lock()
		defer lock.Unlock()
		if s := sum(b); s != 10*n+45 {
			wrong++
		} else {
			total++
		}
	}
	for wave := range waves {
		stop := make(chan bool)
		var collected sync.WaitGroup
		collected.Go(func() {
			for {
				select {
				case <-stop:
					return
				default:
					runtime.GC()
				}
			}
		})
		var started, ended sync.WaitGroup
		for i := range size {
			if i%every == wave {
				started.Add(1)
				living.Add(1)
				go live(wave*size+i, &started)
				continue
			}
			ended.Go(func() { sum(chain(i)) })
		}
		started.Wait()
		ended.Wait()
		close(stop)
		collected.Wait()
		runtime.GC()
	}
	close(end)
	living.Wait()
	fmt.Println(total, wrong)
}
