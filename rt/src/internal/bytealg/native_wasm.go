//go:build strata

// GOROOT has these functions in WebAssembly's assembly language.
package bytealg

import (
	"internal/runtime/sys"
	"math/bits"
	"unsafe"
)

//go:linkname memequal runtime.memequal
//go:nosplit
func memequal(p, q unsafe.Pointer, size uintptr) bool {
	if p == q {
		return true
	}
	for ; size >= 8; size -= 8 {
		if *(*uint64)(p) != *(*uint64)(q) {
			return false
		}
		p, q = unsafe.Add(p, 8), unsafe.Add(q, 8)
	}
	for ; size > 0; size-- {
		if *(*byte)(p) != *(*byte)(q) {
			return false
		}
		p, q = unsafe.Add(p, 1), unsafe.Add(q, 1)
	}
	return true
}

//go:linkname memequalVarlen runtime.memequal_varlen
//go:nosplit
func memequalVarlen(p, q unsafe.Pointer) bool {
	return memequal(p, q, *(*uintptr)(unsafe.Pointer(sys.GetClosurePtr() + 8)))
}

//go:linkname compare internal/bytealg.Compare
//go:nosplit
func compare(a, b []byte) int {
	return order(unsafe.Pointer(unsafe.SliceData(a)), len(a), unsafe.Pointer(unsafe.SliceData(b)), len(b))
}

//go:linkname cmpstring runtime.cmpstring
//go:nosplit
func cmpstring(a, b string) int {
	return order(unsafe.Pointer(unsafe.StringData(a)), len(a), unsafe.Pointer(unsafe.StringData(b)), len(b))
}

//go:nosplit
func order(p unsafe.Pointer, m int, q unsafe.Pointer, n int) int {
	size := min(m, n)
	if p != q {
		for ; size >= 8; size -= 8 {
			if x, y := *(*uint64)(p), *(*uint64)(q); x != y {
				if bits.ReverseBytes64(x) < bits.ReverseBytes64(y) {
					return -1
				}
				return 1
			}
			p, q = unsafe.Add(p, 8), unsafe.Add(q, 8)
		}
		for ; size > 0; size-- {
			if x, y := *(*byte)(p), *(*byte)(q); x != y {
				if x < y {
					return -1
				}
				return 1
			}
			p, q = unsafe.Add(p, 1), unsafe.Add(q, 1)
		}
	}
	switch {
	case m < n:
		return -1
	case m > n:
		return 1
	}
	return 0
}

//go:linkname indexByte internal/bytealg.IndexByte
//go:nosplit
func indexByte(b []byte, c byte) int { return find(unsafe.Pointer(unsafe.SliceData(b)), len(b), c) }

//go:linkname indexByteString internal/bytealg.IndexByteString
//go:nosplit
func indexByteString(s string, c byte) int {
	return find(unsafe.Pointer(unsafe.StringData(s)), len(s), c)
}

// find looks at eight bytes at a time: in the exclusive or with c in every byte the sought one is zero, and the lowest zero byte of a
// word is where subtracting one from every byte borrows first.
//
//go:nosplit
func find(p unsafe.Pointer, n int, c byte) int {
	const ones = 0x0101010101010101
	all := uint64(c) * ones
	i := 0
	for ; n-i >= 8; i += 8 {
		x := *(*uint64)(unsafe.Add(p, i)) ^ all
		if zero := (x - ones) &^ x & (ones << 7); zero != 0 {
			return i + bits.TrailingZeros64(zero)/8
		}
	}
	for ; i < n; i++ {
		if *(*byte)(unsafe.Add(p, i)) == c {
			return i
		}
	}
	return -1
}
