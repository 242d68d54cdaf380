// A stack that may not grow any further.
package main

import (
	"fmt"
	"runtime/debug"
)

//go:noinline
func down(n int) int { return down(n+1) + 1 }

func main() {
	debug.SetMaxStack(1 << 20)
	fmt.Println("going down")
	down(0)
}
