// A PC that is the entry of a function stands for that function, not for what lies in front of it.
package main

import (
	"fmt"
	"reflect"
	"runtime"
)

//go:noinline
func target() {}

func main() {
	pc := reflect.ValueOf(target).Pointer()
	f, more := runtime.CallersFrames([]uintptr{pc}).Next()
	fmt.Println(f.Function, f.Line, more)
}
