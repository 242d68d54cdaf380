// Command own is made of small programs for the race detector: own racy NAME, own clean NAME; without a name it lists them.
package main

import (
	"fmt"
	"os"
	"runtime"
)

func main() {
	set := racy
	if os.Args[1] == "clean" {
		set = clean
	}
	if len(os.Args) == 2 {
		for name := range set {
			fmt.Println(name)
		}
		return
	}
	set[os.Args[2]]()
}

// quiet runs f so that it orders nothing.
func quiet(f func()) {
	runtime.RaceDisable()
	f()
	runtime.RaceEnable()
}
