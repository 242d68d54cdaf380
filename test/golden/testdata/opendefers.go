// Deferred calls that functions make themselves, mixed with ones that the runtime keeps records of.
package main

import (
	"errors"
	"fmt"
	"os"
	"runtime"
)

var log []string

func note(format string, args ...any) { log = append(log, fmt.Sprintf(format, args...)) }

func flush(title string) {
	fmt.Println(title, log)
	log = nil
}

func conditional(n int) (result int) {
	defer note("first %d", n)
	if n&1 != 0 {
		defer func() { result += 10; note("odd") }()
	}
	if n&2 != 0 {
		defer func() { result += 100; note("two") }()
		if n&4 != 0 {
			return n
		}
	}
	switch n {
	case 0:
		defer note("zero")
		return -1
	case 5:
		panic(fmt.Sprint("five ", result))
	}
	return n * 2
}

func guarded(n int) (r int, err any) {
	defer func() { err = recover() }()
	return conditional(n), nil
}

// records defers in a loop, between frames that do not.
func records(n int) {
	defer note("records out")
	for i := range n {
		defer note("record %d", i)
	}
	plain(n)
}

func plain(n int) {
	defer note("plain 1")
	defer func() {
		if n == 3 {
			note("recovered %v", recover())
		}
	}()
	defer note("plain 2")
	if n > 0 {
		panic(fmt.Sprint("at ", n))
	}
}

func nine() {
	defer note("1")
	defer note("2")
	defer note("3")
	defer note("4")
	defer note("5")
	defer note("6")
	defer note("7")
	defer note("8")
	defer note("9")
}

func second() (err error) {
	defer func() {
		if r := recover(); r != nil {
			err = fmt.Errorf("then %v", r)
		}
	}()
	defer func() { panic("raised on the way out") }()
	defer func() {
		note("inner %v", recover())
	}()
	var p *int
	*p = 1
	return nil
}

func deep(n int) int {
	var pad [64]int
	pad[n%64] = n
	if n == 0 {
		return pad[0]
	}
	return deep(n-1) + pad[(n+1)%64]
}

// growing lets deferred calls move the stack.
func growing() (s string) {
	x := 1
	defer func() { s = fmt.Sprint(s, " x=", x, " ", recover()) }()
	defer func() { x += 1 + deep(2000) }()
	defer func() { x *= 5 }()
	x = 2
	var list []int
	_ = list[x]
	return "unreached"
}

func exits(done chan bool) {
	defer close(done)
	defer note("exit 1 %v", recover())
	defer func() { note("exit 2 %v", recover()) }()
	func() {
		defer note("inner exit")
		for range 2 {
			defer note("looped exit")
		}
		runtime.Goexit()
	}()
	note("not here")
}

// replaced: a panic in a deferred call during Goexit, recovered: Goexit goes on.
func replaced(done chan bool) {
	defer close(done)
	defer note("end")
	func() {
		defer func() { note("caught %v", recover()) }()
		defer func() { panic("during Goexit") }()
		runtime.Goexit()
	}()
	note("not here")
}

type counter struct{ n int }

func (c *counter) add(k int) { c.n += k; note("count %d", c.n) }
func (c counter) show()      { note("was %d", c.n) }

func methods() {
	c := counter{1}
	defer c.show()
	defer c.add(5)
	var s fmt.Stringer = errText("e")
	defer s.String()
	c.n = 7
	f := c.add
	defer f(2)
	f = nil
}

type errText string

func (e errText) String() string { note("string %s", string(e)); return string(e) }

func nilCall() (err any) {
	defer func() { err = recover() }()
	defer note("after nil")
	var f func()
	defer f()
	note("deferred nil")
	return nil
}

func squelched() (ok bool) {
	defer func() { ok = recover() == nil }()
	defer func() {
		defer recover()
	}()
	panic("squelched")
}

func seq(yield func(int) bool) {
	defer note("seq")
	for i := range 3 {
		if !yield(i) {
			return
		}
	}
}

func ranged() int {
	defer note("around")
	for i := range seq {
		if i == 1 {
			return i
		}
	}
	return -1
}

func wrapped() (err error) {
	defer func() {
		if err != nil {
			err = fmt.Errorf("wrapped: %w", err)
		}
	}()
	return os.ErrNotExist
}

func main() {
	for n := range 8 {
		r, err := guarded(n)
		flush(fmt.Sprint("conditional ", n, " ", r, " ", err))
	}
	records(3)
	flush("records 3")
	func() {
		defer func() { note("main %v", recover()) }()
		records(2)
	}()
	flush("records 2")
	records(0)
	flush("records 0")
	nine()
	flush("nine")
	fmt.Println(second())
	flush("second")
	fmt.Println(growing())
	for _, f := range []func(chan bool){exits, replaced} {
		done := make(chan bool)
		go f(done)
		<-done
		flush("exits")
	}
	methods()
	flush("methods")
	fmt.Println(nilCall())
	flush("nil")
	fmt.Println(squelched(), ranged())
	flush("ranged")
	fmt.Println(wrapped(), errors.Is(wrapped(), os.ErrNotExist))
	defer note("never printed")
	defer fmt.Println("last words")
	conditional(5)
}
