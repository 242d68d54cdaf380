// A loop without calls must not keep other goroutines, a collection, or the
// end of the program waiting, with one processor and with several.
package main

import (
	"fmt"
	"runtime"
	"sync/atomic"
	"time"
)

var n atomic.Int64

func spin(stop *atomic.Bool) {
	for !stop.Load() {
	}
	n.Add(1)
}

func forever() {
	x := 0
	for {
		x++
	}
}

func main() {
	for _, procs := range []int{1, 2, 4} {
		runtime.GOMAXPROCS(procs)
		var stop atomic.Bool
		for range procs + 2 {
			go spin(&stop)
		}
		runtime.GC()
		time.Sleep(time.Millisecond)
		stop.Store(true)
		for n.Load() < int64(procs+2) {
			runtime.Gosched()
		}
		n.Store(0)
		fmt.Println("procs", procs)
	}
	go forever()
	runtime.Gosched()
	runtime.GC()
	fmt.Println("done")
}
