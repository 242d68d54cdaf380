//go:build strata

package runtime

import (
	"internal/abi"
	"runtime/internal/heap"
	"runtime/internal/lang"
	"runtime/internal/sched"
	"runtime/internal/stack"
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

// goready makes a parked goroutine runnable. How many frames of its caller a trace would skip has no meaning here.
func goready(gp *task.G, traceskip int) { sched.Ready(gp) }

func getm() uintptr { return uintptr(unsafe.Pointer(task.Getg().M)) }

func chanbuf(c *hchan, i uint) unsafe.Pointer { return add(c.buf, uintptr(i)*uintptr(c.elemSize)) }

// atomicwb is the barrier of a store of new to *ptr, for callers that have found marking on.
//
//go:nosplit
func atomicwb(ptr *unsafe.Pointer, new unsafe.Pointer) { lang.PointerBarrier(ptr, new) }

// cgocall would call a C function. There are none.
func cgocall(fn, arg unsafe.Pointer) int32 {
	if fn == nil {
		throw("cgocall nil")
	}
	throw("cgocall unavailable")
	return 0
}

func heapObjectsCanMove() bool { return false }

func lockedOSThread() bool { return sched.ThreadLocked() }

func gostring(p *byte) string { return lang.GoString(p) }

// gostringn and gobytes copy n bytes.
func gostringn(p *byte, n int) string { return string(unsafe.Slice(p, n)) }
func gobytes(p *byte, n int) []byte   { return append([]byte{}, unsafe.Slice(p, n)...) }

// findObject returns the object of the heap that p points into, whether it is in use or not, its span and its number in it.
// In which object p was found is for messages, of which there are none.
//
//go:nosplit
func findObject(p, refBase, refOff uintptr) (base uintptr, s *heap.Span, objIndex uintptr) {
	s = heap.SpanOf(p)
	if s == nil || p < s.Base || p >= s.Limit {
		return 0, nil, 0
	}
	objIndex = s.Index(p)
	return s.Object(objIndex), s, objIndex
}

// checkptrBase returns the same for all pointers into one variable: 1 for this stack, or where an object or a section of
// variables begins; 0 outside all of them.
func checkptrBase(p unsafe.Pointer) uintptr {
	if gp := task.Getg(); gp.Stack.Lo <= uintptr(p) && uintptr(p) < gp.Stack.Hi {
		return 1
	}
	if base, _, _ := findObject(uintptr(p), 0, 0); base != 0 {
		return base
	}
	start, _ := stack.InModule(uintptr(p))
	return start
}

// noescape hides a pointer from escape analysis.
//
//go:nosplit
func noescape(p unsafe.Pointer) unsafe.Pointer {
	x := uintptr(p)
	return unsafe.Pointer(x ^ 0)
}
