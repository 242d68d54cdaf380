//go:build strata && race

package runtime

import (
	"internal/runtime/atomic"
	"internal/runtime/sys"
	"runtime/internal/lang"
	"runtime/internal/race"
	"unsafe"
)

// The functions of sync/atomic, which tell the race detector. A load comes after the store that it sees: the operation and
// what it means for synchronisation happen under one lock.
// Where synchronisation is not to count, the operation is no access either: who asked for that tells what it means.

func raceAtomic(p unsafe.Pointer, size uintptr, kind uint64, pc, fp uintptr) {
	if gp := getg(); !race.Ignores(race.Of(gp)) {
		race.Access(gp, uintptr(p), size, kind|race.Atomic, pc, fp)
	}
}

//go:linkname atomic_LoadInt32 sync/atomic.LoadInt32
//go:noinline
func atomic_LoadInt32(p *int32) int32 {
	raceAtomic(unsafe.Pointer(p), 4, race.Read, sys.GetCallerPC(), race.CallerFP(sys.GetCallerSP()))
	l := race.Begin(uintptr(unsafe.Pointer(p)))
	v := atomic.Load((*uint32)(unsafe.Pointer(p)))
	race.Finish(race.Of(getg()), l, uintptr(unsafe.Pointer(p)), true, false)
	return int32(v)
}

//go:linkname atomic_StoreInt32 sync/atomic.StoreInt32
//go:noinline
func atomic_StoreInt32(p *int32, v int32) {
	raceAtomic(unsafe.Pointer(p), 4, race.Write, sys.GetCallerPC(), race.CallerFP(sys.GetCallerSP()))
	l := race.Begin(uintptr(unsafe.Pointer(p)))
	atomic.Store((*uint32)(unsafe.Pointer(p)), uint32(v))
	race.Finish(race.Of(getg()), l, uintptr(unsafe.Pointer(p)), false, true)
}

//go:linkname atomic_SwapInt32 sync/atomic.SwapInt32
//go:noinline
func atomic_SwapInt32(p *int32, v int32) int32 {
	raceAtomic(unsafe.Pointer(p), 4, race.Write, sys.GetCallerPC(), race.CallerFP(sys.GetCallerSP()))
	l := race.Begin(uintptr(unsafe.Pointer(p)))
	r := atomic.Xchg((*uint32)(unsafe.Pointer(p)), uint32(v))
	race.Finish(race.Of(getg()), l, uintptr(unsafe.Pointer(p)), true, true)
	return int32(r)
}

//go:linkname atomic_AddInt32 sync/atomic.AddInt32
//go:noinline
func atomic_AddInt32(p *int32, v int32) int32 {
	raceAtomic(unsafe.Pointer(p), 4, race.Write, sys.GetCallerPC(), race.CallerFP(sys.GetCallerSP()))
	l := race.Begin(uintptr(unsafe.Pointer(p)))
	r := atomic.Xadd((*uint32)(unsafe.Pointer(p)), int32(v))
	race.Finish(race.Of(getg()), l, uintptr(unsafe.Pointer(p)), true, true)
	return int32(r)
}

//go:linkname atomic_AndInt32 sync/atomic.AndInt32
//go:noinline
func atomic_AndInt32(p *int32, v int32) int32 {
	raceAtomic(unsafe.Pointer(p), 4, race.Write, sys.GetCallerPC(), race.CallerFP(sys.GetCallerSP()))
	l := race.Begin(uintptr(unsafe.Pointer(p)))
	r := atomic.And32((*uint32)(unsafe.Pointer(p)), uint32(v))
	race.Finish(race.Of(getg()), l, uintptr(unsafe.Pointer(p)), true, true)
	return int32(r)
}

//go:linkname atomic_OrInt32 sync/atomic.OrInt32
//go:noinline
func atomic_OrInt32(p *int32, v int32) int32 {
	raceAtomic(unsafe.Pointer(p), 4, race.Write, sys.GetCallerPC(), race.CallerFP(sys.GetCallerSP()))
	l := race.Begin(uintptr(unsafe.Pointer(p)))
	r := atomic.Or32((*uint32)(unsafe.Pointer(p)), uint32(v))
	race.Finish(race.Of(getg()), l, uintptr(unsafe.Pointer(p)), true, true)
	return int32(r)
}

