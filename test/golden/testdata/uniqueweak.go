// Finalizers, cleanups, weak pointers and unique handles.
package main

import (
	"fmt"
	"runtime"
	"strings"
	"time"
	"unique"
	"weak"
)

type big struct {
	data [100]int
	next *big
}

// until collects garbage until f holds.
func until(f func() bool) bool {
	for range 200 {
		runtime.GC()
		if f() {
			return true
		}
		time.Sleep(time.Millisecond)
	}
	return false
}

func main() {
	done := make(chan int, 100)
	func() {
		for i := range 10 {
			b := &big{}
			b.data[0] = i
			runtime.SetFinalizer(b, func(b *big) { done <- b.data[0] })
		}
	}()
	sum, n := 0, 0
	fmt.Println(until(func() bool {
		for len(done) > 0 {
			sum += <-done
			n++
		}
		return n >= 9
	}))

	var w weak.Pointer[big]
	func() {
		b := &big{}
		w = weak.Make(b)
		fmt.Println(w.Value() == b, w == weak.Make(b))
		runtime.AddCleanup(b, func(n int) { done <- n }, 77)
		runtime.KeepAlive(b)
	}()
	fmt.Println(until(func() bool { return w.Value() == nil }), <-done)

	kept := &big{}
	kw := weak.Make(kept)
	runtime.GC()
	fmt.Println(kw.Value() == kept)
	runtime.KeepAlive(kept)

	resurrected := make(chan *big, 1)
	func() {
		b := &big{}
		b.data[7] = 7
		runtime.SetFinalizer(b, func(b *big) { resurrected <- b })
	}()
	fmt.Println(until(func() bool { return len(resurrected) == 1 }))
	fmt.Println((<-resurrected).data[7])

	c := runtime.AddCleanup(new(big), func(int) { panic("stopped cleanup ran") }, 0)
	c.Stop()
	runtime.GC()

	a := unique.Make(strings.Repeat("ab", 3))
	b := unique.Make("ababab")
	fmt.Println(a == b, a.Value(), unique.Make(1) == unique.Make(2))
	type pt struct {
		x int
		s string
	}
	fmt.Println(unique.Make(pt{1, "q"}) == unique.Make(pt{1, strings.ToLower("Q")}))
	for i := range 10000 {
		unique.Make(fmt.Sprint("temp", i))
	}
	runtime.GC()
	fmt.Println(unique.Make("ababab") == a)
	func() {
		defer func() { fmt.Println(recover()) }()
		x := 5
		runtime.AddCleanup(&x, func(*int) {}, &x)
	}()
}
