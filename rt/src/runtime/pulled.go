//go:build strata

package runtime

import (
	"internal/abi"
	"runtime/internal/sched"
	"runtime/internal/task"
	"unsafe"
)

// The functions below have no caller in the library. Modules pull them with
// go:linkname, and Go keeps their names and signatures for those modules' sake.

func fastrand() uint32           { return uint32(sched.Rand()) }
func fastrandn(n uint32) uint32  { return uint32(uint64(uint32(sched.Rand())) * uint64(n) >> 32) }
func fastrand64() uint64         { return sched.Rand() }
func cheaprand() uint32          { return sched.CheapRand() }
func cheaprandn(n uint32) uint32 { return uint32(uint64(sched.CheapRand()) * uint64(n) >> 32) }
func cheaprand64() int64 {
	return int64(sched.CheapRand())<<31 ^ int64(sched.CheapRand())
}

//go:nosplit
func cputicks() int64 { return task.CPUTicks() }

//go:nosplit
func procyield(cycles uint32) { task.ProcYield(cycles) }

func goyield() { sched.GoschedLocal() }

//go:nosplit
func procPin() int { return sched.ProcPin() }

//go:nosplit
func procUnpin() { sched.ProcUnpin() }

func stringHash(s string, seed uintptr) uintptr { return task.Strhash(unsafe.Pointer(&s), seed) }

//go:linkname reflect_typehash reflect.typehash
func reflect_typehash(t *abi.Type, p unsafe.Pointer, h uintptr) uintptr

func typehash(t *abi.Type, p unsafe.Pointer, h uintptr) uintptr { return reflect_typehash(t, p, h) }

//go:linkname reflect_unsafe_NewArray reflect.unsafe_NewArray
func reflect_unsafe_NewArray(t *abi.Type, n int) unsafe.Pointer

func newarray(t *abi.Type, n int) unsafe.Pointer { return reflect_unsafe_NewArray(t, n) }

//go:linkname internal_sync_runtime_canSpin internal/sync.runtime_canSpin
func internal_sync_runtime_canSpin(i int) bool

//go:linkname sync_runtime_canSpin sync.runtime_canSpin
//go:nosplit
func sync_runtime_canSpin(i int) bool { return internal_sync_runtime_canSpin(i) }

//go:linkname internal_sync_runtime_doSpin internal/sync.runtime_doSpin
func internal_sync_runtime_doSpin()

//go:linkname sync_runtime_doSpin sync.runtime_doSpin
//go:nosplit
func sync_runtime_doSpin() { internal_sync_runtime_doSpin() }

//go:nosplit
func add(p unsafe.Pointer, x uintptr) unsafe.Pointer { return unsafe.Add(p, x) }

// noescape hides a pointer from escape analysis.
//
//go:nosplit
func noescape(p unsafe.Pointer) unsafe.Pointer {
	x := uintptr(p)
	return unsafe.Pointer(x ^ 0)
}
