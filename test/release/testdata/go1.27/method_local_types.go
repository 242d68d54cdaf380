package main

import (
	"fmt"
	"reflect"
)

type F struct{}

func (F) Make[T any](x T) any {
	type local struct{ v T }
	type pair[U any] struct {
		t T
		u U
	}
	_ = pair[int]{}
	return []any{local{x}, pair[string]{x, "u"}}
}

func main() {
	fmt.Printf("%v %v\n", F{}.Make(1), F{}.Make("s"))
	a, b, c := F{}.Make(1).([]any)[0], F{}.Make(2).([]any)[0], F{}.Make("1").([]any)[0]
	fmt.Println(reflect.TypeOf(a) == reflect.TypeOf(b), reflect.TypeOf(a) == reflect.TypeOf(c))
}
