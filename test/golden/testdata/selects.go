// Channels and select: every shape of case.
package main

import (
	"fmt"
	"sync"
	"time"
)

func producer(n int) <-chan int {
	c := make(chan int)
	go func() {
		defer close(c)
		for i := range n {
			c <- i
		}
	}()
	return c
}

func merge(cs ...<-chan int) <-chan int {
	out := make(chan int)
	var wg sync.WaitGroup
	for _, c := range cs {
		wg.Go(func() {
			for v := range c {
				out <- v
			}
		})
	}
	go func() { wg.Wait(); close(out) }()
	return out
}

func try(name string, f func()) {
	defer func() {
		if r := recover(); r != nil {
			fmt.Println(name, "->", r)
		}
	}()
	f()
}

func main() {
	sum, n := 0, 0
	for v := range merge(producer(1000), producer(500), producer(0)) {
		sum += v
		n++
	}
	fmt.Println(sum, n)

	c := make(chan string, 2)
	for i := range 4 {
		select {
		case c <- fmt.Sprint("m", i):
			fmt.Println("sent", i, len(c), cap(c))
		default:
			fmt.Println("full", i)
		}
	}
	close(c)
	for range 3 {
		v, ok := <-c
		fmt.Printf("%q %v\n", v, ok)
	}

	var nilc chan int
	select {
	case <-nilc:
		fmt.Println("never")
	case nilc <- 1:
		fmt.Println("never")
	case <-time.After(time.Millisecond):
		fmt.Println("timeout")
	}

	a, b := make(chan int), make(chan [3]string)
	quit := make(chan struct{})
	go func() {
		for i := range 5 {
			a <- i
			b <- [3]string{fmt.Sprint(i), "x", "y"}
		}
		close(quit)
	}()
	var got []string
	var arr [2]int
	m := map[string]int{}
loop:
	for {
		select {
		case arr[1] = <-a:
			m["a"] += arr[1]
		case v, ok := <-b:
			got = append(got, v[0], fmt.Sprint(ok))
		case <-quit:
			break loop
		}
	}
	fmt.Println(got, arr, m)

	counts := [3]int{}
	cs := []chan int{make(chan int, 3000), make(chan int, 3000), make(chan int, 3000)}
	for i := range 3000 {
		for _, c := range cs {
			c <- i
		}
	}
	for range 3000 {
		select {
		case <-cs[0]:
			counts[0]++
		case <-cs[1]:
			counts[1]++
		case <-cs[2]:
			counts[2]++
		}
	}
	fmt.Println(counts[0] > 700, counts[1] > 700, counts[2] > 700, counts[0]+counts[1]+counts[2])

	try("send closed", func() { c := make(chan int, 1); close(c); c <- 1 })
	try("close closed", func() { c := make(chan int); close(c); close(c) })
	try("close nil", func() { close(nilc) })
	try("select send closed", func() {
		c := make(chan int)
		close(c)
		select {
		case c <- 1:
		default:
		}
	})
	try("make", func() { n := -1; _ = make(chan int, n) })
	big := make(chan [1000]int, 2)
	go func() {
		var x [1000]int
		x[999] = 7
		big <- x
		big <- x
		big <- x
		close(big)
	}()
	s := 0
	for x := range big {
		s += x[999]
	}
	fmt.Println(s)
	unbuf := make(chan struct{})
	go func() { time.Sleep(time.Millisecond); unbuf <- struct{}{} }()
	<-unbuf
	var dir <-chan int = producer(3)
	func(c <-chan int) { fmt.Println(<-c, <-c, <-c); _, ok := <-c; fmt.Println(ok) }(dir)
}
