// How uncaught panics print their values: the program runs itself once for each.
package main

import (
	"errors"
	"fmt"
	"os"
	"os/exec"
	"regexp"
	"strconv"
	"strings"
)

type (
	myInt    int
	myString string
	myFloat  float64
	stringer struct{ a int }
	errVal   struct{}
	bad      struct{}
	plain    struct{ a, b int }
)

func (stringer) String() string { return "stringer called" }
func (errVal) Error() string    { return "error called" }
func (bad) Error() string       { panic("bad error") }

var values = []any{
	1, -2.5, "text", "two\nlines", true, 'x', uint8(3), 1 + 2i, myInt(7), myString("m\"q"), myFloat(1.5),
	stringer{1}, errVal{}, bad{}, plain{1, 2}, &plain{}, []int{1}, errors.New("plain error"), fmt.Errorf("w: %w", os.ErrExist), nil,
	errors.Join(errors.New("a"), errors.New("b")), uintptr(16), complex64(1i), struct{}{}, func() {},
}

func main() {
	if len(os.Args) > 1 {
		i, _ := strconv.Atoi(os.Args[1])
		if len(os.Args) > 2 {
			defer func() {
				if r := recover(); os.Args[2] == "re" {
					panic(r)
				}
				panic("another")
			}()
		}
		panic(values[i])
	}
	hex := regexp.MustCompile(`0x[0-9a-f]+`)
	for i := range values {
		for _, extra := range [][]string{nil, {"re"}, {"other"}} {
			if i > 3 && extra != nil && i != 12 {
				continue
			}
			out, err := exec.Command(os.Args[0], append([]string{strconv.Itoa(i)}, extra...)...).CombinedOutput()
			text, _, _ := strings.Cut(string(out), "\n\ngoroutine")
			fmt.Printf("%d %v: %s\n", i, err, hex.ReplaceAllString(text, "ADDR"))
		}
	}
}
