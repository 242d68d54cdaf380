package main

import (
	"errors"
	"fmt"
	"io"
	"testing"
)

type short interface{ Name() string }

type long interface {
	short
	Append([]byte) []byte
}

type marker interface{ mark() int }

type dog struct{ n int }

//go:noinline
func (d *dog) grow()        { d.n++ }
func (d *dog) Name() string { return "dog" }
func (d *dog) Append(b []byte) []byte {
	d.grow()
	return append(b, byte('0'+d.n))
}

func newShort() short { return &dog{} }

//go:noinline
func allocs() float64 {
	return testing.AllocsPerRun(10, func() {
		s := newShort()
		b := s.(long).Append(make([]byte, 0, 8))
		if _, ok := s.(marker); ok || len(b) != 1 {
			panic("no")
		}
	})
}

func kind(v any) string {
	switch v := v.(type) {
	case marker:
		return "marker"
	case int:
		return fmt.Sprint("int ", v)
	case long:
		return "long " + v.Name()
	case error:
		return "error"
	}
	return "other"
}

func must(f func()) {
	defer func() {
		err, _ := recover().(error)
		fmt.Println(err)
	}()
	f()
}

func main() {
	fmt.Println(allocs())
	fmt.Println(kind(1), kind(&dog{}), kind(io.EOF), kind(dog{}), kind(nil))
	must(func() {
		s := newShort()
		fmt.Println(s.(long).Name())
		fmt.Println(s.(marker).mark())
	})
	must(func() {
		var s short
		fmt.Println(s.(long).Name())
	})
	must(func() {
		var e any = errors.New("x")
		fmt.Println(e.(fmt.Stringer).String())
	})
}
