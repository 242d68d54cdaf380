//go:build strata && !wasm

package kernel

import "unsafe"

const (
	protNone  = 0
	protRead  = 1
	protWrite = 2

	mapPrivate   = 2
	mapFixed     = 0x10
	mapAnon      = 0x20
	mapNoReserve = 0x4000

	madvDontNeed   = 4
	madvFree       = 8
	madvHugepage   = 14
	madvNoHugepage = 15
)

//go:nosplit
func mmap(addr, size uintptr, prot, flags uintptr) uintptr {
	r := syscall6(sysMmap, addr, size, prot, flags, ^uintptr(0), 0)
	if r < 0 && r > -4096 {
		return 0
	}
	return uintptr(r)
}

// Alloc returns size bytes of fresh zeroed memory, or nil.
//
//go:nosplit
func Alloc(size uintptr) unsafe.Pointer {
	return unsafe.Pointer(mmap(0, size, protRead|protWrite, mapPrivate|mapAnon))
}

// MapAs returns size bytes mapped with the protection and flags that the kernel asked for, or nil.
func MapAs(size uintptr, prot, flags uint32) unsafe.Pointer {
	return unsafe.Pointer(mmap(0, size, uintptr(prot), uintptr(flags)))
}

// Reserve returns address space without access rights, at hint if that is
// free, or 0.
//
//go:nosplit
func Reserve(hint, size uintptr) uintptr {
	return mmap(hint, size, protNone, mapPrivate|mapAnon|mapNoReserve)
}

// Map makes reserved address space usable; it is zero.
//
//go:nosplit
func Map(addr, size uintptr) bool {
	return mmap(addr, size, protRead|protWrite, mapPrivate|mapAnon|mapFixed) != 0
}

// Protect takes all access rights away.
//
//go:nosplit
func Protect(addr, size uintptr) {
	syscall6(sysMprotect, addr, size, protNone, 0, 0, 0)
}

// Free gives memory and address space back.
//
//go:nosplit
func Free(addr, size uintptr) {
	syscall6(sysMunmap, addr, size, 0, 0, 0, 0)
}

// Discard gives memory back but keeps the addresses: they read as zero.
//
//go:nosplit
func Discard(addr, size uintptr) {
	syscall6(sysMadvise, addr, size, madvDontNeed, 0, 0, 0)
}

// Huge asks for huge pages in a range, or asks not to use them.
//
//go:nosplit
func Huge(addr, size uintptr, on bool) {
	advice := uintptr(madvNoHugepage)
	if on {
		advice = madvHugepage
	}
	syscall6(sysMadvise, addr, size, advice, 0, 0, 0)
}

// Mincore returns 0 when the page at addr is mapped.
//
//go:nosplit
func Mincore(addr, size uintptr, dst *byte) int32 {
	return int32(syscall6(sysMincore, addr, size, uintptr(unsafe.Pointer(dst)), 0, 0, 0))
}

// FixedAddresses reports whether the kernel was told not to choose addresses at random for this process.
//
//go:nosplit
func FixedAddresses() bool {
	const query, noRandom = 0xffffffff, 0x0040000
	r := syscall6(sysPersonality, query, 0, 0, 0, 0, 0)
	return r > 0 && r&noRandom != 0
}