//go:linkname atomic_CompareAndSwapInt32 sync/atomic.CompareAndSwapInt32
//go:noinline
func atomic_CompareAndSwapInt32(p *int32, old, v int32) bool {
	raceAtomic(unsafe.Pointer(p), 4, race.Write, sys.GetCallerPC(), race.CallerFP(sys.GetCallerSP()))
	l := race.Begin(uintptr(unsafe.Pointer(p)))
	r := atomic.Cas((*uint32)(unsafe.Pointer(p)), uint32(old), uint32(v))
	race.Finish(race.Of(getg()), l, uintptr(unsafe.Pointer(p)), true, true)
	return r
}

//go:linkname atomic_LoadInt64 sync/atomic.LoadInt64
//go:noinline
func atomic_LoadInt64(p *int64) int64 {
	raceAtomic(unsafe.Pointer(p), 8, race.Read, sys.GetCallerPC(), race.CallerFP(sys.GetCallerSP()))
	l := race.Begin(uintptr(unsafe.Pointer(p)))
	v := atomic.Load64((*uint64)(unsafe.Pointer(p)))
	race.Finish(race.Of(getg()), l, uintptr(unsafe.Pointer(p)), true, false)
	return int64(v)
}

//go:linkname atomic_StoreInt64 sync/atomic.StoreInt64
//go:noinline
func atomic_StoreInt64(p *int64, v int64) {
	raceAtomic(unsafe.Pointer(p), 8, race.Write, sys.GetCallerPC(), race.CallerFP(sys.GetCallerSP()))
	l := race.Begin(uintptr(unsafe.Pointer(p)))
	atomic.Store64((*uint64)(unsafe.Pointer(p)), uint64(v))
	race.Finish(race.Of(getg()), l, uintptr(unsafe.Pointer(p)), false, true)
}

//go:linkname atomic_SwapInt64 sync/atomic.SwapInt64
//go:noinline
func atomic_SwapInt64(p *int64, v int64) int64 {
	raceAtomic(unsafe.Pointer(p), 8, race.Write, sys.GetCallerPC(), race.CallerFP(sys.GetCallerSP()))
	l := race.Begin(uintptr(unsafe.Pointer(p)))
	r := atomic.Xchg64((*uint64)(unsafe.Pointer(p)), uint64(v))
	race.Finish(race.Of(getg()), l, uintptr(unsafe.Pointer(p)), true, true)
	return int64(r)
}

//go:linkname atomic_AddInt64 sync/atomic.AddInt64
//go:noinline
func atomic_AddInt64(p *int64, v int64) int64 {
	raceAtomic(unsafe.Pointer(p), 8, race.Write, sys.GetCallerPC(), race.CallerFP(sys.GetCallerSP()))
	l := race.Begin(uintptr(unsafe.Pointer(p)))
	r := atomic.Xadd64((*uint64)(unsafe.Pointer(p)), int64(v))
	race.Finish(race.Of(getg()), l, uintptr(unsafe.Pointer(p)), true, true)
	return int64(r)
}

//go:linkname atomic_AndInt64 sync/atomic.AndInt64
//go:noinline
func atomic_AndInt64(p *int64, v int64) int64 {
	raceAtomic(unsafe.Pointer(p), 8, race.Write, sys.GetCallerPC(), race.CallerFP(sys.GetCallerSP()))
	l := race.Begin(uintptr(unsafe.Pointer(p)))
	r := atomic.And64((*uint64)(unsafe.Pointer(p)), uint64(v))
	race.Finish(race.Of(getg()), l, uintptr(unsafe.Pointer(p)), true, true)
	return int64(r)
}

