//go:build strata

#include "textflag.h"
#include "funcdata.h"

// Hashes by AES rounds, keyed at start; without AES instructions by Go code.

// func memhash(p unsafe.Pointer, h, size uintptr) uintptr
TEXT runtime·memhash<ABIInternal>(SB), NOSPLIT|NOFRAME, $0-32
	CMPB ·useAES(SB), $0
	JEQ  fallback
	MOVQ BX, X0                // seed and length start every lane
	MOVQ CX, X1
	PSLLO $8, X1
	PXOR X1, X0
	MOVOU ·hashKey+0(SB), X1
	PXOR X1, X0
	AESENC X0, X0
	CMPQ CX, $16
	JHI  over16
	CMPQ CX, $8
	JCC  to16
	CMPQ CX, $4
	JCC  to7
	XORL DX, DX
	TESTQ CX, CX
	JEQ  two
	MOVBQZX (AX), DX
	MOVBQZX -1(AX)(CX*1), BX
	SHRQ $1, CX
	MOVBQZX (AX)(CX*1), R8
	SHLQ $8, BX
	SHLQ $16, R8
	ORQ  BX, DX
	ORQ  R8, DX
two:
	MOVQ DX, X1
	JMP  one
to7:
	MOVL (AX), DX
	MOVL -4(AX)(CX*1), BX
	SHLQ $32, BX
	ORQ  BX, DX
	MOVQ DX, X1
	JMP  one
to16:
	MOVQ (AX), X1
	MOVQ -8(AX)(CX*1), X2
	PSLLO $8, X2
	PXOR X2, X1
one:
	MOVOU ·hashKey+16(SB), X2
	PXOR X2, X1
	AESENC X0, X1
	AESENC X2, X1
	AESENC X0, X1
	MOVQ X1, AX
	RET

over16:
	MOVOU ·hashKey+16(SB), X1
	MOVOU ·hashKey+32(SB), X2
	PXOR X0, X1
	PXOR X0, X2
	CMPQ CX, $32
	JHI  over32
	MOVOU (AX), X5
	MOVOU -16(AX)(CX*1), X6
	AESENC X5, X1
	AESENC X6, X2
	JMP  join2
over32:
	MOVOU ·hashKey+48(SB), X3
	MOVOU ·hashKey+64(SB), X4
	PXOR X0, X3
	PXOR X0, X4
	CMPQ CX, $64
	JHI  over64
	MOVOU (AX), X5
	MOVOU 16(AX), X6
	MOVOU -32(AX)(CX*1), X7
	MOVOU -16(AX)(CX*1), X8
	JMP  last
over64:
	MOVOU (AX), X5
	MOVOU 16(AX), X6
	MOVOU 32(AX), X7
	MOVOU 48(AX), X8
	AESENC X5, X1
	AESENC X6, X2
	AESENC X7, X3
	AESENC X8, X4
	AESENC X1, X1
	AESENC X2, X2
	AESENC X3, X3
	AESENC X4, X4
	ADDQ $64, AX
	SUBQ $64, CX
	CMPQ CX, $64
	JHI  over64
	// The last 64 bytes; they may overlap what has been read.
	MOVOU -64(AX)(CX*1), X5
	MOVOU -48(AX)(CX*1), X6
	MOVOU -32(AX)(CX*1), X7
	MOVOU -16(AX)(CX*1), X8
last:
	AESENC X5, X1
	AESENC X6, X2
	AESENC X7, X3
	AESENC X8, X4
	AESENC X3, X3
	AESENC X4, X4
	AESENC X3, X3
	AESENC X4, X4
	PXOR X3, X1
	PXOR X4, X2
join2:
	AESENC X1, X1
	AESENC X2, X2
	AESENC X1, X1
	AESENC X2, X2
	PXOR X2, X1
	AESENC X0, X1
	AESENC X0, X1
	MOVQ X1, AX
	RET
fallback:
	JMP hashGo<>(SB)

// func strhash(p unsafe.Pointer, h uintptr) uintptr
TEXT runtime·strhash<ABIInternal>(SB), NOSPLIT|NOFRAME, $0-24
	MOVQ 8(AX), CX
	MOVQ (AX), AX
	JMP  runtime·memhash<ABIInternal>(SB)

// Four and eight bytes, the commonest keys: seed and key fill the two halves of
// one lane.

// func memhash32(p unsafe.Pointer, h uintptr) uintptr
TEXT runtime·memhash32<ABIInternal>(SB), NOSPLIT|NOFRAME, $0-24
	CMPB ·useAES(SB), $0
	JEQ  fallback
	MOVL (AX), CX
	MOVQ CX, X1
	JMP  hashWord<>(SB)
fallback:
	MOVL $4, CX
	JMP hashGo<>(SB)

// func memhash64(p unsafe.Pointer, h uintptr) uintptr
TEXT runtime·memhash64<ABIInternal>(SB), NOSPLIT|NOFRAME, $0-24
	CMPB ·useAES(SB), $0
	JEQ  fallback
	MOVQ (AX), X1
	JMP  hashWord<>(SB)
fallback:
	MOVL $8, CX
	JMP hashGo<>(SB)

// hashGo hashes the CX bytes at AX with seed BX without AES instructions.
TEXT hashGo<>(SB), NOSPLIT, $32-0
	NO_LOCAL_POINTERS
	MOVQ AX, 0(SP)
	MOVQ BX, 8(SP)
	MOVQ CX, 16(SP)
	CALL ·memhashGo(SB)
	MOVQ 24(SP), AX
	RET

// hashWord hashes the word in X1 with the seed in BX.
TEXT hashWord<>(SB), NOSPLIT|NOFRAME, $0
	MOVQ BX, X0
	MOVOU ·hashKey+0(SB), X2
	PUNPCKLQDQ X1, X0
	MOVOU ·hashKey+16(SB), X3
	MOVOU ·hashKey+32(SB), X4
	AESENC X2, X0
	AESENC X3, X0
	AESENC X4, X0
	MOVQ X0, AX
	RET
