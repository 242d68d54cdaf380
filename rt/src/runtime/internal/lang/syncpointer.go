//go:build strata && !race

package lang

import "unsafe"

// The functions of sync/atomic that store pointers, which the compiler does not make itself.

//go:linkname sync_StorePointer sync/atomic.StorePointer
func sync_StorePointer(p *unsafe.Pointer, new unsafe.Pointer) { StorePointer(p, new) }

//go:linkname sync_SwapPointer sync/atomic.SwapPointer
func sync_SwapPointer(p *unsafe.Pointer, new unsafe.Pointer) unsafe.Pointer {
	return SwapPointer(p, new)
}

//go:linkname sync_CompareAndSwapPointer sync/atomic.CompareAndSwapPointer
func sync_CompareAndSwapPointer(p *unsafe.Pointer, old, new unsafe.Pointer) bool {
	return SwapPointerIf(p, old, new)
}