//go:linkname atomic_OrInt64 sync/atomic.OrInt64
//go:noinline
func atomic_OrInt64(p *int64, v int64) int64 {
	raceAtomic(unsafe.Pointer(p), 8, race.Write, sys.GetCallerPC(), race.CallerFP(sys.GetCallerSP()))
	l := race.Begin(uintptr(unsafe.Pointer(p)))
	r := atomic.Or64((*uint64)(unsafe.Pointer(p)), uint64(v))
	race.Finish(race.Of(getg()), l, uintptr(unsafe.Pointer(p)), true, true)
	return int64(r)
}

//go:linkname atomic_CompareAndSwapInt64 sync/atomic.CompareAndSwapInt64
//go:noinline
func atomic_CompareAndSwapInt64(p *int64, old, v int64) bool {
	raceAtomic(unsafe.Pointer(p), 8, race.Write, sys.GetCallerPC(), race.CallerFP(sys.GetCallerSP()))
	l := race.Begin(uintptr(unsafe.Pointer(p)))
	r := atomic.Cas64((*uint64)(unsafe.Pointer(p)), uint64(old), uint64(v))
	race.Finish(race.Of(getg()), l, uintptr(unsafe.Pointer(p)), true, true)
	return r
}

//go:linkname atomic_LoadUint32 sync/atomic.LoadUint32
//go:noinline
func atomic_LoadUint32(p *uint32) uint32 {
	raceAtomic(unsafe.Pointer(p), 4, race.Read, sys.GetCallerPC(), race.CallerFP(sys.GetCallerSP()))
	l := race.Begin(uintptr(unsafe.Pointer(p)))
	v := atomic.Load((*uint32)(unsafe.Pointer(p)))
	race.Finish(race.Of(getg()), l, uintptr(unsafe.Pointer(p)), true, false)
	return uint32(v)
}

//go:linkname atomic_StoreUint32 sync/atomic.StoreUint32
//go:noinline
func atomic_StoreUint32(p *uint32, v uint32) {
	raceAtomic(unsafe.Pointer(p), 4, race.Write, sys.GetCallerPC(), race.CallerFP(sys.GetCallerSP()))
	l := race.Begin(uintptr(unsafe.Pointer(p)))
	atomic.Store((*uint32)(unsafe.Pointer(p)), uint32(v))
	race.Finish(race.Of(getg()), l, uintptr(unsafe.Pointer(p)), false, true)
}

//go:linkname atomic_SwapUint32 sync/atomic.SwapUint32
//go:noinline
func atomic_SwapUint32(p *uint32, v uint32) uint32 {
	raceAtomic(unsafe.Pointer(p), 4, race.Write, sys.GetCallerPC(), race.CallerFP(sys.GetCallerSP()))
	l := race.Begin(uintptr(unsafe.Pointer(p)))
	r := atomic.Xchg((*uint32)(unsafe.Pointer(p)), uint32(v))
	race.Finish(race.Of(getg()), l, uintptr(unsafe.Pointer(p)), true, true)
	return uint32(r)
}

//go:linkname atomic_AddUint32 sync/atomic.AddUint32
//go:noinline
func atomic_AddUint32(p *uint32, v uint32) uint32 {
	raceAtomic(unsafe.Pointer(p), 4, race.Write, sys.GetCallerPC(), race.CallerFP(sys.GetCallerSP()))
	l := race.Begin(uintptr(unsafe.Pointer(p)))
	r := atomic.Xadd((*uint32)(unsafe.Pointer(p)), int32(v))
	race.Finish(race.Of(getg()), l, uintptr(unsafe.Pointer(p)), true, true)
	return uint32(r)
}

//go:linkname atomic_AndUint32 sync/atomic.AndUint32
//go:noinline
func atomic_AndUint32(p *uint32, v uint32) uint32 {
	raceAtomic(unsafe.Pointer(p), 4, race.Write, sys.GetCallerPC(), race.CallerFP(sys.GetCallerSP()))
	l := race.Begin(uintptr(unsafe.Pointer(p)))
	r := atomic.And32((*uint32)(unsafe.Pointer(p)), uint32(v))
	race.Finish(race.Of(getg()), l, uintptr(unsafe.Pointer(p)), true, true)
	return uint32(r)
}

