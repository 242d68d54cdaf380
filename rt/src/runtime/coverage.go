//go:build strata

package runtime

import (
	"internal/coverage/rtcov"
	"unsafe"
)

// coverage_getCovCounterList returns the counters of the instrumented packages:
// Strata does not lay any out yet.
//
//go:linkname coverage_getCovCounterList internal/coverage/cfile.getCovCounterList
func coverage_getCovCounterList() []rtcov.CovCounterBlob { return nil }

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
