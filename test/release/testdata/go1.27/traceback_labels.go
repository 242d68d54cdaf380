//go:debug tracebacklabels=1
package main

import (
	"context"
	"fmt"
	"runtime"
	"runtime/pprof"
	"strings"
	"time"
)

func main() {
	done := make(chan int)
	go pprof.Do(context.Background(), pprof.Labels("key", "va lue", "k/2", "x_1.y"), func(context.Context) { <-done })
	time.Sleep(20 * time.Millisecond)
	b := make([]byte, 1<<16)
	for _, l := range strings.Split(string(b[:runtime.Stack(b, true)]), "\n") {
		if strings.HasPrefix(l, "goroutine") {
			fmt.Println(l[strings.Index(l, "["):])
		}
	}
}
