// The shape of arguments in tracebacks; which values are still in memory is the compiler's affair.
package main

import (
	"fmt"
	"regexp"
	"runtime/debug"
	"strings"
)

type (
	pair struct {
		a, b int32
		_    int8
		c    string
	}
	nest struct{ n [2]pair }
	deep struct {
		a struct {
			b struct {
				c struct{ d struct{ e struct{ f int } } }
			}
		}
	}
	empty struct{}
)

//go:noinline
func scalars(a int8, b bool, c float64, p *int) string { return shape() }

//go:noinline
func texts(s string, b []byte, e error, m map[int]int) string { return shape() }

//go:noinline
func structs(p pair, e empty, z [0]int, c complex128) string { return shape() }

//go:noinline
func many(a, b, c, d, e, f, g, h, i, j, k, l int) string { return shape() }

//go:noinline
func ten(a, b, c, d, e, f, g, h, i, j int) string { return shape() }

//go:noinline
func nested(n nest) string { return shape() }

//go:noinline
func deeply(d deep) string { return shape() }

//go:noinline
func none() string { return shape() }

//go:noinline
func (p pair) method(x int) string { return shape() }

//go:noinline
func generic[T any](x T, y []T) string { return shape() }

var value = regexp.MustCompile(`0x[0-9a-f]+\??|\b_\b`)

// shape is the caller's line of the traceback with V for every value.
func shape() string {
	lines := strings.Split(string(debug.Stack()), "\n")
	for i, l := range lines {
		if strings.HasPrefix(l, "main.shape(") {
			return value.ReplaceAllString(lines[i+2], "V")
		}
	}
	return "not found"
}

func main() {
	fmt.Println(scalars(1, true, 2, nil))
	fmt.Println(texts("x", nil, nil, nil))
	fmt.Println(structs(pair{}, empty{}, [0]int{}, 1i))
	fmt.Println(many(1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12))
	fmt.Println(ten(1, 2, 3, 4, 5, 6, 7, 8, 9, 10))
	fmt.Println(nested(nest{}))
	fmt.Println(deeply(deep{}))
	fmt.Println(none())
	fmt.Println(pair{}.method(4))
	fmt.Println(generic(1, nil), generic("x", []string{"y"}))
}
