//go:build strata

package task

import (
	"internal/runtime/maps"
	"unsafe"
)

// The hash functions are those of internal/runtime/maps, which its fast paths for small keys contain inline: a type's hash
// function has to give the same values.

var random func() uint64

// InitHash keys the hash functions with random words; cpu features must be known.
func InitHash(f func() uint64) {
	random = f
	maps.AlgInit()
}

//go:linkname bootstrapRand runtime.bootstrapRand
func bootstrapRand() uint64 { return random() }

//go:linkname Memhash runtime.memhash
func Memhash(p unsafe.Pointer, h, size uintptr) uintptr { return maps.MemHash(p, h, size) }

//go:linkname Strhash runtime.strhash
func Strhash(p unsafe.Pointer, h uintptr) uintptr { return maps.StrHash(*(*string)(p), h) }

//go:linkname Memhash32 runtime.memhash32
func Memhash32(p unsafe.Pointer, h uintptr) uintptr { return maps.MemHash32(*(*uint32)(p), h) }

//go:linkname Memhash64 runtime.memhash64
func Memhash64(p unsafe.Pointer, h uintptr) uintptr { return maps.MemHash64(*(*uint64)(p), h) }
