package main

import (
	"crypto/sha512"
	"fmt"
	"sync"
)

// Assembly functions whose stack grows have pointers into the stack as arguments.
func main() {
	data := make([]byte, 1000)
	want := sha512.Sum512(data)
	for depth := range 400 {
		var wg sync.WaitGroup
		wg.Go(func() { deep(depth, data, &want) })
		wg.Wait()
	}
	fmt.Printf("%x\n", want)
}

//go:noinline
func deep(n int, data []byte, want *[64]byte) {
	if n > 0 {
		deep(n-1, data, want)
		return
	}
	if got := sha512.Sum512(data); got != *want {
		fmt.Printf("wrong %x\n", got)
	}
}
