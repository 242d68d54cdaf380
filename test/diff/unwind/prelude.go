package unwind

// prelude is what all programs begin with.
const prelude = `package main

import (
	"errors"
	"fmt"
	"iter"
	"os"
	"os/exec"
	"runtime"
	"strconv"
	"strings"
)

var (
	current int
	steps   int
	zero    int
	r       int // of functions without a result of that name
	silent  bool
)

// step logs that a place was reached. A case that goes on for ever is stopped.
func step(n int) {
	if steps++; steps > 400 {
		if steps == 401 {
			fmt.Println(current, "too long")
		}
		panic("too long")
	}
	if !silent {
		fmt.Println(current, n)
	}
}

type failure int

func (f failure) Error() string { return "failure " + strconv.Itoa(int(f)) }

func logged(e any) {
	switch e := e.(type) {
	case nil:
	case error:
		var f failure
		fmt.Println(current, "error", e, errors.As(e, &f))
	default:
		fmt.Println(current, "recovered", e)
	}
	step(0)
}

func caught(n int) {
	defer func() { logged(recover()) }()
	defer step(n)
	panic(n)
}

func deep(n int) int {
	var a [64]int
	if n == 0 {
		return a[zero]
	}
	a[n%64] = deep(n - 1)
	return a[(n+1)%64]
}

// wait runs f in a goroutine and waits for its end.
func wait(f func()) {
	done := make(chan bool)
	go func() {
		defer close(done)
		f()
	}()
	<-done
}

func run(id int) {
	current, steps, r = id, 0, 0
	wait(func() {
		returned := false
		defer func() {
			e := recover()
			logged(e)
			fmt.Println(id, "end", returned, e != nil)
		}()
		fmt.Println(id, "result", cases[id]())
		returned = true
	})
}

func alone() {
	silent = true
	current, _ = strconv.Atoi(os.Args[1])
	fmt.Println(cases[current]())
}

// child logs how the case ends by itself; the goroutines' stacks are not compared.
func child(id int) {
	cmd := exec.Command(os.Args[0], strconv.Itoa(id))
	cmd.Env = append(os.Environ(), "GOTRACEBACK=single")
	out, err := cmd.CombinedOutput()
	text, _, _ := strings.Cut(string(out), "\ngoroutine ")
	text, _, _ = strings.Cut(text, "\n[signal")
	for line := range strings.SplitSeq(text, "\n") {
		if strings.HasPrefix(line, "coro: got thread") {
			line = "coro: got thread"
		}
		fmt.Println(id, "alone", line)
	}
	fmt.Println(id, "alone", err)
}

func plain(n int) iter.Seq[int] {
	return func(yield func(int) bool) {
		for i := range n {
			if !yield(i) {
				return
			}
		}
	}
}

func deferring(n int) iter.Seq[int] {
	return func(yield func(int) bool) {
		defer step(901)
		for i := range n {
			defer step(902)
			if !yield(i) {
				return
			}
		}
	}
}

// swallowing recovers what the loop's body panics with.
func swallowing(n int) iter.Seq[int] {
	return func(yield func(int) bool) {
		defer func() { logged(recover()) }()
		for i := range n {
			if !yield(i) {
				return
			}
		}
	}
}

// stubborn does not care whether the loop has ended.
func stubborn(n int) iter.Seq[int] {
	return func(yield func(int) bool) {
		for i := range n {
			func() {
				defer func() { logged(recover()) }()
				yield(i)
			}()
		}
	}
}

func panicking(n int) iter.Seq[int] {
	return func(yield func(int) bool) {
		defer step(903)
		for i := range n {
			if !yield(i) {
				break
			}
		}
		panic("sequence")
	}
}

func nested(n int) iter.Seq[int] {
	return func(yield func(int) bool) {
		for i := range deferring(n) {
			defer step(904)
			if !yield(i) {
				return
			}
		}
	}
}

func exiting(n int) iter.Seq[int] {
	return func(yield func(int) bool) {
		defer step(905)
		for i := range n {
			if !yield(i) {
				return
			}
			if i == 1 {
				runtime.Goexit()
			}
		}
	}
}

// late calls the loop's body once more when the sequence is over.
func late(n int) iter.Seq[int] {
	return func(yield func(int) bool) {
		defer func() {
			defer func() { logged(recover()) }()
			yield(n)
		}()
		plain(n)(yield)
	}
}
`
