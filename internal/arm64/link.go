package arm64

import (
	"debug/elf"
	"encoding/binary"

	"strata/internal/arm64/a64"
	"strata/internal/link"
	"strata/internal/object"
)

// Link is what the linker has to know of arm64.
var Link = link.Arch{Machine: elf.EM_AARCH64, PageSize: 0x10000, SP: 31, RA: 30, Relocate: relocate}

func relocate(kind object.RelocKind, field []byte, p, s uint64) bool {
	w, ok := a64.Relocate(a64.RelocKind(kind-object.MachineReloc), binary.LittleEndian.Uint32(field), p, s)
	binary.LittleEndian.PutUint32(field, w)
	return ok
}
