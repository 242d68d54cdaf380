//go:build strata

#include "textflag.h"
#include "offsets.h"

// The clocks call the vDSO, which may use more stack than a goroutine has left,
// on g0's stack; without a vDSO they use the system call. While in the vDSO, VDSOSP and VDSOPC tell the
// profiling signal where the goroutine is.

// ENTER_VDSO and LEAVE_VDSO stand around a call in C's convention. They destroy BX, R9, R10 and R13. Uses nest in
// signal handlers, so the outer values are kept; R13, with the stack pointer, and BX are callee-saved.
#define ENTER_VDSO \
	MOVQ G_m(R14), BX \
	MOVQ M_vdsosp(BX), R9 \
	MOVQ M_vdsopc(BX), R10 \
	PUSHQ BX \
	PUSHQ R10 \
	PUSHQ R9 \
	LEAQ 32(SP), R9 \
	MOVQ R9, M_vdsosp(BX) \
	MOVQ 24(SP), R9 \
	MOVQ R9, M_vdsopc(BX) \
	MOVQ SP, R13 \
	CMPQ R14, M_curg(BX) \
	JNE  onstack \
	MOVQ M_g0(BX), R9 \
	MOVQ G_sp(R9), SP \
onstack: \
	SUBQ $32, SP \
	ANDQ $~15, SP

#define LEAVE_VDSO \
	MOVQ R13, SP \
	POPQ R9 \
	POPQ R10 \
	POPQ BX \
	MOVQ R10, M_vdsopc(BX) \
	MOVQ R9, M_vdsosp(BX)

// clock takes the clock id in AX and gives seconds in AX, nanoseconds in DX. It destroys all registers but R14, SP, BP.
TEXT clock<>(SB), NOSPLIT|NOFRAME, $0
	ENTER_VDSO
	MOVQ AX, DI
	MOVQ SP, SI
	MOVQ runtime∕internal∕kernel·VDSOClockGettime(SB), CX
	TESTQ CX, CX
	JEQ  syscall
	CALL CX
	JMP  done
syscall:
	MOVQ $228, AX              // clock_gettime
	SYSCALL
done:
	MOVQ 0(SP), AX
	MOVQ 8(SP), DX
	LEAVE_VDSO
	RET

// func VDSOGetrandom(buf unsafe.Pointer, n uintptr, flags uint32, state unsafe.Pointer, size uintptr) int
TEXT ·VDSOGetrandom<ABIInternal>(SB), NOSPLIT|NOFRAME, $0-48
	MOVQ SI, R8
	MOVQ CX, DX
	MOVQ DI, CX
	MOVQ BX, SI
	MOVQ AX, DI
	ENTER_VDSO
	MOVQ runtime∕internal∕kernel·VDSOGetrandom(SB), AX
	CALL AX
	LEAVE_VDSO
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
