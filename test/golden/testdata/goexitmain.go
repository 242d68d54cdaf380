// main ends by Goexit, the other goroutines end too.
package main

import (
	"fmt"
	"runtime"
)

func main() {
	done := make(chan bool)
	go func() { <-done; fmt.Println("goroutine goes on") }()
	defer close(done)
	defer fmt.Println("deferred")
	runtime.Goexit()
}
