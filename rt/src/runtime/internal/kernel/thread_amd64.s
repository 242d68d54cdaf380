//go:build strata

#include "textflag.h"

// ABIInternal: arguments AX BX CX. The kernel takes DI SI DX R10 R8 R9 and
// destroys AX CX R11. Memory for a timespec is taken below SP, so that no Go
// variable's address is needed.

// func FutexSleep(addr *uint32, val uint32, ns int64)
TEXT ·FutexSleep<ABIInternal>(SB), NOSPLIT|NOFRAME, $0-24
	MOVQ AX, DI
	MOVQ BX, R8
	MOVQ CX, AX
	XORL R10, R10
	TESTQ AX, AX
	JLT  sleep
	XORL DX, DX
	MOVQ $1000000000, R9
	DIVQ R9
	PUSHQ DX
	PUSHQ AX
	MOVQ SP, R10
	MOVQ $128, SI              // FUTEX_WAIT_PRIVATE
	MOVQ R8, DX
	MOVQ $202, AX
	SYSCALL
	POPQ AX
	POPQ DX
	RET
sleep:
	MOVQ $128, SI
	MOVQ R8, DX
	MOVQ $202, AX
	SYSCALL
	RET

// func FutexWake(addr *uint32, n uint32)
TEXT ·FutexWake<ABIInternal>(SB), NOSPLIT|NOFRAME, $0-16
	MOVQ AX, DI
	MOVQ $129, SI              // FUTEX_WAKE_PRIVATE
	MOVL BX, DX
	MOVQ $202, AX
	SYSCALL
	RET

// func Usleep(us uint32)
TEXT ·Usleep<ABIInternal>(SB), NOSPLIT|NOFRAME, $0-8
	MOVL AX, AX
	XORL DX, DX
	MOVQ $1000000, R9
	DIVQ R9
	IMULQ $1000, DX
	PUSHQ DX
	PUSHQ AX
	MOVQ SP, DI
	MOVQ $0, SI
	MOVQ $35, AX               // nanosleep
	SYSCALL
	POPQ AX
	POPQ DX
	RET

// func SchedYield()
TEXT ·SchedYield<ABIInternal>(SB), NOSPLIT|NOFRAME, $0-0
	MOVQ $24, AX
	SYSCALL
	RET
