// Frames of functions that the compiler has made have a file and a line like all others.
package main

import (
	"fmt"
	"runtime"
)

type key struct {
	name string
	of   any
}

func main() {
	defer func() {
		fmt.Println(recover())
		pcs := make([]uintptr, 64)
		frames := runtime.CallersFrames(pcs[:runtime.Callers(0, pcs)])
		for {
			f, more := frames.Next()
			if f.File == "" || f.Line == 0 {
				fmt.Println("no line:", f.Function)
			}
			if !more {
				break
			}
		}
	}()
	m := map[key]int{}
	m[key{"x", []int{1}}]++
}
