package main

import "fmt"

type X struct{}

func (X) Kind[T any](x T) (s string) {
	switch y := any(x).(type) {
	case int:
		s = "int"
	case string:
		s = "string " + y
	case []T:
		s = "slice of itself"
	case func() T:
		s = "func"
	default:
		goto other
	}
	return
other:
	for i := range 3 {
		if i == 2 {
			break
		}
		s += "?"
	}
	return
}

func main() {
	fmt.Println(X{}.Kind(1), X{}.Kind("a"), X{}.Kind(1.5), X{}.Kind[any]([]any{}), X{}.Kind[any](func() any { return 0 }))
}
