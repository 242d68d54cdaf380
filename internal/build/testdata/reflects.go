package main

import "reflect"

func main() { println(reflect.ValueOf(0).NumMethod()) }
