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
	MOVD $SIZE, R16; \
	CMP  R16, R5; \
	BHI  3(PC); \
	MOVD $NAME(SB), R16; \
	JMP  (R16)

TEXT runtime·reflectcall<ABIInternal>(SB), NOSPLIT|NOFRAME, $0-48
	MOVD R0, 8(RSP)
	MOVD R1, 16(RSP)
	MOVD R2, 24(RSP)
	MOVW R3, 32(RSP)
	MOVW R4, 36(RSP)
	MOVW R5, 40(RSP)
	MOVD R6, 48(RSP)
	MOVWU R5, R5
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
	BL   ·badReflectcall<ABIInternal>(SB)
	BRK  $1

#define CALLER(NAME, SIZE) \
TEXT NAME(SB), WRAPPER, $SIZE-48; \
	NO_LOCAL_POINTERS; \
	MOVD stackArgs+16(FP), R3; \
	MOVWU argSize+24(FP), R4; \
	MOVD RSP, R5; \
	ADD  $8, R5, R5; \
	CBZ  R4, 5(PC); \
	MOVBU.P 1(R3), R7; \
	MOVB.P R7, 1(R5); \
	SUB  $1, R4, R4; \
	CBNZ R4, -3(PC); \
	MOVD regs+40(FP), R20; \
	CALL runtime·unspillArgs(SB); \
	MOVD fn+8(FP), R26; \
	MOVD (R26), R20; \
	CALL (R20); \
	MOVD regs+40(FP), R20; \
	CALL runtime·spillArgs(SB); \
	MOVD typ+0(FP), R7; \
	MOVWU retOffset+28(FP), R6; \
	MOVD stackArgs+16(FP), R3; \
	ADD  R6, R3, R3; \
	MOVD RSP, R5; \
	ADD  $8, R5, R5; \
	ADD  R6, R5, R5; \
	MOVWU argSize+24(FP), R4; \
	SUB  R6, R4, R4; \
	MOVD regs+40(FP), R8; \
	CALL results<>(SB); \
	RET

// results calls runtime.reflectcallmove in a frame of its own: the caller's
// holds the results.
TEXT results<>(SB), NOSPLIT, $48-0
	NO_LOCAL_POINTERS
	MOVD R7, 8(RSP)
	MOVD R3, 16(RSP)
	MOVD R5, 24(RSP)
	MOVD R4, 32(RSP)
	MOVD R8, 40(RSP)
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

// The argument registers, to and from the abi.RegArgs at R20. Other registers
// are kept.
TEXT runtime·unspillArgs(SB), NOSPLIT|NOFRAME, $0-0
#ifdef GOEXPERIMENT_regabiargs
	LDP  0(R20), (R0, R1)
	LDP  16(R20), (R2, R3)
	LDP  32(R20), (R4, R5)
	LDP  48(R20), (R6, R7)
	LDP  64(R20), (R8, R9)
	LDP  80(R20), (R10, R11)
	LDP  96(R20), (R12, R13)
	LDP  112(R20), (R14, R15)
	FLDPD 128(R20), (F0, F1)
	FLDPD 144(R20), (F2, F3)
	FLDPD 160(R20), (F4, F5)
	FLDPD 176(R20), (F6, F7)
	FLDPD 192(R20), (F8, F9)
	FLDPD 208(R20), (F10, F11)
	FLDPD 224(R20), (F12, F13)
	FLDPD 240(R20), (F14, F15)
#endif
	RET

TEXT runtime·spillArgs(SB), NOSPLIT|NOFRAME, $0-0
#ifdef GOEXPERIMENT_regabiargs
	STP  (R0, R1), 0(R20)
	STP  (R2, R3), 16(R20)
	STP  (R4, R5), 32(R20)
	STP  (R6, R7), 48(R20)
	STP  (R8, R9), 64(R20)
	STP  (R10, R11), 80(R20)
	STP  (R12, R13), 96(R20)
	STP  (R14, R15), 112(R20)
	FSTPD (F0, F1), 128(R20)
	FSTPD (F2, F3), 144(R20)
	FSTPD (F4, F5), 160(R20)
	FSTPD (F6, F7), 176(R20)
	FSTPD (F8, F9), 192(R20)
	FSTPD (F10, F11), 208(R20)
	FSTPD (F12, F13), 224(R20)
	FSTPD (F14, F15), 240(R20)
#endif
	RET
