package main

import (
	"crypto/sha256"
	"fmt"
	"os"
	"os/exec"
	"sync"
)

// Assembly functions whose stack grows have pointers into the stack as arguments. The variant of SHA-256 without special
// instructions has the large frame that makes it grow.
func main() {
	if os.Getenv("GODEBUG") == "" {
		exe, _ := os.Executable()
		child := exec.Command(exe)
		child.Env = append(os.Environ(), "GODEBUG=cpu.sha=off")
		out, err := child.CombinedOutput()
		fmt.Printf("%s%v\n", out, err)
		return
	}
	data := make([]byte, 1000)
	want := sha256.Sum256(data)
	for depth := range 400 {
		var wg sync.WaitGroup
		wg.Go(func() { deep(depth, data, &want) })
		wg.Wait()
	}
	fmt.Printf("%x\n", want)
}

//go:noinline
func deep(n int, data []byte, want *[32]byte) {
	if n > 0 {
		deep(n-1, data, want)
		return
	}
	if got := sha256.Sum256(data); got != *want {
		fmt.Printf("wrong %x\n", got)
	}
}
