// Command preemptasm is stopped again and again while it calls assembly that uses every register, also the goroutine's.
package main

import (
	"crypto/ed25519"
	"fmt"
	"runtime"
)

func main() {
	key := ed25519.NewKeyFromSeed(make([]byte, ed25519.SeedSize))
	stop, stopped := make(chan bool), make(chan bool)
	go func() {
		defer close(stopped)
		for {
			select {
			case <-stop:
				return
			default:
				runtime.GC()
			}
		}
	}()
	good := 0
	for i := range 3000 {
		message := []byte{byte(i), byte(i >> 8)}
		if ed25519.Verify(key.Public().(ed25519.PublicKey), message, ed25519.Sign(key, message)) {
			good++
		}
	}
	close(stop)
	<-stopped
	fmt.Println(good)
}
