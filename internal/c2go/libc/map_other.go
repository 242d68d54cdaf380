//go:build !unix

package libc

// kept holds on to what mapPages made. Go's collector frees none of it, nor does it move it.
var kept = map[uintptr][]uint64{}

// mapPages allocates n bytes of zero memory; 0 means that there is none.
func mapPages(n uintptr) uintptr {
	b := make([]uint64, n/8+1)
	p := (addr(b) + 15) &^ 15
	kept[p] = b
	return p
}

// unmapPages gives them back.
func unmapPages(p, n uintptr) { delete(kept, p) }
