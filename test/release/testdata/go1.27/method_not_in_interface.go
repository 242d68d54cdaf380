package main

import (
	"fmt"
	"reflect"
)

type T struct{}

func (T) M[P any](P) string { return "generic" }
func (T) N() string         { return "plain" }

type I interface{ N() string }

func main() {
	var x any = T{}
	_, ok := x.(interface{ M(int) string })
	fmt.Println(ok, x.(I).N())
	rt := reflect.TypeOf(x)
	fmt.Println(rt.NumMethod(), rt.Method(0).Name)
	_, has := rt.MethodByName("M")
	fmt.Println(has, reflect.TypeOf(&T{}).NumMethod())
	fmt.Println(T{}.M(1))
}
