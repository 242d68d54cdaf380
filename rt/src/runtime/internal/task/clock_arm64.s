//go:build strata

#include "textflag.h"
#include "offsets.h"

// The clocks are system calls.

// clock takes the clock id in R0 and gives seconds in R0, nanoseconds in R1. It destroys R8.
TEXT clock<>(SB), NOSPLIT, $16-0
	MOVD RSP, R1
	ADD  $8, R1, R1
	MOVD $113, R8              // clock_gettime
	SVC
	MOVD 8(RSP), R0
	MOVD 16(RSP), R1
	RET

// func VDSOGetrandom(buf unsafe.Pointer, n uintptr, flags uint32, state unsafe.Pointer, size uintptr) int
// There is none here: nobody has found its address.
TEXT ·VDSOGetrandom<ABIInternal>(SB), NOSPLIT|NOFRAME, $0-48
	MOVD $-38, R0              // ENOSYS
	RET

// func Nanotime() int64
TEXT ·Nanotime<ABIInternal>(SB), NOSPLIT, $16-8
	MOVD $1, R0                // CLOCK_MONOTONIC
	BL   clock<>(SB)
	MOVD $1000000000, R2
	MADD R2, R1, R0, R0
	RET

// func Walltime() (sec int64, nsec int32)
TEXT ·Walltime<ABIInternal>(SB), NOSPLIT, $16-16
	MOVD ZR, R0                // CLOCK_REALTIME
	BL   clock<>(SB)
	RET

// func now() (sec int64, nsec int32, mono int64)
TEXT time·now<ABIInternal>(SB), NOSPLIT, $16-24
	MOVD $1, R0
	BL   clock<>(SB)
	MOVD $1000000000, R2
	MADD R2, R1, R0, R0
	MOVD R0, 8(RSP)
	MOVD ZR, R0
	BL   clock<>(SB)
	MOVD 8(RSP), R2
	RET
