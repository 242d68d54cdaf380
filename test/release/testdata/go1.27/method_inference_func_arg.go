package main

import (
	"fmt"
	"strconv"
)

type S[T any] []T

func (s S[T]) Map[U any](f func(T) U) S[U] {
	var r S[U]
	for _, x := range s {
		r = append(r, f(x))
	}
	return r
}

func double[N int | float64](n N) N { return n + n }
func str[T any](x T) string         { return fmt.Sprintf("<%v>", x) }

func main() {
	fmt.Println(S[int]{1, 2}.Map(double), S[float64]{1.5}.Map(double).Map(str), S[string]{"q"}.Map(str))
	fmt.Println(S[int]{3}.Map(strconv.Itoa))
}
