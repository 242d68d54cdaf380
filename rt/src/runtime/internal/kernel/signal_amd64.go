//go:build strata

package kernel

// Ucontext is what the kernel pushed about the interrupted code.
type Ucontext struct {
	Flags   uint64
	Link    uintptr
	Stack   SigStack
	R8      uint64
	R9      uint64
	R10     uint64
	R11     uint64
	R12     uint64
	R13     uint64
	R14     uint64
	R15     uint64
	DI      uint64
	SI      uint64
	BP      uint64
	BX      uint64
	DX      uint64
	AX      uint64
	CX      uint64
	SP      uint64
	PC      uint64
	EFlags  uint64
	Segs    [4]uint16 // cs gs fs ss
	Err     uint64
	Trap    uint64
	OldMask uint64
	CR2     uint64
	FPState uintptr
	_       [8]uint64
	Mask    uint64
}
