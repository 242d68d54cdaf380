package link

import (
	"debug/elf"

	"strata/internal/object"
)

// Arch is what the linker has to know of a machine.
type Arch struct {
	Machine  elf.Machine
	PageSize uint64 // the largest that a kernel may have
	Filler   byte   // between functions: stops whoever comes there
	// ReturnAddress is how many bytes a call pushes. 0: it leaves the return address in a register, and a function with a frame has it at the frame's bottom.
	ReturnAddress int
	SP, RA        byte // DWARF's numbers of the stack pointer and of the return address
	// Relocate applies the machine's own relocations to an instruction at p, for the address s, and tells whether that fits. Nil if there are none.
	Relocate func(kind object.RelocKind, field []byte, p, s uint64) bool
}

// AMD64 is the machine of inputs that name none.
var AMD64 = Arch{Machine: elf.EM_X86_64, PageSize: 0x1000, Filler: 0xcc, ReturnAddress: 8, SP: 7, RA: 16}
