//go:build strata

package lang

import (
	"internal/abi"
	"internal/runtime/sys"
	"runtime/internal/race"
	"runtime/internal/task"
	"unsafe"
)

// Copies and clears of typed memory. When the collector's barrier is on, the
// pointers that are overwritten (and, as the design asks, those that are
// written) are shaded before the plain operation. Size counts from the start of
// the value: everything behind PtrBytes is free of pointers.

// TypedMove copies a value of type t.
//
//go:linkname TypedMove runtime.typedmemmove
func TypedMove(t *abi.Type, dst, src unsafe.Pointer) {
	if dst == src {
		return
	}
	if barrierOn() && t.Pointers() {
		bulkBarrier(dst, src, t.PtrBytes)
	}
	memmove(dst, src, t.Size_)
}

// TypedClear zeroes a value of type t.
//
//go:linkname TypedClear runtime.typedmemclr
func TypedClear(t *abi.Type, p unsafe.Pointer) {
	if barrierOn() && t.Pointers() {
		bulkBarrier(p, nil, t.PtrBytes)
	}
	memclrNoHeapPointers(p, t.Size_)
}

// memclrHasPointers clears n bytes that are laid out as their object's bitmap
// says.
//
//go:linkname memclrHasPointers runtime.memclrHasPointers
func memclrHasPointers(p unsafe.Pointer, n uintptr) {
	if barrierOn() {
		bulkBarrier(p, nil, n)
	}
	memclrNoHeapPointers(p, n)
}

// wbZero and wbMove do the barrier's part only, for operations that compiled
// code then carries out itself.

//go:linkname wbZero runtime.wbZero
func wbZero(t *abi.Type, dst unsafe.Pointer) { bulkBarrier(dst, nil, t.PtrBytes) }

//go:linkname wbMove runtime.wbMove
func wbMove(t *abi.Type, dst, src unsafe.Pointer) { bulkBarrier(dst, src, t.PtrBytes) }

//go:linkname reflect_typedmemmove reflect.typedmemmove
func reflect_typedmemmove(t *abi.Type, dst, src unsafe.Pointer) {
	if race.Enabled {
		raceCopy(dst, src, t.Size_, sys.GetCallerPC(), race.CallerFP(sys.GetCallerSP()))
	}
	TypedMove(t, dst, src)
}

//go:linkname reflectlite_typedmemmove internal/reflectlite.typedmemmove
func reflectlite_typedmemmove(t *abi.Type, dst, src unsafe.Pointer) { TypedMove(t, dst, src) }

//go:linkname maps_typedmemmove internal/runtime/maps.typedmemmove
func maps_typedmemmove(t *abi.Type, dst, src unsafe.Pointer) { TypedMove(t, dst, src) }

//go:linkname reflect_typedmemclr reflect.typedmemclr
func reflect_typedmemclr(t *abi.Type, p unsafe.Pointer) {
	if race.Enabled {
		race.Range(task.Getg(), uintptr(p), t.Size_, race.Write, sys.GetCallerPC(), race.CallerFP(sys.GetCallerSP()))
	}
	TypedClear(t, p)
}

//go:linkname maps_typedmemclr internal/runtime/maps.typedmemclr
func maps_typedmemclr(t *abi.Type, p unsafe.Pointer) { TypedClear(t, p) }

//go:linkname reflect_typedmemclrpartial reflect.typedmemclrpartial
func reflect_typedmemclrpartial(t *abi.Type, p unsafe.Pointer, off, size uintptr) {
	if barrierOn() && t.Pointers() {
		bulkBarrier(p, nil, size)
	}
	memclrNoHeapPointers(p, size)
}

//go:linkname reflect_typedarrayclear reflect.typedarrayclear
func reflect_typedarrayclear(t *abi.Type, p unsafe.Pointer, n int) {
	size := t.Size_ * uintptr(n)
	if race.Enabled {
		race.Range(task.Getg(), uintptr(p), size, race.Write, sys.GetCallerPC(), race.CallerFP(sys.GetCallerSP()))
	}
	if barrierOn() && t.Pointers() {
		bulkBarrier(p, nil, size)
	}
	memclrNoHeapPointers(p, size)
}

//go:linkname reflect_memmove reflect.memmove
func reflect_memmove(dst, src unsafe.Pointer, n uintptr) { memmove(dst, src, n) }

// ReflectCallMove copies results out of the frame of a reflective call. The
// registers' part is copied by reflect itself.
//
//go:linkname ReflectCallMove runtime.reflectcallmove
func ReflectCallMove(t *abi.Type, dst, src unsafe.Pointer, size uintptr, regs *abi.RegArgs) {
	if barrierOn() && t != nil && t.Pointers() && size >= 8 {
		bulkBarrier(dst, src, size)
	}
	memmove(dst, src, size)
	for i := range regs.Ints {
		if regs.ReturnIsPtr.Get(i) {
			regs.Ptrs[i] = unsafe.Pointer(regs.Ints[i])
		}
	}
}

//go:linkname reflect_unsafe_New reflect.unsafe_New
func reflect_unsafe_New(t *abi.Type) unsafe.Pointer { return mallocgc(t.Size_, t, true) }

//go:linkname reflectlite_unsafe_New internal/reflectlite.unsafe_New
func reflectlite_unsafe_New(t *abi.Type) unsafe.Pointer { return mallocgc(t.Size_, t, true) }

//go:linkname maps_newobject internal/runtime/maps.newobject
func maps_newobject(t *abi.Type) unsafe.Pointer { return mallocgc(t.Size_, t, true) }

//go:linkname reflect_unsafe_NewArray reflect.unsafe_NewArray
func reflect_unsafe_NewArray(t *abi.Type, n int) unsafe.Pointer { return newArray(t, n) }

//go:linkname maps_newarray internal/runtime/maps.newarray
func maps_newarray(t *abi.Type, n int) unsafe.Pointer { return newArray(t, n) }

func newArray(t *abi.Type, n int) unsafe.Pointer {
	if n == 1 {
		return mallocgc(t.Size_, t, true)
	}
	if n < 0 || t.Size_ > 0 && uintptr(n) > maxAlloc/t.Size_ {
		panic(NewPlainError("runtime: allocation size out of range"))
	}
	return mallocgc(t.Size_*uintptr(n), t, true)
}
