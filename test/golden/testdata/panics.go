// Panic and recover: nesting, replacing, Goexit, wrappers.
package main

import (
	"errors"
	"fmt"
	"os"
	"runtime"
	"strings"
)

func try(name string, f func()) {
	defer func() {
		r := recover()
		fmt.Printf("%s: %v (%T)\n", name, r, r)
	}()
	f()
}

func helper() any { return recover() }

type rec struct{}

func (rec) catch()   { fmt.Println("method recovered", recover()) }
func (*rec) pcatch() { fmt.Println("pointer method recovered", recover()) }

type catcher interface{ catch() }

type embed struct{ rec }

type myErr struct{ code int }

func (e *myErr) Error() string { return fmt.Sprint("myErr ", e.code) }

func replaced() {
	defer func() { panic("third") }()
	defer func() { panic("second") }()
	panic("first")
}

func inner() {
	defer func() {
		defer func() { fmt.Println("inner got", recover()) }()
		panic("in defer")
	}()
	panic("outer")
}

func again() {
	defer func() {
		r := recover()
		fmt.Println("got", r)
		panic(fmt.Sprint(r, " again"))
	}()
	panic("once")
}

func named() (s string) {
	defer func() {
		recover()
		s += "!"
	}()
	s = "set"
	panic(1)
}

func loop() (n int) {
	for i := range 10 {
		func() {
			defer func() {
				if recover() != nil {
					n++
				}
			}()
			if i%3 == 0 {
				panic(i)
			}
		}()
	}
	return n
}

func main() {
	try("string", func() { panic("s") })
	try("error", func() { panic(&myErr{3}) })
	try("nil", func() { panic(nil) })
	try("runtime", func() { var m map[string]int; m["a"] = 1 })
	try("replaced", replaced)
	try("inner", inner)
	try("again", again)
	try("not direct", func() {
		defer func() { fmt.Println("helper:", helper()) }()
		panic("through")
	})
	try("method", func() { defer rec{}.catch(); panic("m1") })
	try("pointer", func() { defer new(rec).pcatch(); panic("m2") })
	try("interface", func() { var c catcher = rec{}; defer c.catch(); panic("m3") })
	try("promoted", func() { defer embed{}.catch(); panic("m4") })
	try("promoted interface", func() { var c catcher = &embed{}; defer c.catch(); panic("m5") })
	try("value", func() { f := rec{}.catch; defer f(); panic("m6") })
	try("builtin", func() { defer recover(); panic("direct recover does not help") })
	fmt.Println(named(), loop(), recover())

	done := make(chan bool)
	go func() {
		defer close(done)
		defer func() { fmt.Println("goexit recover:", recover()) }()
		runtime.Goexit()
		fmt.Println("unreachable")
	}()
	<-done
	done = make(chan bool)
	go func() {
		defer close(done)
		defer func() { fmt.Println("still exiting:", recover()) }()
		defer func() {
			defer func() { fmt.Println("recovered in goexit:", recover()) }()
			panic("during goexit")
		}()
		runtime.Goexit()
	}()
	<-done
	done = make(chan bool)
	go func() {
		defer close(done)
		defer func() { recover() }()
		defer runtime.Goexit()
		panic("aborted by goexit")
	}()
	<-done
	var re runtime.Error
	try("as", func() {
		defer func() {
			err, _ := recover().(error)
			fmt.Println(errors.As(err, &re), strings.Contains(err.Error(), "nil pointer"))
		}()
		var p *myErr
		p.code = 1
	})
	var pn *runtime.PanicNilError
	func() {
		defer func() { fmt.Println(errors.As(recover().(error), &pn)) }()
		panic(nil)
	}()
	deep := func() (err error) {
		defer func() { err = errors.Join(err, fmt.Errorf("a: %v", recover())) }()
		var rec func(n int)
		rec = func(n int) {
			defer func() {}()
			if n == 0 {
				panic("bottom")
			}
			rec(n - 1)
		}
		rec(500)
		return nil
	}
	fmt.Println(deep())
	defer os.Exit(3)
	defer fmt.Println("exiting")
	panic("hidden by exit")
}
