// What a function rarely does: panics, recovery, tracebacks, growth of the stack, collection and deferred calls in
// branches that a compiler may lay out apart from the rest of the function.
package main

import (
	"errors"
	"fmt"
	"os"
	"reflect"
	"runtime"
	"strings"
)

type tree struct {
	left, right *tree
	name        string
}

//go:noinline
func build(n int) *tree {
	if n == 0 {
		return nil
	}
	return &tree{build(n - 1), build(n - 1), fmt.Sprint("node", n)}
}

func (t *tree) count() int {
	if t == nil {
		return 0
	}
	return 1 + t.left.count() + t.right.count()
}

//go:noinline
func deep(n int) int {
	var pad [64]int
	if n == 0 {
		runtime.GC()
		return 1
	}
	pad[n%64] = n
	return deep(n-1) + pad[n%64] - n
}

// rare works for odd n as the common case; for the others it does what its name says.
//
//go:noinline
func rare(n int, t *tree, list []int, m map[string]int) (sum int, err error) {
	for i := range list {
		switch {
		case list[i] >= 0:
			sum += list[i]
		case list[i] == -1:
			runtime.GC() // with t, list and m alive
			sum += t.count()
		case list[i] == -2:
			sum += deep(2000) // the stack moves
			m[fmt.Sprint("grown", n)] += sum
		case list[i] == -3:
			return sum, errors.New("negative: " + t.name)
		case list[i] == -4:
			fail(t, n)
		case list[i] == -5:
			sum += list[len(list)+n]
		case list[i] == -6:
			var none *tree
			sum += len(none.name)
		case list[i] == -7:
			fmt.Println(where(0), inlined())
		case list[i] == -8:
			func() {
				defer func() { sum += len(fmt.Sprint(recover())) }()
				panic(t.name)
			}()
		case list[i] == -9:
			sum /= len(m) - len(m)
		}
	}
	if sum < 0 {
		panic("less than nothing")
	}
	return sum, nil
}

// deferring has a recovery point that is reached from its rare branches.
//
//go:noinline
func deferring(n int, t *tree) (out string) {
	defer func() {
		if r := recover(); r != nil {
			out += fmt.Sprint(" recovered ", r, " of ", t.count())
		}
	}()
	out = "fine"
	if n > 3 {
		out = "rare"
		runtime.GC()
		fail(t, n)
	}
	return out
}

//go:noinline
func fail(t *tree, n int) { panic(fmt.Sprint(t.name, " fails with ", n)) }

// where names a caller, with its line as the distance from that of its function.
func where(skip int) string {
	pc := make([]uintptr, 1)
	runtime.Callers(skip+2, pc)
	f, _ := runtime.CallersFrames(pc).Next()
	entry := f.Func != nil && f.Func.Entry() == f.Entry && f.Entry == reflect.ValueOf(rare).Pointer()
	fn := runtime.FuncForPC(pc[0] - 1)
	_, line := fn.FileLine(pc[0] - 1)
	return fmt.Sprint(f.Function, ":", f.Line, " ", entry, " ", fn.Name(), ":", line, " ", fn.Entry() == f.Entry)
}

func inlined() string {
	if name := where(0); strings.HasSuffix(name, "true") {
		return name
	}
	return "?"
}

func try(n int, list ...int) {
	defer func() {
		if r := recover(); r != nil {
			fmt.Println("  panic:", r)
			trace(0)
		}
	}()
	sum, err := rare(n, build(4), list, map[string]int{"a": 1})
	fmt.Println("  ", sum, err)
}

// trace prints the functions of this file on the stack.
func trace(skip int) {
	pcs := make([]uintptr, 50)
	frames := runtime.CallersFrames(pcs[:runtime.Callers(skip+2, pcs)])
	for {
		f, more := frames.Next()
		if strings.HasPrefix(f.Function, "main.") {
			fmt.Printf("  %s:%d\n", f.Function, f.Line)
		}
		if !more {
			return
		}
	}
}

func main() {
	for kind := 0; kind >= -9; kind-- {
		fmt.Println("kind", kind)
		try(3, 1, 2, kind, 4)
	}
	for n := range 5 {
		fmt.Println(deferring(n, build(n)))
	}
	defer fmt.Fprintln(os.Stderr, "deferred before the end")
	if len(os.Args) > 5 {
		return
	}
	sum, _ := rare(7, build(2), []int{5, -4}, nil)
	fmt.Println(sum)
}
