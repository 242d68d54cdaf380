// Package variables: what is static, what runs at start, and in which order.
package main

import (
	"errors"
	"fmt"
	"sort"
	"unsafe"
)

type shape interface{ Area() int }

type rect struct{ w, h int }

func (r *rect) Area() int { return r.w * r.h }

type sq int

func (s sq) Area() int { return int(s * s) }

type node struct {
	name string
	next *node
	any  any
}

func dyn(n int) int { calls = append(calls, n); return n }

var calls []int

var (
	// Pointers to partly static data inside interfaces.
	shapes = []shape{&rect{2, dyn(3)}, sq(4), &rect{5, 6}, sq(dyn(7))}
	anys   = []any{&node{name: "a", any: dyn(1)}, &node{"b", &node{name: "c"}, 1.5}, node{name: "d"}, nil, [2]int{1, 2}, struct{}{}}

	// Copies of variables that nobody writes, and of one that somebody does.
	base   = &node{name: "base"}
	alias  = base
	early  = 1
	copied = early
	bumped = bump()

	// A big map that the program reads, and one that it never mentions.
	used = map[string]int{
		"a": 1, "b": 2, "c": 3, "d": 4, "e": 5, "f": 6, "g": 7, "h": 8, "i": 9, "j": 10, "k": 11,
		"l": 12, "m": 13, "n": 14, "o": 15, "p": 16, "q": 17, "r": 18, "s": 19, "t": 20, "u": 21, "v": 22,
	}
	unused = map[int]*node{
		1: base, 2: base, 3: base, 4: base, 5: base, 6: base, 7: base, 8: base, 9: base, 10: base, 11: base,
		12: base, 13: base, 14: base, 15: base, 16: base, 17: base, 18: base, 19: base, 20: base, 21: base,
	}
	composite = map[rect][]string{{1, 2}: {"x", "y"}, {3, 4}: nil}

	// Addresses into variables.
	grid    = [3][3]int{1: {1: 5}}
	cell    = &grid[1][1]
	row     = grid[2][:]
	raw     = unsafe.Pointer(&grid)
	self    = &cyclic
	cyclic  = node{"self", &other, &other}
	other   = node{"other", base, base}
	fn      = func(x int) int { return x + late }
	late    = dyn(100)
	method  = (*rect).Area
	bound   = (&rect{7, 8}).Area
	errs    = [...]error{2: errors.New("two")}
	text    = []byte("text")
	runes   = []rune("rünes")
	x, y    = pair()
	_       = dyn(-1)
	_, z    = pair()
	complex = complex64(1 + 2i)
	empty   struct{}
	nothing [0]func()
)

func bump() int           { early++; return early }
func pair() (int, string) { return dyn(50), "pair" }

func init() { calls = append(calls, 1000) }

func main() {
	for _, s := range shapes {
		fmt.Print(s.Area(), " ")
	}
	fmt.Println(anys[0].(*node).any, anys[1].(*node).next.name, anys[2].(node).name, anys[3:])
	fmt.Println(alias == base, copied, early, bumped)
	keys := []string{}
	for k, v := range used {
		keys = append(keys, fmt.Sprint(k, v))
	}
	sort.Strings(keys)
	fmt.Println(keys, composite)
	*cell = 6
	row[0] = 9
	fmt.Println(grid, (*[3][3]int)(raw)[2][0], self.next.next.name, cyclic.any.(*node).any == base)
	fmt.Println(fn(1), method(&rect{1, 2}), bound(), errs, string(text), string(runes), x, y, z, complex, empty, len(nothing))
	fmt.Println(calls)
}
