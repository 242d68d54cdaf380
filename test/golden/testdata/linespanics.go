package main

import (
	"errors"
	"fmt"
	"os"
	"reflect"
	"runtime"
	"runtime/debug"
	"strings"
)

// The line of a nil check is told even if a later instruction does the access.

var sink int64

func load(p *int32) {
	defer where("load")
	v := *p
	sink = int64(v)
}

type inner struct{ err int }

func (i *inner) get() int {
	if i == nil {
		return 86
	}
	return i.err
}

type outer struct{ inner }

func embedded(o *outer) int {
	defer where("embedded")
	return o.get()
}

func where(name string) {
	err := recover().(error)
	var re runtime.Error
	fmt.Println(name, errors.As(err, &re), err)
	for line := range strings.SplitSeq(string(debug.Stack()), "\n") {
		if _, at, ok := strings.Cut(line, "linespanics.go:"); ok {
			at, _, _ = strings.Cut(at, " ")
			fmt.Println("\t", at)
		}
	}
}

// Recover does not reach through methods inlined into their wrappers.

func recoverer() {
	if r := recover(); r != nil {
		fmt.Println("recovered", r)
	}
}

type t int

func (*t) method() { recoverer() }
func (*t) direct() {
	if r := recover(); r != nil {
		fmt.Println("recovered", r)
	}
}

type wrapped struct{ *t }

var (
	method = wrapped.method
	direct = wrapped.direct
)

func fails(name string, f func()) {
	defer func() { fmt.Println(name, recover()) }()
	f()
	fmt.Println(name, "went on")
}

// The function at an entry is that function, whatever is inlined there.

func small(p *[2]int) int {
	if p != nil {
		return p[1]
	}
	return 0
}

func around(p *[2]int) int { return small(p) + 5 }

func callers() string {
	pc, _, line, _ := runtime.Caller(1)
	return fmt.Sprint(runtime.FuncForPC(pc).Name(), " ", line)
}

func calls() string { return callers() }

func init() {
	var pcs [8]uintptr
	frames := runtime.CallersFrames(pcs[:runtime.Callers(1, pcs[:])])
	f, _ := frames.Next()
	fmt.Println(f.Function, f.Line)
	f, _ = frames.Next()
	fmt.Println(strings.HasPrefix(f.Function, "runtime."))
}

func main() {
	load(nil)
	embedded(nil)
	fails("method", func() {
		defer method(wrapped{new(t)})
		panic("XXX")
	})
	fails("direct", func() {
		defer direct(wrapped{new(t)})
		panic("XXX")
	})
	for _, f := range []any{small, around} {
		fmt.Println(runtime.FuncForPC(reflect.ValueOf(f).Pointer()).Name())
	}
	fmt.Println(calls())
	_, err := os.Stat(runtime.GOROOT())
	fmt.Println(err)
}
