package main

// A small map that lies in a frame keeps what it leads to no longer than it is used, by the map, an address in it or an
// iterator; and as long.

import (
	"fmt"
	"runtime"
)

const size = 32 << 20

// free tells whether the large object is gone, and collects three times for that: a goroutine that is stopped anywhere in the
// first cycle is scanned conservatively.
func free() bool {
	var m runtime.MemStats
	for range 3 {
		runtime.GC()
		runtime.ReadMemStats(&m)
		if m.HeapAlloc < size/2 {
			return true
		}
	}
	return false
}

//go:noinline
func length(m map[string][]byte) (n int) {
	for _, b := range m {
		n += len(b)
	}
	return n
}

//go:noinline
func literal() {
	m := map[string][]byte{"x": make([]byte, size)}
	n := length(m)
	fmt.Println("literal", n, free())
}

//go:noinline
func made() {
	m := make(map[string][]byte)
	m["x"] = make([]byte, size)
	fmt.Println("in use", free(), length(m))
	fmt.Println("made", free())
}

//go:noinline
func looked() {
	m := map[int][]byte{1: make([]byte, size)}
	b, ok := m[1]
	fmt.Println("value in use", free(), ok, len(b), cap(b), b[5])
	fmt.Println("looked up", free())
}

//go:noinline
func ranged() {
	m := map[int][]byte{1: make([]byte, size), 2: nil}
	n := 0
	for k, b := range m {
		if free() {
			fmt.Println("collected while ranging")
		}
		n += k + len(b)
	}
	fmt.Println("ranged", n, free())
}

type fat struct {
	a [20]int
	p *[size]byte
	b [20]int
}

//go:noinline
func large() {
	m := make(map[[2]int]fat, 4)
	for i := range 3 {
		v := m[[2]int{i, 0}]
		v.a[i], v.b[19-i] = i, -i
		if i == 1 {
			v.p = new([size]byte)
			v.p[77] = 7
		}
		m[[2]int{i, 0}] = v
		fmt.Println("assigned", i, free() == (i == 0))
	}
	v := m[[2]int{1, 0}]
	fmt.Println("large", v.a[1], v.b[18], v.p[77], free())
	fmt.Println("large done", free())
}

//go:noinline
func again() {
	for i := range 3 {
		m := map[string][]byte{"x": make([]byte, size*(i%2))}
		fmt.Println("again", length(m), free())
	}
}

//go:noinline
func ways(k int) {
	m := map[int]*[size]byte{k: new([size]byte)}
	p := &m
	if k > 1 {
		(*p)[k+1] = nil
		delete(m, k)
		fmt.Println("deleted", free(), len(*p))
		return
	}
	fmt.Println("kept", free(), (*p)[k] != nil)
	clear(m)
	fmt.Println("cleared", free(), len(m))
}

//go:noinline
func nested() {
	m := map[string]map[string][]byte{"a": {"x": make([]byte, size)}}
	in := m["a"]
	m = nil
	fmt.Println("nested", free(), len(in["x"]), len(m))
	in["y"] = nil
	n := 0
	for k := range in {
		n += len(k)
	}
	fmt.Println("nested done", n, free())
}

func main() {
	literal()
	made()
	looked()
	ranged()
	large()
	again()
	ways(1)
	ways(2)
	nested()
}
