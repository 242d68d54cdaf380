package main

import "errors"

var err = errors.Join(errors.New("a"), errors.New("b"))

func main() { println(err.Error()) }
