// Command cover reports its own coverage.
package main

import (
	"bytes"
	"fmt"
	"os"
	"runtime/coverage"

	"example.com/cover/lib"
)

var total = lib.Sum(1, 2, 3)

func main() {
	fmt.Println(total, lib.Kind("b"))
	if len(os.Args) > 1 {
		var meta bytes.Buffer
		fmt.Println(coverage.WriteMeta(&meta), meta.Len() > 0)
		fmt.Println(coverage.ClearCounters())
		os.Exit(7)
	}
}