//go:linkname atomic_OrUint32 sync/atomic.OrUint32
//go:noinline
func atomic_OrUint32(p *uint32, v uint32) uint32 {
	raceAtomic(unsafe.Pointer(p), 4, race.Write, sys.GetCallerPC(), race.CallerFP(sys.GetCallerSP()))
	l := race.Begin(uintptr(unsafe.Pointer(p)))
	r := atomic.Or32((*uint32)(unsafe.Pointer(p)), uint32(v))
	race.Finish(race.Of(getg()), l, uintptr(unsafe.Pointer(p)), true, true)
	return uint32(r)
}

//go:linkname atomic_CompareAndSwapUint32 sync/atomic.CompareAndSwapUint32
//go:noinline
func atomic_CompareAndSwapUint32(p *uint32, old, v uint32) bool {
	raceAtomic(unsafe.Pointer(p), 4, race.Write, sys.GetCallerPC(), race.CallerFP(sys.GetCallerSP()))
	l := race.Begin(uintptr(unsafe.Pointer(p)))
	r := atomic.Cas((*uint32)(unsafe.Pointer(p)), uint32(old), uint32(v))
	race.Finish(race.Of(getg()), l, uintptr(unsafe.Pointer(p)), true, true)
	return r
}

//go:linkname atomic_LoadUint64 sync/atomic.LoadUint64
//go:noinline
func atomic_LoadUint64(p *uint64) uint64 {
	raceAtomic(unsafe.Pointer(p), 8, race.Read, sys.GetCallerPC(), race.CallerFP(sys.GetCallerSP()))
	l := race.Begin(uintptr(unsafe.Pointer(p)))
	v := atomic.Load64((*uint64)(unsafe.Pointer(p)))
	race.Finish(race.Of(getg()), l, uintptr(unsafe.Pointer(p)), true, false)
	return uint64(v)
}

//go:linkname atomic_StoreUint64 sync/atomic.StoreUint64
//go:noinline
func atomic_StoreUint64(p *uint64, v uint64) {
	raceAtomic(unsafe.Pointer(p), 8, race.Write, sys.GetCallerPC(), race.CallerFP(sys.GetCallerSP()))
	l := race.Begin(uintptr(unsafe.Pointer(p)))
	atomic.Store64((*uint64)(unsafe.Pointer(p)), uint64(v))
	race.Finish(race.Of(getg()), l, uintptr(unsafe.Pointer(p)), false, true)
}

//go:linkname atomic_SwapUint64 sync/atomic.SwapUint64
//go:noinline
func atomic_SwapUint64(p *uint64, v uint64) uint64 {
	raceAtomic(unsafe.Pointer(p), 8, race.Write, sys.GetCallerPC(), race.CallerFP(sys.GetCallerSP()))
	l := race.Begin(uintptr(unsafe.Pointer(p)))
	r := atomic.Xchg64((*uint64)(unsafe.Pointer(p)), uint64(v))
	race.Finish(race.Of(getg()), l, uintptr(unsafe.Pointer(p)), true, true)
	return uint64(r)
}

//go:linkname atomic_AddUint64 sync/atomic.AddUint64
//go:noinline
func atomic_AddUint64(p *uint64, v uint64) uint64 {
	raceAtomic(unsafe.Pointer(p), 8, race.Write, sys.GetCallerPC(), race.CallerFP(sys.GetCallerSP()))
	l := race.Begin(uintptr(unsafe.Pointer(p)))
	r := atomic.Xadd64((*uint64)(unsafe.Pointer(p)), int64(v))
	race.Finish(race.Of(getg()), l, uintptr(unsafe.Pointer(p)), true, true)
	return uint64(r)
}

//go:linkname atomic_AndUint64 sync/atomic.AndUint64
//go:noinline
func atomic_AndUint64(p *uint64, v uint64) uint64 {
	raceAtomic(unsafe.Pointer(p), 8, race.Write, sys.GetCallerPC(), race.CallerFP(sys.GetCallerSP()))
	l := race.Begin(uintptr(unsafe.Pointer(p)))
	r := atomic.And64((*uint64)(unsafe.Pointer(p)), uint64(v))
	race.Finish(race.Of(getg()), l, uintptr(unsafe.Pointer(p)), true, true)
	return uint64(r)
}

