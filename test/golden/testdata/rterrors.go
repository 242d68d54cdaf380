// The texts of all runtime errors that can be recovered.
package main

import (
	"errors"
	"fmt"
	"runtime"
	"unsafe"
)

type i1 interface{ M() }
type i2 interface {
	M()
	N(int)
}
type impl struct{}

func (impl) M() {}

type ptrImpl struct{}

func (*ptrImpl) M() {}

type arr = [4]int

func try(f func()) {
	defer func() {
		r := recover()
		err, ok := r.(runtime.Error)
		if !ok {
			fmt.Printf("not a runtime error: %v %T\n", r, r)
			return
		}
		fmt.Println(err)
		if a, ok := r.(*runtime.TypeAssertionError); ok {
			fmt.Println("  assertion", a.Error() == err.Error())
		}
	}()
	f()
}

var (
	zero, neg, five = 0, -2, 5
	big             = 1 << 60
	s               = make([]int, 3, 4)
	str             = "abc"
	m               map[string]int
	p               *[4]int
	e               any
	n               i1
)

func main() {
	try(func() { _ = s[five] })
	try(func() { _ = s[neg] })
	try(func() { _ = s[uint8(200)] })
	try(func() { _ = s[uint64(big)<<3] })
	try(func() { s[five]++ })
	try(func() { _ = str[five] })
	try(func() { a := [4]int{}; _ = a[five] })
	try(func() { _ = s[five:] })
	try(func() { _ = s[:five] })
	try(func() { _ = s[neg:] })
	try(func() { _ = s[:neg] })
	try(func() { _ = str[five:] })
	try(func() { _ = str[:five] })
	try(func() { _ = str[2+zero : 1] })
	try(func() { _ = s[:1:five] })
	try(func() { _ = s[zero:five:4] })
	try(func() { _ = s[3+zero : 2 : 4] })
	try(func() { _ = s[1:zero:neg] })
	try(func() { _ = arr(s[:3]) })
	try(func() { _ = (*arr)(s) })
	try(func() { fmt.Println(five / zero) })
	try(func() { fmt.Println(uint8(five) % uint8(zero)) })
	try(func() { fmt.Println(1 << neg) })
	try(func() { five >>= neg })
	try(func() { m["x"] = 1 })
	try(func() { m["x"]++ })
	try(func() { _ = make([]int, neg) })
	try(func() { _ = make([]int, zero, neg) })
	try(func() { _ = make([]int, big) })
	try(func() { _ = make([]int, five, zero) })
	try(func() { _ = make([]byte, zero, uint64(big)<<3) })
	try(func() { _ = make(chan int, neg) })
	try(func() { _ = make(chan [1 << 15]byte, big) })
	try(func() { fmt.Println(p[1]) })
	try(func() { fmt.Println(len(p), (*p)[zero]) })
	try(func() { var q *int; *q = 1 })
	try(func() { var f func(); f() })
	try(func() { n.M() })
	try(func() { _ = e.(int) })
	try(func() { e = "x"; _ = e.(int) })
	try(func() { _ = e.(i1) })
	try(func() { e = impl{}; _ = e.(i2) })
	try(func() { n = impl{}; _ = n.(i2) })
	try(func() { _ = n.(*ptrImpl) })
	try(func() { e = ptrImpl{}; _ = e.(i1) })
	try(func() { var x i1; _ = x.(impl) })
	try(func() { var x i1; _ = x.(i2) })
	try(func() { type impl struct{ a int }; _ = n.(any).(impl) })
	try(func() { _ = map[any]int{[]int{1}: 1} })
	try(func() { mm := map[any]int{}; mm[func() {}]++ })
	try(func() { mm := map[any]int{}; _ = mm[map[int]int{}] })
	try(func() { mm := map[[2]any]int{}; _ = mm[[2]any{1, struct{ f []int }{}}] })
	try(func() { var a, b any = []int{1}, []int{1}; fmt.Println(a == b) })
	try(func() { a := struct{ x any }{func() {}}; fmt.Println(a == a) })
	try(func() { var c chan int; close(c) })
	try(func() { c := make(chan int); close(c); close(c) })
	try(func() { c := make(chan int); close(c); c <- 1 })
	try(func() { panic(nil) })
	try(func() { panic(errors.New("plain")) })
	try(func() { _ = append(s, unsafe.Slice(&s[0], 1<<58)...) })
	try(func() { var a [1 << 20]*int; var pa *[1 << 20]*int; pa = nil; a[1] = pa[1<<19]; _ = a })
	try(func() {
		x := (*struct {
			pad [1 << 16]byte
			v   int
		})(nil)
		x.v = 2
	})
}
