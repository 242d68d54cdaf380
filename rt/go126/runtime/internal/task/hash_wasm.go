//go:build strata

package task

import "unsafe"

func chooseHash() {}

//go:linkname memhash runtime.memhash
func memhash(p unsafe.Pointer, h, size uintptr) uintptr { return narrow(memhashGo(p, h, size)) }

//go:linkname strhash runtime.strhash
func strhash(p unsafe.Pointer, h uintptr) uintptr {
	s := *(*string)(p)
	return narrow(memhashGo(unsafe.Pointer(unsafe.StringData(s)), h, uintptr(len(s))))
}

//go:linkname memhash32 runtime.memhash32
func memhash32(p unsafe.Pointer, h uintptr) uintptr { return mix(load32(p), h) }

//go:linkname memhash64 runtime.memhash64
func memhash64(p unsafe.Pointer, h uintptr) uintptr { return mix(load64(p), h) }

// narrow makes a hash of 32 bits, which is what maps expect on this machine.
func narrow(h uintptr) uintptr { return uintptr(uint32(h ^ h>>32)) }

// mix hashes a word by multiplications and shifts of 64 bits, since there is no product of 128.
func mix(x uint64, h uintptr) uintptr {
	x ^= uint64(h) ^ hashKey[0]
	x ^= x >> 32
	x *= hashKey[1]
	x ^= x >> 29
	x *= hashKey[2]
	return narrow(uintptr(x))
}
