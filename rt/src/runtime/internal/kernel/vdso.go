//go:build strata && !wasm

package kernel

import "unsafe"

// Addresses of vDSO functions in C's calling convention; 0 when missing.
var (
	VDSOClockGettime uintptr
	VDSOGettimeofday uintptr
	VDSOGetrandom    uintptr
	VDSOStart        uintptr // extent of its loaded segment
	VDSOEnd          uintptr
)

const (
	ptLoad    = 1
	ptDynamic = 2

	dtHash   = 4
	dtStrtab = 5
	dtSymtab = 6
)

type elfHeader struct {
	ident                                      [16]byte
	typ, machine                               uint16
	version                                    uint32
	entry, phoff, shoff                        uint64
	flags                                      uint32
	ehsize, phentsize, phnum, shentsize, shnum uint16
}

type elfSegment struct {
	typ, flags                                 uint32
	offset, vaddr, paddr, filesz, memsz, align uint64
}

type elfSym struct {
	name        uint32
	info, other byte
	shndx       uint16
	value, size uint64
}

//go:nosplit
func word(p uintptr) uint64 { return *(*uint64)(unsafe.Pointer(p)) }

// parseVDSO looks the functions up in the ELF image that the kernel mapped at
// base.
//
//go:nosplit
func parseVDSO(base uintptr) {
	h := (*elfHeader)(unsafe.Pointer(base))
	var load, dyn uintptr // load: from addresses in the image to addresses in memory
	found := false
	for i := uintptr(0); i < uintptr(h.phnum); i++ {
		s := (*elfSegment)(unsafe.Pointer(base + uintptr(h.phoff) + i*uintptr(h.phentsize)))
		switch {
		case s.typ == ptLoad && !found:
			found = true
			load = base + uintptr(s.offset) - uintptr(s.vaddr)
			VDSOStart, VDSOEnd = base, base+uintptr(s.memsz)
		case s.typ == ptDynamic:
			dyn = base + uintptr(s.offset)
		}
	}
	if !found || dyn == 0 {
		return
	}
	var hash, strtab, symtab uintptr
	for ; word(dyn) != 0; dyn += 16 {
		v := load + uintptr(word(dyn+8))
		switch word(dyn) {
		case dtHash:
			hash = v
		case dtStrtab:
			strtab = v
		case dtSymtab:
			symtab = v
		}
	}
	if strtab == 0 || symtab == 0 {
		return
	}
	n := (strtab - symtab) / unsafe.Sizeof(elfSym{}) // names follow the symbols
	if hash != 0 {
		n = uintptr(*(*uint32)(unsafe.Pointer(hash + 4))) // number of chains = of symbols
	}
	for i := uintptr(0); i < n; i++ {
		sym := (*elfSym)(unsafe.Pointer(symtab + i*unsafe.Sizeof(elfSym{})))
		if sym.shndx == 0 {
			continue
		}
		name := strtab + uintptr(sym.name)
		addr := load + uintptr(sym.value)
		switch {
		case isCString(name, "__vdso_clock_gettime"):
			VDSOClockGettime = addr
		case isCString(name, "__vdso_gettimeofday"):
			VDSOGettimeofday = addr
		case isCString(name, "__vdso_getrandom"):
			VDSOGetrandom = addr
		}
	}
}

//go:nosplit
func isCString(p uintptr, s string) bool {
	for i := 0; i < len(s); i++ {
		if *(*byte)(unsafe.Pointer(p + uintptr(i))) != s[i] {
			return false
		}
	}
	return *(*byte)(unsafe.Pointer(p + uintptr(len(s)))) == 0
}
