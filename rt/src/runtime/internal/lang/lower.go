//go:build strata

// Package lang is the language's part of the runtime: what compiled code calls
// for maps, interfaces, strings, slices, hashing, printing, defer and
// panic. Compiled code finds the functions by linker symbol,
// runtime.NAME, to which they are pushed.
package lang

import (
	"internal/abi"
	"internal/runtime/atomic"
	"runtime/internal/gc"
	"runtime/internal/heap"
	"runtime/internal/kernel"
	"runtime/internal/sched"
	"runtime/internal/task"
	"unsafe"
)

// Short names for what the lower layers give.

func getg() *task.G { return task.Getg() }

func throw(msg string) { kernel.Throw(msg) }
func fatal(msg string) { sched.Fatal(msg) }
func rand() uint64     { return sched.Rand() }

func mallocgc(size uintptr, t *abi.Type, zero bool) unsafe.Pointer {
	return heap.Malloc(size, t, zero)
}

func roundupsize(size uintptr, noscan bool) uintptr { return heap.RoundupSize(size) }

func memmove(to, from unsafe.Pointer, n uintptr)       { task.Memmove(to, from, n) }
func memclrNoHeapPointers(p unsafe.Pointer, n uintptr) { task.MemclrNoHeapPointers(p, n) }

func memhash(p unsafe.Pointer, h, n uintptr) uintptr { return task.Memhash(p, h, n) }
func memhash32(p unsafe.Pointer, h uintptr) uintptr  { return task.Memhash32(p, h) }
func memhash64(p unsafe.Pointer, h uintptr) uintptr  { return task.Memhash64(p, h) }
func strhash(p unsafe.Pointer, h uintptr) uintptr    { return task.Strhash(p, h) }

// barrierOn is true while the collector wants to hear of stores.
func barrierOn() bool { return gc.BarrierOn() }

// bulkBarrier shades for a copy of n bytes from src (nil: zeros) to dst, whose
// pointers the heap's bitmap of dst tells. Memory that is not in the heap or
// the data segment is ignored.
func bulkBarrier(dst, src unsafe.Pointer, n uintptr) { gc.BulkBarrier(dst, src, n) }

// bulkBarrierNew is the same for fresh memory, which holds no old pointers.
func bulkBarrierNew(dst, src unsafe.Pointer, n uintptr) { gc.BulkBarrier(dst, src, n) }

// PointerBarrier is the barrier for storing new at p.
func PointerBarrier(p *unsafe.Pointer, new unsafe.Pointer) {
	mp := task.Acquirem()
	mp.ArgP[3] = new
	gc.BulkBarrier(unsafe.Pointer(p), unsafe.Pointer(&mp.ArgP[3]), 8)
	mp.ArgP[3] = nil
	task.Releasem(mp)
}

//go:linkname casPointer internal/runtime/atomic.casPointer
func casPointer(p *unsafe.Pointer, old, new unsafe.Pointer) bool {
	if barrierOn() {
		PointerBarrier(p, new)
	}
	return atomic.Casp1(p, old, new)
}

//go:linkname storePointer internal/runtime/atomic.storePointer
func storePointer(p *unsafe.Pointer, new unsafe.Pointer) {
	if barrierOn() {
		PointerBarrier(p, new)
	}
	atomic.StorepNoWB(unsafe.Pointer(p), new)
}

// StorePointer, SwapPointer and SwapPointerIf are atomic operations on pointers of the program.
func StorePointer(p *unsafe.Pointer, new unsafe.Pointer) { storePointer(p, new) }

func SwapPointer(p *unsafe.Pointer, new unsafe.Pointer) unsafe.Pointer {
	if barrierOn() {
		PointerBarrier(p, new)
	}
	return unsafe.Pointer(atomic.Xchguintptr((*uintptr)(unsafe.Pointer(p)), uintptr(new)))
}

func SwapPointerIf(p *unsafe.Pointer, old, new unsafe.Pointer) bool { return casPointer(p, old, new) }
