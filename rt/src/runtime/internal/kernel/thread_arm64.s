//go:build strata

#include "textflag.h"

// ABIInternal: arguments R0 R1 R2. The kernel takes its number in R8, arguments in R0 to R5, and
// destroys R0 alone. Memory for a timespec is in the frame, so that no Go
// variable's address is needed.

// func FutexSleep(addr *uint32, val uint32, ns int64)
TEXT ·FutexSleep<ABIInternal>(SB), NOSPLIT, $16-24
	MOVD R2, R5
	MOVWU R1, R2
	MOVD ZR, R3
	TBNZ $63, R5, sleep
	MOVD $1000000000, R6
	UDIV R6, R5, R7
	MSUB R6, R5, R7, R5
	MOVD R7, 8(RSP)
	MOVD R5, 16(RSP)
	MOVD RSP, R3
	ADD  $8, R3, R3
sleep:
	MOVD $128, R1              // FUTEX_WAIT_PRIVATE
	MOVD $98, R8
	SVC
	RET

// func FutexWake(addr *uint32, n uint32)
TEXT ·FutexWake<ABIInternal>(SB), NOSPLIT|NOFRAME, $0-16
	MOVWU R1, R2
	MOVD $129, R1              // FUTEX_WAKE_PRIVATE
	MOVD $98, R8
	SVC
	RET

// func Usleep(us uint32)
TEXT ·Usleep<ABIInternal>(SB), NOSPLIT, $16-8
	MOVWU R0, R0
	MOVD $1000000, R6
	UDIV R6, R0, R7
	MSUB R6, R0, R7, R5
	MOVD $1000, R6
	MUL  R6, R5, R5
	MOVD R7, 8(RSP)
	MOVD R5, 16(RSP)
	MOVD RSP, R0
	ADD  $8, R0, R0
	MOVD ZR, R1
	MOVD $101, R8              // nanosleep
	SVC
	RET

// func SchedYield()
TEXT ·SchedYield<ABIInternal>(SB), NOSPLIT|NOFRAME, $0-0
	MOVD $124, R8
	SVC
	RET
