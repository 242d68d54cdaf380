package main

import (
	"errors"
	"fmt"
)

type base struct{ msg string }

func (b base) Error() string { return b.msg }

type Err struct {
	base
	code int
}

func fail(c int) error {
	if c == 0 {
		return nil
	}
	return &Err{msg: fmt.Sprint("code ", c), code: c}
}

func main() {
	var e *Err
	fmt.Println(fail(0), fail(3), errors.As(fail(4), &e), e.code)
}
