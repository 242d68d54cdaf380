// Stacks of goroutines that wait at channels shrink while the program runs, with senders and receivers writing to them;
// the memory of all stacks goes back when the goroutines are gone.
package main

import (
	"fmt"
	"os"
	"runtime"
	"strings"
	"sync"
)

type item struct {
	next  *item
	value [5]int
}

// use makes the stack grow.
//
//go:noinline
func use(depth int) int {
	var room [64]int
	room[depth%64] = depth
	if depth == 0 {
		return room[0]
	}
	return use(depth-1) + room[depth%64]
}

// receive waits for a value that somebody else writes to this stack.
//
//go:noinline
func receive(in chan item, quit chan bool, selecting bool) int {
	var it item
	if !selecting {
		it = <-in
	} else {
		select {
		case it = <-in:
		case <-quit:
		}
	}
	sum := 0
	for p := &it; p != nil; p = p.next {
		for _, v := range p.value {
			sum += v
		}
	}
	return sum
}

// send waits with a value on this stack that somebody else reads.
//
//go:noinline
func send(out chan item, i int) {
	it := item{value: [5]int{i, 1, 2, 3, 4}, next: &item{value: [5]int{i}}}
	out <- it
}

func stacks() uint64 {
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	return m.StackInuse
}

// collect runs until stacks take no more than most bytes.
func collect(most uint64) bool {
	for range 20 {
		runtime.GC()
		if stacks() <= most {
			return true
		}
	}
	return false
}

func main() {
	const n = 500
	in, out, quit := make(chan item), make(chan item), make(chan bool)
	var deep, gone sync.WaitGroup
	total := make(chan int, n)
	deep.Add(2 * n)
	for i := range n {
		gone.Go(func() {
			use(60)
			deep.Done()
			total <- receive(in, quit, i%2 == 0)
		})
		gone.Go(func() {
			use(60)
			deep.Done()
			send(out, i)
		})
	}
	deep.Wait()
	// Each of them has used 32 KB. Some values pass while their stacks shrink.
	large := uint64(2 * n * 32 << 10)
	sum := 0
	for i := range n / 4 {
		in <- item{value: [5]int{i}, next: &item{value: [5]int{i}}}
		it := <-out
		sum += it.value[4] + it.next.value[0] - it.value[0]
		if i%25 == 0 {
			runtime.GC()
		}
	}
	// In the stress mode that has stacks move at every call they do not shrink.
	moves := !strings.Contains(os.Getenv("STRATASTRESS"), "stack")
	fmt.Println("shrunk:", collect(large/4) || !moves)
	for i := n / 4; i < n; i++ {
		in <- item{value: [5]int{i}, next: &item{value: [5]int{i}}}
		it := <-out
		sum += it.value[4] + it.next.value[0] - it.value[0]
	}
	gone.Wait()
	received := 0
	for range n {
		received += <-total
	}
	fmt.Println(sum, received)
	fmt.Println("freed:", collect(large/16))
}
