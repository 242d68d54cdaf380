package main

import (
	"fmt"
	"reflect"
)

type T struct{ N int }

func (t T) Only[P any]() P { var z P; return z }

type E struct {
	T
	X int
}

func main() {
	for _, x := range []any{T{1}, &T{2}, E{T{3}, 4}, &E{}} {
		t := reflect.TypeOf(x)
		fmt.Println(t, t.NumMethod(), t.Comparable())
	}
	fmt.Printf("%+v %q\n", E{}, E{}.Only[string]())
}