//go:linkname atomic_OrUint64 sync/atomic.OrUint64
//go:noinline
func atomic_OrUint64(p *uint64, v uint64) uint64 {
	raceAtomic(unsafe.Pointer(p), 8, race.Write, sys.GetCallerPC(), race.CallerFP(sys.GetCallerSP()))
	l := race.Begin(uintptr(unsafe.Pointer(p)))
	r := atomic.Or64((*uint64)(unsafe.Pointer(p)), uint64(v))
	race.Finish(race.Of(getg()), l, uintptr(unsafe.Pointer(p)), true, true)
	return uint64(r)
}

//go:linkname atomic_CompareAndSwapUint64 sync/atomic.CompareAndSwapUint64
//go:noinline
func atomic_CompareAndSwapUint64(p *uint64, old, v uint64) bool {
	raceAtomic(unsafe.Pointer(p), 8, race.Write, sys.GetCallerPC(), race.CallerFP(sys.GetCallerSP()))
	l := race.Begin(uintptr(unsafe.Pointer(p)))
	r := atomic.Cas64((*uint64)(unsafe.Pointer(p)), uint64(old), uint64(v))
	race.Finish(race.Of(getg()), l, uintptr(unsafe.Pointer(p)), true, true)
	return r
}

//go:linkname atomic_LoadUintptr sync/atomic.LoadUintptr
//go:noinline
func atomic_LoadUintptr(p *uintptr) uintptr {
	raceAtomic(unsafe.Pointer(p), 8, race.Read, sys.GetCallerPC(), race.CallerFP(sys.GetCallerSP()))
	l := race.Begin(uintptr(unsafe.Pointer(p)))
	v := atomic.Load64((*uint64)(unsafe.Pointer(p)))
	race.Finish(race.Of(getg()), l, uintptr(unsafe.Pointer(p)), true, false)
	return uintptr(v)
}

//go:linkname atomic_StoreUintptr sync/atomic.StoreUintptr
//go:noinline
func atomic_StoreUintptr(p *uintptr, v uintptr) {
	raceAtomic(unsafe.Pointer(p), 8, race.Write, sys.GetCallerPC(), race.CallerFP(sys.GetCallerSP()))
	l := race.Begin(uintptr(unsafe.Pointer(p)))
	atomic.Store64((*uint64)(unsafe.Pointer(p)), uint64(v))
	race.Finish(race.Of(getg()), l, uintptr(unsafe.Pointer(p)), false, true)
}

//go:linkname atomic_SwapUintptr sync/atomic.SwapUintptr
//go:noinline
func atomic_SwapUintptr(p *uintptr, v uintptr) uintptr {
	raceAtomic(unsafe.Pointer(p), 8, race.Write, sys.GetCallerPC(), race.CallerFP(sys.GetCallerSP()))
	l := race.Begin(uintptr(unsafe.Pointer(p)))
	r := atomic.Xchg64((*uint64)(unsafe.Pointer(p)), uint64(v))
	race.Finish(race.Of(getg()), l, uintptr(unsafe.Pointer(p)), true, true)
	return uintptr(r)
}

//go:linkname atomic_AddUintptr sync/atomic.AddUintptr
//go:noinline
func atomic_AddUintptr(p *uintptr, v uintptr) uintptr {
	raceAtomic(unsafe.Pointer(p), 8, race.Write, sys.GetCallerPC(), race.CallerFP(sys.GetCallerSP()))
	l := race.Begin(uintptr(unsafe.Pointer(p)))
	r := atomic.Xadd64((*uint64)(unsafe.Pointer(p)), int64(v))
	race.Finish(race.Of(getg()), l, uintptr(unsafe.Pointer(p)), true, true)
	return uintptr(r)
}

