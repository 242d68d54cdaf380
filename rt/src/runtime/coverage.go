//go:build strata

package runtime

import (
	"internal/coverage/rtcov"
	"unsafe"
)

// covctrs and ecovctrs stand where the counters of all instrumented packages begin and end. The linker places them.
var covctrs, ecovctrs [0]uint32

// coverage_getCovCounterList returns the counters of the instrumented packages.
//
//go:linkname coverage_getCovCounterList internal/coverage/cfile.getCovCounterList
func coverage_getCovCounterList() []rtcov.CovCounterBlob {
	begin, end := unsafe.Pointer(&covctrs), unsafe.Pointer(&ecovctrs)
	n := (uintptr(end) - uintptr(begin)) / unsafe.Sizeof(uint32(0))
	if n == 0 {
		return nil
	}
	return []rtcov.CovCounterBlob{{Counters: (*uint32)(begin), Len: uint64(n)}}
}

// addCovMeta is called by the initialisation of an instrumented package.
//
//go:linkname addCovMeta runtime.addCovMeta
func addCovMeta(p unsafe.Pointer, n uint32, hash [16]byte, pkgpath string, pkgid int, mode, granularity uint8) uint32 {
	id := rtcov.AddMeta(p, n, hash, pkgpath, pkgid, mode, granularity)
	if id == 0 {
		throw("runtime.addCovMeta: coverage package map collision")
	}
	return id
}
