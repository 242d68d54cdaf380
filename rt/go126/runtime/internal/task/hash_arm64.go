//go:build strata

package task

import "unsafe"

func chooseHash() {}

//go:linkname Memhash runtime.memhash
func Memhash(p unsafe.Pointer, h, size uintptr) uintptr { return memhashGo(p, h, size) }

//go:linkname Strhash runtime.strhash
func Strhash(p unsafe.Pointer, h uintptr) uintptr {
	s := (*struct {
		p unsafe.Pointer
		n uintptr
	})(p)
	return memhashGo(s.p, h, s.n)
}

//go:linkname Memhash32 runtime.memhash32
func Memhash32(p unsafe.Pointer, h uintptr) uintptr { return memhashGo(p, h, 4) }

//go:linkname Memhash64 runtime.memhash64
func Memhash64(p unsafe.Pointer, h uintptr) uintptr { return memhashGo(p, h, 8) }
