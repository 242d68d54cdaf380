//go:build strata

package gc

import (
	"runtime/internal/kernel"
	"unsafe"
)

// WriteBarrier is not 0 while compiled code has to shade pointers that it
// overwrites or writes. This design never sets it.
//
//go:linkname WriteBarrier runtime.writeBarrier
var WriteBarrier uint32

// flushBarriers is called when a P's barrier buffer is full.
//
//go:linkname flushBarriers runtime.wbBufFlush
//go:nosplit
func flushBarriers() { kernel.Throw("write barrier without concurrent marking") }

// BulkBarrier shades the pointers that a copy of n bytes from src to dst, or a
// clear when src is nil, overwrites and writes.
func BulkBarrier(dst, src unsafe.Pointer, n uintptr) {}
