//go:build strata

package lang

import (
	"internal/abi"
	"internal/runtime/math"
	"internal/runtime/sys"
	"runtime/internal/heap"
	"runtime/internal/race"
	"unsafe"
)

// Slice is the memory of a slice.
type Slice struct {
	Array unsafe.Pointer
	Len   int
	Cap   int
}

// maxAlloc bounds the size of an object: addresses have 47 bits.
const maxAlloc = 1 << 47

func panicmakeslicelen() { panic(NewRuntimeError("makeslice: len out of range")) }
func panicmakeslicecap() { panic(NewRuntimeError("makeslice: cap out of range")) }

//go:linkname pushMakeSliceLen runtime.panicmakeslicelen
func pushMakeSliceLen() { panicmakeslicelen() }

//go:linkname pushMakeSliceCap runtime.panicmakeslicecap
func pushMakeSliceCap() { panicmakeslicecap() }

//go:linkname makeslice runtime.makeslice
func makeslice(et *abi.Type, n, capacity int) unsafe.Pointer {
	size, overflow := math.MulUintptr(et.Size_, uintptr(capacity))
	if overflow || size > maxAlloc || n < 0 || n > capacity {
		// The length is to blame if it alone is too large: the programmer
		// wrote make([]T, n), and cap was only implied.
		size, overflow := math.MulUintptr(et.Size_, uintptr(n))
		if overflow || size > maxAlloc || n < 0 {
			panicmakeslicelen()
		}
		panicmakeslicecap()
	}
	return mallocgc(size, et, true)
}

//go:linkname makeslice64 runtime.makeslice64
func makeslice64(et *abi.Type, n, capacity int64) unsafe.Pointer {
	return makeslice(et, int(n), int(capacity))
}

// makeslicecopy is make([]T, tolen) followed by a copy of fromlen elements.
//
//go:linkname makeslicecopy runtime.makeslicecopy
func makeslicecopy(et *abi.Type, tolen, fromlen int, from unsafe.Pointer) unsafe.Pointer {
	size, overflow := math.MulUintptr(et.Size_, uintptr(tolen))
	if overflow || size > maxAlloc || tolen < 0 {
		panicmakeslicelen()
	}
	copied := size
	if tolen > fromlen {
		copied = et.Size_ * uintptr(fromlen)
	}
	if race.Enabled {
		raceRead(from, copied, sys.GetCallerPC(), race.CallerFP(sys.GetCallerSP()))
	}
	if !et.Pointers() {
		to := mallocgc(size, nil, false)
		memclrNoHeapPointers(unsafe.Add(to, copied), size-copied)
		memmove(to, from, copied)
		return to
	}
	to := mallocgc(size, et, true)
	if copied > 0 && barrierOn() {
		bulkBarrierNew(to, from, copied)
	}
	memmove(to, from, copied)
	return to
}

// growslice returns a slice with room for newLen elements that holds the
// newLen-num ones of the old.
//
//go:linkname growslice runtime.growslice
func growslice(old unsafe.Pointer, newLen, oldCap, num int, et *abi.Type) Slice {
	oldLen := newLen - num
	if race.Enabled {
		raceRead(old, uintptr(oldLen)*et.Size_, sys.GetCallerPC(), race.CallerFP(sys.GetCallerSP()))
	}
	if newLen < 0 {
		panic(NewRuntimeError("growslice: len out of range"))
	}
	if et.Size_ == 0 {
		return Slice{unsafe.Pointer(&heap.ZeroBase), newLen, newLen}
	}
	newCap := nextCap(newLen, oldCap)
	noscan := !et.Pointers()
	size, overflow := math.MulUintptr(et.Size_, uintptr(newCap))
	if overflow || size > maxAlloc {
		panic(NewRuntimeError("growslice: len out of range"))
	}
	size = roundupsize(size, noscan)
	newCap = int(size / et.Size_)
	used := uintptr(oldLen) * et.Size_
	if noscan {
		p := mallocgc(size, nil, false)
		// append fills the elements up to newLen.
		end := uintptr(newLen) * et.Size_
		memclrNoHeapPointers(unsafe.Add(p, end), size-end)
		memmove(p, old, used)
		return Slice{p, newLen, newCap}
	}
	p := mallocgc(uintptr(newCap)*et.Size_, et, true)
	if used > 0 && barrierOn() {
		bulkBarrierNew(p, old, used)
	}
	memmove(p, old, used)
	return Slice{p, newLen, newCap}
}

// nextCap is gc's growth rule: doubling for small slices, 1.25 times for large
// ones, with a smooth way between.
func nextCap(newLen, oldCap int) int {
	double := oldCap + oldCap
	if newLen > double {
		return newLen
	}
	const small = 256
	if oldCap < small {
		return double
	}
	c := oldCap
	for uint(c) < uint(newLen) {
		c += (c + 3*small) >> 2
	}
	if c <= 0 {
		return newLen
	}
	return c
}

//go:linkname growsliceNoAlias runtime.growsliceNoAlias
func growsliceNoAlias(old unsafe.Pointer, newLen, oldCap, num int, et *abi.Type) Slice {
	return growslice(old, newLen, oldCap, num, et)
}

