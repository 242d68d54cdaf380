package main

import (
	"fmt"
	"os"
	"os/exec"
	"runtime"
	"time"
)

// A number of processors that the program sets early is not overruled by the runtime's own, which it finds at the same time.
func main() {
	if len(os.Args) > 1 {
		runtime.GOMAXPROCS(1)
		for start := time.Now(); time.Since(start) < 3*time.Millisecond; {
			runtime.Gosched()
		}
		if n := runtime.GOMAXPROCS(0); n != 1 {
			os.Exit(n)
		}
		return
	}
	kept := 0
	for range 60 {
		if err := exec.Command("/proc/self/exe", "child").Run(); err == nil {
			kept++
		}
	}
	fmt.Println(kept)
}
