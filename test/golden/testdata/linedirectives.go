package main

import (
	"fmt"
	"runtime"
)

func where() string {
	_, file, line, _ := runtime.Caller(1)
	return fmt.Sprint(file, ":", line)
}

func main() {
//line foo.y:7
	fmt.Println(where())
//line sub/bar.y:10:20
	fmt.Println(where())
//line /abs/bar.y:10
	fmt.Println(where())
//line c:/x/y.y:100
	fmt.Println(where())
//line :1
	fmt.Println(where())
	/*line z.y:5:6*/ fmt.Println(where())
}