//go:linkname growsliceBuf runtime.growsliceBuf
func growsliceBuf(old unsafe.Pointer, newLen, oldCap, num int, et *abi.Type, buf unsafe.Pointer, bufLen int) Slice {
	if old != nil || newLen > bufLen {
		return growslice(old, newLen, oldCap, num, et)
	}
	return Slice{buf, newLen, bufLen}
}

//go:linkname reflect_growslice reflect.growslice
func reflect_growslice(et *abi.Type, old Slice, num int) Slice {
	// reflect grows by num beyond the capacity and keeps the length.
	num -= old.Cap - old.Len
	s := growslice(old.Array, old.Cap+num, old.Cap, num, et)
	// The part between the old and the new capacity is visible at once.
	if !et.Pointers() {
		from := uintptr(old.Cap) * et.Size_
		to := uintptr(s.Len) * et.Size_
		memclrNoHeapPointers(unsafe.Add(s.Array, from), to-from)
	}
	s.Len = old.Len
	return s
}

//go:linkname slicecopy runtime.slicecopy
func slicecopy(to unsafe.Pointer, toLen int, from unsafe.Pointer, fromLen int, width uintptr) int {
	n := min(toLen, fromLen)
	if race.Enabled {
		raceCopy(to, from, uintptr(n)*width, sys.GetCallerPC(), race.CallerFP(sys.GetCallerSP()))
	}
	if n > 0 && width > 0 {
		memmove(to, from, uintptr(n)*width)
	}
	return n
}

//go:linkname typedslicecopy runtime.typedslicecopy
func typedslicecopy(et *abi.Type, dst unsafe.Pointer, dstLen int, src unsafe.Pointer, srcLen int) int {
	n := min(dstLen, srcLen)
	if race.Enabled {
		raceCopy(dst, src, uintptr(n)*et.Size_, sys.GetCallerPC(), race.CallerFP(sys.GetCallerSP()))
	}
	if n == 0 || dst == src {
		return n
	}
	size := uintptr(n) * et.Size_
	if et.Pointers() && barrierOn() {
		// The last element's scalar tail needs no barrier.
		bulkBarrier(dst, src, size-et.Size_+et.PtrBytes)
	}
	memmove(dst, src, size)
	return n
}

//go:linkname reflect_typedslicecopy reflect.typedslicecopy
func reflect_typedslicecopy(et *abi.Type, dst, src Slice) int {
	return typedslicecopy(et, dst.Array, dst.Len, src.Array, src.Len)
}

//go:linkname bytealg_MakeNoZero internal/bytealg.MakeNoZero
func bytealg_MakeNoZero(n int) []byte {
	if n < 0 || uintptr(n) > maxAlloc {
		panicmakeslicelen()
	}
	size := roundupsize(uintptr(n), true)
	return unsafe.Slice((*byte)(mallocgc(size, nil, false)), size)[:n]
}

// The four moveSlice functions copy a slice, built in a buffer on the stack,
// to the heap because it escapes.

//go:linkname moveSlice runtime.moveSlice
func moveSlice(et *abi.Type, old unsafe.Pointer, n, capacity int) (unsafe.Pointer, int, int) {
	if capacity == 0 {
		return old, n, capacity
	}
	return makeslicecopy(et, capacity, n, old), n, capacity
}

//go:linkname moveSliceNoScan runtime.moveSliceNoScan
func moveSliceNoScan(width uintptr, old unsafe.Pointer, n, capacity int) (unsafe.Pointer, int, int) {
	p := mallocgc(width*uintptr(capacity), nil, true)
	memmove(p, old, width*uintptr(n))
	return p, n, capacity
}

//go:linkname moveSliceNoCap runtime.moveSliceNoCap
func moveSliceNoCap(et *abi.Type, old unsafe.Pointer, n int) (unsafe.Pointer, int, int) {
	return moveSlice(et, old, n, n)
}

//go:linkname moveSliceNoCapNoScan runtime.moveSliceNoCapNoScan
func moveSliceNoCapNoScan(width uintptr, old unsafe.Pointer, n int) (unsafe.Pointer, int, int) {
	return moveSliceNoScan(width, old, n, n)
}

//go:linkname panicunsafeslicelen runtime.panicunsafeslicelen
func panicunsafeslicelen() { panic(NewRuntimeError("unsafe.Slice: len out of range")) }

//go:linkname panicunsafeslicenilptr runtime.panicunsafeslicenilptr
func panicunsafeslicenilptr() {
	panic(NewRuntimeError("unsafe.Slice: ptr is nil and len is not zero"))
}

//go:linkname panicunsafestringlen runtime.panicunsafestringlen
func panicunsafestringlen() { panic(NewRuntimeError("unsafe.String: len out of range")) }

//go:linkname panicunsafestringnilptr runtime.panicunsafestringnilptr
func panicunsafestringnilptr() {
	panic(NewRuntimeError("unsafe.String: ptr is nil and len is not zero"))
}

// unsafeslice checks the arguments of unsafe.Slice.
//
//go:linkname unsafeslice reflect.unsafeslice
func unsafeslice(et *abi.Type, p unsafe.Pointer, n int) {
	if n < 0 {
		panicunsafeslicelen()
	}
	size, overflow := math.MulUintptr(et.Size_, uintptr(n))
	if overflow || size > -uintptr(p) {
		if p == nil {
			panicunsafeslicenilptr()
		}
		panicunsafeslicelen()
	}
}
