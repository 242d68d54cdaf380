package main

// Coroutines and locks to threads: where iter.Pull is called (package initialisation, main, another goroutine, a goroutine
// that ends with the thread), what is locked when, what the sequence does, and how it ends. Each
// combination is a process, since some of them are to die.

import (
	"fmt"
	"iter"
	"os"
	"os/exec"
	"runtime"
	"strings"
	"sync"
)

var places = map[string]func(f func()){
	"init": nil, // see early
	"main": func(f func()) { f() },
	"goroutine": func(f func()) {
		var wg sync.WaitGroup
		wg.Go(f)
		wg.Wait()
	},
	"deferred": func(f func()) {
		done := make(chan bool)
		go func() {
			defer close(done)
			defer f()
			runtime.Goexit()
		}()
		<-done
	},
}

var locks = map[string]func(pull func(), use func()){
	"never": func(pull, use func()) { pull(); use() },
	"before": func(pull, use func()) {
		runtime.LockOSThread()
		defer runtime.UnlockOSThread()
		pull()
		use()
	},
	"forever": func(pull, use func()) {
		runtime.LockOSThread()
		runtime.LockOSThread()
		pull()
		use()
	},
	"pull only": func(pull, use func()) {
		runtime.LockOSThread()
		pull()
		runtime.UnlockOSThread()
		use()
	},
	"use only": func(pull, use func()) {
		pull()
		runtime.LockOSThread()
		defer runtime.UnlockOSThread()
		use()
	},
}

var sequences = map[string]iter.Seq[int]{
	"simple": simple,
	"nested": func(yield func(int) bool) {
		next, stop := iter.Pull(simple)
		defer stop()
		for v, ok := next(); ok; v, ok = next() {
			if !yield(v) {
				return
			}
		}
	},
	"locks": func(yield func(int) bool) {
		for i := range 3 {
			runtime.LockOSThread()
			runtime.Gosched()
			runtime.UnlockOSThread()
			if !yield(i) {
				return
			}
		}
	},
	"locks over yield": func(yield func(int) bool) {
		runtime.LockOSThread()
		defer runtime.UnlockOSThread()
		simple(yield)
	},
	"waits": func(yield func(int) bool) {
		for i := range 3 {
			c := make(chan int)
			go func() { c <- i }()
			if !yield(<-c) {
				return
			}
		}
	},
	"exits": func(yield func(int) bool) {
		yield(1)
		runtime.Goexit()
	},
	"panics": func(yield func(int) bool) {
		yield(1)
		panic("sequence")
	},
	"collects": func(yield func(int) bool) {
		for i := range 2 {
			runtime.GC()
			if !yield(i) {
				return
			}
		}
	},
}

func simple(yield func(int) bool) {
	for i := range 3 {
		if !yield(i) {
			return
		}
	}
}

var ends = []string{"exhausted", "stopped", "stopped early", "abandoned"}

func use(next func() (int, bool), stop func(), end string) {
	defer func() {
		if e := recover(); e != nil {
			fmt.Println("recovered", e)
		}
	}()
	if end == "stopped early" {
		stop()
	}
	for n := 0; ; n++ {
		v, ok := next()
		fmt.Println(v, ok)
		if !ok || n == 1 && end != "exhausted" {
			break
		}
		runtime.Gosched()
	}
	if end != "abandoned" {
		stop()
	}
}

func combination(lock, sequence, end string) {
	var next func() (int, bool)
	var stop func()
	locks[lock](func() { next, stop = iter.Pull(sequences[sequence]) }, func() { use(next, stop, end) })
	// The thread that is left is good for others.
	var wg sync.WaitGroup
	for range 3 {
		wg.Go(func() { runtime.LockOSThread() })
	}
	wg.Wait()
	fmt.Println("done")
}

// earlyDone holds what package initialisation does.
var earlyDone = early()

func early() bool {
	if len(os.Args) > 1 && os.Args[1] == "init" {
		combination(os.Args[2], os.Args[3], os.Args[4])
		return true
	}
	return false
}

func child(args ...string) {
	cmd := exec.Command(os.Args[0], args...)
	out, err := cmd.CombinedOutput()
	text, _, _ := strings.Cut(string(out), "\n\n")
	var lines []string
	for line := range strings.SplitSeq(text, "\n") {
		if !strings.HasPrefix(line, "coro: got thread") { // an address
			lines = append(lines, line)
		}
	}
	fmt.Println(strings.Join(args, ", "), "|", strings.Join(lines, "; "), err)
}

func main() {
	switch {
	case earlyDone:
		return
	case len(os.Args) > 1:
		places[os.Args[1]](func() { combination(os.Args[2], os.Args[3], os.Args[4]) })
		return
	}
	for _, place := range []string{"init", "main", "goroutine", "deferred"} {
		for _, lock := range []string{"never", "before", "forever", "pull only", "use only"} {
			for _, sequence := range []string{"simple", "nested", "locks", "locks over yield", "waits", "exits", "panics", "collects"} {
				// One end each, so that all come about with all places, locks and sequences in turn.
				child(place, lock, sequence, ends[(len(place)+len(lock)+len(sequence))%len(ends)])
			}
		}
	}
}
