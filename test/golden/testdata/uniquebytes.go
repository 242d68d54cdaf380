package main

import (
	"fmt"
	"testing"
	"unique"
)

// unique.Make copies a string that it keeps, so string(bytes) as its argument need not.

type name string

var (
	text   = []byte("a text that is too long for a buffer of thirty-two bytes in the frame")
	handle unique.Handle[string]
	named  unique.Handle[name]
	boxed  unique.Handle[any]
)

func part() []byte { return text[7:] }

func main() {
	fmt.Println(testing.AllocsPerRun(10, func() { handle = unique.Make(string(text)) }))
	fmt.Println(testing.AllocsPerRun(10, func() { named = unique.Make(name(part())) }))
	boxed = unique.Make[any](string(text))
	first := handle
	clear(text)
	fmt.Println(handle.Value())
	fmt.Println(named.Value())
	fmt.Println(boxed.Value())
	fmt.Println(first == unique.Make(string(text)), handle == unique.Make(first.Value()))
}
