//go:build strata

package task

import (
	"math/bits"
	"unsafe"
)

// The keys of the hash functions, random from start.
var hashKey [10]uint64

// InitHash keys the hash functions with random words; cpu features must be
// known.
func InitHash(random func() uint64) {
	for i := range hashKey {
		hashKey[i] = random() | 1
	}
	chooseHash()
}

// memhashGo hashes by folded multiplications, as wyhash does.
func memhashGo(p unsafe.Pointer, h, size uintptr) uintptr {
	a := uint64(h) ^ hashKey[0]
	n := size
	for ; n > 16; n -= 16 {
		a = fold(load64(p)^hashKey[1], load64(unsafe.Add(p, 8))^a)
		p = unsafe.Add(p, 16)
	}
	var x, y uint64
	switch {
	case n >= 8:
		x, y = load64(p), load64(unsafe.Add(p, n-8))
	case n >= 4:
		x, y = load32(p), load32(unsafe.Add(p, n-4))
	case n > 0:
		x = uint64(*(*byte)(p)) | uint64(*(*byte)(unsafe.Add(p, n>>1)))<<8 | uint64(*(*byte)(unsafe.Add(p, n-1)))<<16
	}
	return uintptr(fold(hashKey[2]^uint64(size), fold(x^hashKey[3], y^a)))
}

func fold(a, b uint64) uint64 {
	hi, lo := bits.Mul64(a, b)
	return hi ^ lo
}

func load64(p unsafe.Pointer) uint64 { return *(*uint64)(p) }
func load32(p unsafe.Pointer) uint64 { return uint64(*(*uint32)(p)) }
