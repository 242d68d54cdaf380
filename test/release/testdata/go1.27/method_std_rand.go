package main

import (
	"fmt"
	"math/rand/v2"
	"time"
)

func main() {
	r := rand.New(rand.NewPCG(1, 2))
	type Small uint8
	for range 3 {
		fmt.Println(r.N(10), r.N(Small(200)), r.N(time.Second), r.N[uint64](1<<40))
	}
	f := r.N[int8]
	fmt.Println(f(5), f(5))
}
