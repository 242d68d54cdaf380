//go:build strata && !arm64

package runtime

import "runtime/internal/kernel"

func printRegisters(c *kernel.Ucontext) {
	printRegister("rax   ", c.AX)
	printRegister("rbx   ", c.BX)
	printRegister("rcx   ", c.CX)
	printRegister("rdx   ", c.DX)
	printRegister("rdi   ", c.DI)
	printRegister("rsi   ", c.SI)
	printRegister("rbp   ", c.BP)
	printRegister("rsp   ", c.SP)
	printRegister("r8    ", c.R8)
	printRegister("r9    ", c.R9)
	printRegister("r10   ", c.R10)
	printRegister("r11   ", c.R11)
	printRegister("r12   ", c.R12)
	printRegister("r13   ", c.R13)
	printRegister("r14   ", c.R14)
	printRegister("r15   ", c.R15)
	printRegister("rip   ", c.PC)
	printRegister("rflags", c.EFlags)
}
