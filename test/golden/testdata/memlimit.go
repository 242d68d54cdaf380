package main

import (
	"fmt"
	"os"
	"os/exec"
	"runtime/debug"
	"strings"
)

// What the setting GOMEMLIMIT is taken for, and how a program ends when it cannot be read.
func main() {
	if len(os.Args) > 1 {
		fmt.Println(debug.SetMemoryLimit(-1))
		return
	}
	for _, s := range []string{"off", "100", "1KiB", "1.5GiB", "1MB", "-5", "9223372036854775808", "KiB", "3TiB"} {
		cmd := exec.Command(os.Args[0], "child")
		cmd.Env = append(os.Environ(), "GOMEMLIMIT="+s)
		var stderr strings.Builder
		cmd.Stderr = &stderr
		out, err := cmd.Output()
		message, _, _ := strings.Cut(stderr.String(), "\n\n")
		fmt.Printf("%s: %q, %v\n%s\n", s, out, err, message)
	}
}
