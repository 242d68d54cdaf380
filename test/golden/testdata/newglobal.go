package main

import (
	"fmt"
	"runtime"
)

// What new makes lies on the heap, in package variables too: finalizers run.
var p = new([4]int)

func main() {
	done := make(chan int)
	runtime.SetFinalizer(p, func(a *[4]int) { done <- a[1] })
	p[1] = 7
	p = nil
	runtime.GC()
	fmt.Println(<-done)
}
