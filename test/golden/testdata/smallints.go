package main

import (
	"fmt"
	"reflect"
	"runtime/debug"
)

// The runtime's table of small integers, which boxed values and reflect's indices of fields share, cannot be written.

type pair struct{ a, b int }

func main() {
	f := reflect.TypeFor[pair]().Field(1)
	for _, v := range []any{byte(7), uint16(8), uint32(9), 10, int8(-1), f.Index} {
		fmt.Println(v)
	}
	debug.SetPanicOnFault(true)
	defer func() {
		fmt.Println(recover() != nil, f.Index, reflect.TypeFor[pair]().Field(1).Index)
	}()
	f.Index[0] = 2
}
