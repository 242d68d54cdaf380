//go:build strata

#include "textflag.h"
#include "offsets.h"

// The clocks call the vDSO, which may use more stack than a goroutine has left,
// on g0's stack; without a vDSO they use the system call. While in the vDSO, VDSOSP and VDSOPC tell the
// profiling signal where the goroutine is.

// clock fills the 16 bytes at 0(SP) of its caller's frame... it takes the clock id in AX and
// gives seconds in AX, nanoseconds in DX. It destroys all registers but R14, SP, BP.
TEXT clock<>(SB), NOSPLIT|NOFRAME, $0
	MOVQ SP, R12               // callee-saved in the vDSO's convention
	MOVQ G_m(R14), BX
	MOVQ M_vdsosp(BX), CX
	MOVQ M_vdsopc(BX), SI
	PUSHQ BX
	PUSHQ SI                   // nested use in a signal handler: keep the outer values
	PUSHQ CX
	LEAQ 32(SP), CX
	MOVQ CX, M_vdsosp(BX)
	MOVQ 24(SP), CX
	MOVQ CX, M_vdsopc(BX)
	MOVQ SP, R13

	CMPQ R14, M_curg(BX)
	JNE  onstack               // already on g0 or the signal stack
	MOVQ M_g0(BX), CX
	MOVQ G_sp(CX), SP
onstack:
	SUBQ $32, SP
	ANDQ $~15, SP
	MOVQ AX, DI
	MOVQ SP, SI
	MOVQ runtime∕internal∕kernel·VDSOClockGettime(SB), CX
	TESTQ CX, CX
	JEQ  syscall
	MOVQ BX, R15
	CALL CX
	MOVQ R15, BX
	JMP  done
syscall:
	MOVQ $228, AX              // clock_gettime
	SYSCALL
done:
	MOVQ 0(SP), AX
	MOVQ 8(SP), DX
	MOVQ R13, SP
	POPQ CX
	POPQ SI
	POPQ BX
	MOVQ SI, M_vdsopc(BX)
	MOVQ CX, M_vdsosp(BX)
	RET

// func Nanotime() int64
TEXT ·Nanotime<ABIInternal>(SB), NOSPLIT|NOFRAME, $0-8
	MOVL $1, AX                // CLOCK_MONOTONIC
	CALL clock<>(SB)
	IMULQ $1000000000, AX
	ADDQ DX, AX
	RET

// func Walltime() (sec int64, nsec int32)
TEXT ·Walltime<ABIInternal>(SB), NOSPLIT|NOFRAME, $0-16
	MOVL $0, AX                // CLOCK_REALTIME
	CALL clock<>(SB)
	MOVQ DX, BX
	RET

// func now() (sec int64, nsec int32, mono int64)
TEXT time·now<ABIInternal>(SB), NOSPLIT|NOFRAME, $0-24
	MOVL $1, AX
	CALL clock<>(SB)
	IMULQ $1000000000, AX
	ADDQ DX, AX
	PUSHQ AX
	MOVL $0, AX
	CALL clock<>(SB)
	MOVQ DX, BX
	POPQ CX
	RET
