//go:build strata && !arm64

package task

import "unsafe"

// The hash functions are assembly, or are defined under these names.

//go:linkname Memhash runtime.memhash
//go:noescape
func Memhash(p unsafe.Pointer, h, size uintptr) uintptr

//go:linkname Strhash runtime.strhash
//go:noescape
func Strhash(p unsafe.Pointer, h uintptr) uintptr

//go:linkname Memhash32 runtime.memhash32
//go:noescape
func Memhash32(p unsafe.Pointer, h uintptr) uintptr

//go:linkname Memhash64 runtime.memhash64
//go:noescape
func Memhash64(p unsafe.Pointer, h uintptr) uintptr
