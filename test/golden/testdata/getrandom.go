// Random bytes from many goroutines on many threads: no two alike.
package main

import (
	"crypto/rand"
	"fmt"
	"runtime"
	"sync"
)

func main() {
	var mu sync.Mutex
	seen := map[[16]byte]bool{}
	var all sync.WaitGroup
	for i := range 20 {
		all.Go(func() {
			if i%4 == 0 {
				runtime.LockOSThread() // the thread ends with the goroutine
			}
			var list [][16]byte
			for range 500 {
				var b [16]byte
				if n, err := rand.Read(b[:]); n != len(b) || err != nil {
					panic(err)
				}
				list = append(list, b)
			}
			mu.Lock()
			defer mu.Unlock()
			for _, b := range list {
				seen[b] = true
			}
		})
	}
	all.Wait()
	large := make([]byte, 100_000)
	rand.Read(large)
	var counts [256]int
	for _, b := range large {
		counts[b]++
	}
	for i, n := range counts {
		if n < 250 || n > 550 {
			fmt.Println("byte", i, "comes", n, "times")
		}
	}
	fmt.Println(len(seen))
}
