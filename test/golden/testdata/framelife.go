// Objects of the frame live as long as somebody can get at them, and no longer: also those whose addresses went to
// callees and into each other.
package main

import (
	"fmt"
	"runtime"
	"slices"
	"strings"
	"time"
	"unsafe"
)

type tracked struct {
	name string
	next *tracked
	_    [8]int
}

var dead = make(chan string, 100)

//go:noinline
func track(name string) *tracked {
	t := &tracked{name: name}
	runtime.AddCleanup(t, func(s string) { dead <- s }, name)
	return t
}

// mark returns a channel that is closed when an object that was made here is gone.
//
//go:noinline
func mark() <-chan bool {
	c := make(chan bool)
	runtime.AddCleanup(new([4]int), func(c chan bool) { close(c) }, c)
	return c
}

// collected reports which of the tracked objects are gone.
func collected(what string) {
	for range 3 { // in turn: what dies in one round is reported before the end of the next one
		last := mark()
		runtime.GC()
		<-last
		time.Sleep(time.Millisecond)
	}
	var names []string
	for len(dead) > 0 {
		names = append(names, <-dead)
	}
	slices.Sort(names)
	fmt.Println(what, len(names), strings.Join(names, " "))
}

type box struct {
	t    *tracked
	pad  [4]int
	self *box
}

//go:noinline
func (b *box) read() int { return len(b.t.name) + b.pad[1] }

//go:noinline
func (b *box) same() *box { return b }

//go:noinline
func (b *box) inner() **tracked { return &b.self.t }

//go:noinline
func sum(list []*box) (n int) {
	for _, b := range list {
		n += len(b.t.name)
	}
	return n
}

// given back by the callee
func lent() {
	b := box{t: track("lent")}
	fmt.Println(b.read())
	collected("after the last use:")
}

// a result is an address in the object
func returned() {
	b := box{t: track("returned")}
	p := b.same()
	collected("the result is in use:")
	fmt.Println(p.t.name)
}

// a result is an address in an object that the argument holds
func returnedContent() {
	a := box{t: track("content")}
	b := box{self: &a}
	p := b.inner()
	collected("the result is in use:")
	fmt.Println((*p).name)
}

// objects of the frame hold each other's addresses
func held() {
	a := box{t: track("held")}
	b := box{t: track("holder"), self: &a}
	c := box{self: &b, t: b.t}
	list := []*box{c.self, &a}
	fmt.Println(sum(list))
	collected("held:")
	fmt.Println(c.self.self.t.name)
	collected("after the last use:")
}

// read back from memory that was copied
func copied(n int) {
	a := box{t: track("copied")}
	from := [2]box{{self: &a}, {}}
	to := from
	p := to[n].self
	collected("copied:")
	fmt.Println(p.t.name)
}

// a closure holds the variable
func closed() {
	b := box{t: track("closed")}
	f := func(n int) int { b.pad[0] += n; return len(b.t.name) + b.pad[0] }
	fmt.Println(apply(f, 1))
	collected("the closure is in use:")
	fmt.Println(apply(f, 2))
	collected("after the last use:")
}

//go:noinline
func apply(f func(int) int, n int) int { return f(n) }

//go:noinline
func hide(p unsafe.Pointer) unsafe.Pointer {
	x := uintptr(p)
	return unsafe.Pointer(x ^ 0)
}

// an address that has been an integer
func hidden() {
	b := box{t: track("hidden")}
	p := (*box)(hide(unsafe.Pointer(&b)))
	collected("hidden:")
	fmt.Println(p.t.name)
}

// an object a turn
func loop() {
	var last *tracked
	for i := range 3 {
		b := box{t: track(fmt.Sprint("turn", i))}
		b.self = &b
		if i == 1 {
			last = b.self.t
		}
		fmt.Println(b.read())
	}
	collected("after the loop:")
	fmt.Println(last.name)
}

// in functions that recover, deferred calls and the results are what lives on
func deferred() (result *tracked) {
	kept := box{t: track("kept")}
	defer func() {
		recover()
		collected("deferred:")
		fmt.Println(kept.read())
		result = kept.t
	}()
	b := box{t: track("deferred")}
	fmt.Println(b.read())
	collected("before the panic:")
	var none *box
	none.pad[0] = 1
	return nil
}

// what was received from a channel is gone when the next receive waits
func received() {
	c, done := make(chan box), make(chan bool)
	go func() {
		defer close(done)
		for b := range c {
			fmt.Println(b.read())
		}
	}()
	c <- box{t: track("ranged")}
	collected("while range waits:")
	close(c)
	<-done
	c, other := make(chan box), make(chan int)
	go func() {
		for range 2 {
			select {
			case b := <-c:
				fmt.Println(b.read())
			case <-other:
			}
		}
		close(other)
	}()
	c <- box{t: track("selected")}
	collected("while select waits:")
	other <- 1
	<-other
}

func main() {
	lent()
	returned()
	collected("between:")
	returnedContent()
	collected("between:")
	held()
	copied(0)
	collected("between:")
	closed()
	hidden()
	collected("between:")
	loop()
	collected("between:")
	fmt.Println(deferred().name)
	received()
}
