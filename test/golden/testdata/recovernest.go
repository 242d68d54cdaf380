// Nested panics, recovery in every place, Goexit across recovery, and which
// deferred calls still run.
package main

import (
	"errors"
	"fmt"
	"runtime"
)

func try(name string, f func()) {
	defer func() { fmt.Println(name, "->", recover()) }()
	f()
}

type T struct{}

func (T) rec()       { fmt.Println("method", recover()) }
func helper() any    { return recover() }
func named() (r int) { defer func() { recover(); r *= 2 }(); r = 21; panic("x") }
func deep(n int) {
	defer func() {
		if n%2 == 0 {
			if r := recover(); r != nil {
				panic(fmt.Sprint(r, n))
			}
		}
	}()
	if n == 0 {
		panic("deep")
	}
	deep(n - 1)
}

func goexits(name string, f func()) {
	done := make(chan bool)
	go func() {
		defer close(done)
		defer func() { fmt.Println(name, "outer", recover()) }()
		f()
		fmt.Println(name, "returned")
	}()
	<-done
}

func main() {
	try("plain", func() { panic(1) })
	try("replaced", func() {
		defer func() { panic("second") }()
		panic("first")
	})
	try("inner recovered", func() {
		defer func() {
			defer func() { fmt.Println("inner", recover()) }()
			panic("second")
		}()
		panic("first")
	})
	try("method value", func() {
		defer T{}.rec()
		panic("m")
	})
	try("helper does not recover", func() {
		defer func() { fmt.Println("helper", helper()) }()
		panic("h")
	})
	try("defer recover", func() {
		defer recover()
		panic("d")
	})
	try("deep", func() { deep(6) })
	try("nil", func() { panic(nil) })
	try("error", func() { panic(errors.New("e")) })
	fmt.Println("named", named())
	try("loop", func() {
		for i := range 3 {
			defer func() { fmt.Println("deferred", i, recover()) }()
		}
		panic("l")
	})
	goexits("goexit", func() { runtime.Goexit() })
	goexits("goexit in defer", func() {
		defer runtime.Goexit()
		panic("gone")
	})
	goexits("panic in goexit", func() {
		defer func() {
			defer func() { fmt.Println("inside", recover()) }()
			panic("p")
		}()
		runtime.Goexit()
	})
	goexits("recovered above goexit", func() {
		defer func() { fmt.Println("above", recover()) }()
		func() {
			defer func() { panic("during goexit") }()
			runtime.Goexit()
		}()
	})
}
