//go:build strata

package kernel

// Ucontext is what the kernel pushed about the interrupted code.
type Ucontext struct {
	Flags        uint64
	Link         uintptr
	Stack        SigStack
	Mask         uint64
	_            [128]byte // room for a larger mask, and alignment
	FaultAddress uint64
	Regs         [31]uint64
	SP           uint64
	PC           uint64
	PState       uint64
}

// LR is the number of the register with the return address.
const LR = 30
