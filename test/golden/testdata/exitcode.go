// os.Exit does not run deferred calls.
package main

import (
	"fmt"
	"os"
)

func main() {
	defer fmt.Println("not printed")
	fmt.Fprintln(os.Stderr, "to stderr")
	fmt.Print("no newline")
	os.Exit(17)
}
