//go:build strata

#include "textflag.h"
#include "funcdata.h"

// func reflectcall(typ *abi.Type, fn, stackArgs unsafe.Pointer, argSize, retOffset, frameSize uint32, regs *abi.RegArgs)
//
// It keeps its arguments in the spill area that the caller reserves, and goes
// on in a function of the stack convention with a large enough frame, to which
// that area is its arguments. The stack
// package knows by the names of these functions that words 0, 1, 2 and 5 of
// that area are pointers.
#define DISPATCH(NAME, SIZE) \
	CMPL R8, $SIZE; \
	JHI  3(PC); \
	LEAQ NAME(SB), R12; \
	JMP  R12

TEXT runtime·reflectcall<ABIInternal>(SB), NOSPLIT|NOFRAME, $0-48
	MOVQ AX, 8(SP)
	MOVQ BX, 16(SP)
	MOVQ CX, 24(SP)
	MOVL DI, 32(SP)
	MOVL SI, 36(SP)
	MOVL R8, 40(SP)
	MOVQ R9, 48(SP)
	DISPATCH(·reflectcall64, 64)
	DISPATCH(·reflectcall128, 128)
	DISPATCH(·reflectcall256, 256)
	DISPATCH(·reflectcall512, 512)
	DISPATCH(·reflectcall1024, 1024)
	DISPATCH(·reflectcall4096, 4096)
	DISPATCH(·reflectcall16384, 16384)
	DISPATCH(·reflectcall65536, 65536)
	DISPATCH(·reflectcall262144, 262144)
	DISPATCH(·reflectcall1048576, 1048576)
	DISPATCH(·reflectcall8388608, 8388608)
	DISPATCH(·reflectcall67108864, 67108864)
	DISPATCH(·reflectcall1073741824, 1073741824)
	CALL ·badReflectcall<ABIInternal>(SB)
	INT $3

#define CALLER(NAME, SIZE) \
TEXT NAME(SB), WRAPPER, $SIZE-48; \
	NO_LOCAL_POINTERS; \
	MOVQ stackArgs+16(FP), SI; \
	MOVL argSize+24(FP), CX; \
	MOVQ SP, DI; \
	REP; MOVSB; \
	MOVQ regs+40(FP), R12; \
	CALL runtime·unspillArgs(SB); \
	MOVQ fn+8(FP), DX; \
	MOVQ (DX), R12; \
	CALL R12; \
	MOVQ regs+40(FP), R12; \
	CALL runtime·spillArgs(SB); \
	MOVQ typ+0(FP), AX; \
	MOVL retOffset+28(FP), R8; \
	MOVQ stackArgs+16(FP), BX; \
	ADDQ R8, BX; \
	MOVQ SP, CX; \
	ADDQ R8, CX; \
	MOVL argSize+24(FP), DI; \
	SUBQ R8, DI; \
	MOVQ regs+40(FP), SI; \
	CALL results<>(SB); \
	RET

// results calls runtime.reflectcallmove in a frame of its own: the caller's
// holds the results.
TEXT results<>(SB), NOSPLIT, $40-0
	NO_LOCAL_POINTERS
	MOVQ AX, 0(SP)
	MOVQ BX, 8(SP)
	MOVQ CX, 16(SP)
	MOVQ DI, 24(SP)
	MOVQ SI, 32(SP)
	CALL runtime·reflectcallmove(SB)
	RET

CALLER(·reflectcall64, 64)
CALLER(·reflectcall128, 128)
CALLER(·reflectcall256, 256)
CALLER(·reflectcall512, 512)
CALLER(·reflectcall1024, 1024)
CALLER(·reflectcall4096, 4096)
CALLER(·reflectcall16384, 16384)
CALLER(·reflectcall65536, 65536)
CALLER(·reflectcall262144, 262144)
CALLER(·reflectcall1048576, 1048576)
CALLER(·reflectcall8388608, 8388608)
CALLER(·reflectcall67108864, 67108864)
CALLER(·reflectcall1073741824, 1073741824)

// The argument registers, to and from the abi.RegArgs at R12. Other registers
// are kept.
TEXT runtime·unspillArgs(SB), NOSPLIT|NOFRAME, $0-0
#ifdef GOEXPERIMENT_regabiargs
	MOVQ 0(R12), AX
	MOVQ 8(R12), BX
	MOVQ 16(R12), CX
	MOVQ 24(R12), DI
	MOVQ 32(R12), SI
	MOVQ 40(R12), R8
	MOVQ 48(R12), R9
	MOVQ 56(R12), R10
	MOVQ 64(R12), R11
	MOVQ 72(R12), X0
	MOVQ 80(R12), X1
	MOVQ 88(R12), X2
	MOVQ 96(R12), X3
	MOVQ 104(R12), X4
	MOVQ 112(R12), X5
	MOVQ 120(R12), X6
	MOVQ 128(R12), X7
	MOVQ 136(R12), X8
	MOVQ 144(R12), X9
	MOVQ 152(R12), X10
	MOVQ 160(R12), X11
	MOVQ 168(R12), X12
	MOVQ 176(R12), X13
	MOVQ 184(R12), X14
#endif
	RET

TEXT runtime·spillArgs(SB), NOSPLIT|NOFRAME, $0-0
#ifdef GOEXPERIMENT_regabiargs
	MOVQ AX, 0(R12)
	MOVQ BX, 8(R12)
	MOVQ CX, 16(R12)
	MOVQ DI, 24(R12)
	MOVQ SI, 32(R12)
	MOVQ R8, 40(R12)
	MOVQ R9, 48(R12)
	MOVQ R10, 56(R12)
	MOVQ R11, 64(R12)
	MOVQ X0, 72(R12)
	MOVQ X1, 80(R12)
	MOVQ X2, 88(R12)
	MOVQ X3, 96(R12)
	MOVQ X4, 104(R12)
	MOVQ X5, 112(R12)
	MOVQ X6, 120(R12)
	MOVQ X7, 128(R12)
	MOVQ X8, 136(R12)
	MOVQ X9, 144(R12)
	MOVQ X10, 152(R12)
	MOVQ X11, 160(R12)
	MOVQ X12, 168(R12)
	MOVQ X13, 176(R12)
	MOVQ X14, 184(R12)
#endif
	RET