//go:linkname atomic_AndUintptr sync/atomic.AndUintptr
//go:noinline
func atomic_AndUintptr(p *uintptr, v uintptr) uintptr {
	raceAtomic(unsafe.Pointer(p), 8, race.Write, sys.GetCallerPC(), race.CallerFP(sys.GetCallerSP()))
	l := race.Begin(uintptr(unsafe.Pointer(p)))
	r := atomic.And64((*uint64)(unsafe.Pointer(p)), uint64(v))
	race.Finish(race.Of(getg()), l, uintptr(unsafe.Pointer(p)), true, true)
	return uintptr(r)
}

//go:linkname atomic_OrUintptr sync/atomic.OrUintptr
//go:noinline
func atomic_OrUintptr(p *uintptr, v uintptr) uintptr {
	raceAtomic(unsafe.Pointer(p), 8, race.Write, sys.GetCallerPC(), race.CallerFP(sys.GetCallerSP()))
	l := race.Begin(uintptr(unsafe.Pointer(p)))
	r := atomic.Or64((*uint64)(unsafe.Pointer(p)), uint64(v))
	race.Finish(race.Of(getg()), l, uintptr(unsafe.Pointer(p)), true, true)
	return uintptr(r)
}

//go:linkname atomic_CompareAndSwapUintptr sync/atomic.CompareAndSwapUintptr
//go:noinline
func atomic_CompareAndSwapUintptr(p *uintptr, old, v uintptr) bool {
	raceAtomic(unsafe.Pointer(p), 8, race.Write, sys.GetCallerPC(), race.CallerFP(sys.GetCallerSP()))
	l := race.Begin(uintptr(unsafe.Pointer(p)))
	r := atomic.Cas64((*uint64)(unsafe.Pointer(p)), uint64(old), uint64(v))
	race.Finish(race.Of(getg()), l, uintptr(unsafe.Pointer(p)), true, true)
	return r
}

//go:linkname atomic_LoadPointer sync/atomic.LoadPointer
//go:noinline
func atomic_LoadPointer(p *unsafe.Pointer) unsafe.Pointer {
	raceAtomic(unsafe.Pointer(p), 8, race.Read, sys.GetCallerPC(), race.CallerFP(sys.GetCallerSP()))
	l := race.Begin(uintptr(unsafe.Pointer(p)))
	v := atomic.Loadp(unsafe.Pointer(p))
	race.Finish(race.Of(getg()), l, uintptr(unsafe.Pointer(p)), true, false)
	return v
}

//go:linkname atomic_StorePointer sync/atomic.StorePointer
//go:noinline
func atomic_StorePointer(p *unsafe.Pointer, v unsafe.Pointer) {
	raceAtomic(unsafe.Pointer(p), 8, race.Write, sys.GetCallerPC(), race.CallerFP(sys.GetCallerSP()))
	l := race.Begin(uintptr(unsafe.Pointer(p)))
	lang.StorePointer(p, v)
	race.Finish(race.Of(getg()), l, uintptr(unsafe.Pointer(p)), false, true)
}

//go:linkname atomic_SwapPointer sync/atomic.SwapPointer
//go:noinline
func atomic_SwapPointer(p *unsafe.Pointer, v unsafe.Pointer) unsafe.Pointer {
	raceAtomic(unsafe.Pointer(p), 8, race.Write, sys.GetCallerPC(), race.CallerFP(sys.GetCallerSP()))
	l := race.Begin(uintptr(unsafe.Pointer(p)))
	r := lang.SwapPointer(p, v)
	race.Finish(race.Of(getg()), l, uintptr(unsafe.Pointer(p)), true, true)
	return r
}

//go:linkname atomic_CompareAndSwapPointer sync/atomic.CompareAndSwapPointer
//go:noinline
func atomic_CompareAndSwapPointer(p *unsafe.Pointer, old, v unsafe.Pointer) bool {
	raceAtomic(unsafe.Pointer(p), 8, race.Write, sys.GetCallerPC(), race.CallerFP(sys.GetCallerSP()))
	l := race.Begin(uintptr(unsafe.Pointer(p)))
	r := lang.SwapPointerIf(p, old, v)
	race.Finish(race.Of(getg()), l, uintptr(unsafe.Pointer(p)), true, true)
	return r
}
