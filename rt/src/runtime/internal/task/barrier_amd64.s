//go:build strata

#include "textflag.h"
#include "funcdata.h"
#include "offsets.h"

// Write barriers of compiled code: reserve one or two words in the P's buffer
// and return their address in R11; all other registers are kept. Signal
// handlers and threads without a P store only pointers to what lies outside the
// heap: what they hand in goes to the M and is forgotten.
#define RESERVE(BYTES) \
	PUSHQ R12; \
	PUSHQ R13; \
again: \
	MOVQ G_m(R14), R12; \
	CMPQ R14, M_gsignal(R12); \
	JEQ  discard; \
	MOVQ M_p(R12), R13; \
	TESTQ R13, R13; \
	JEQ  discard; \
	MOVQ R13, R12; \
	MOVQ P_wbnext(R12), R11; \
	LEAQ BYTES(R11), R13; \
	CMPQ R13, P_wbend(R12); \
	JLS  room; \
	CALL wbFlush<>(SB); \
	JMP  again; \
room: \
	MOVQ R13, P_wbnext(R12); \
	JMP  done; \
discard: \
	LEAQ M_wbscratch(R12), R11; \
done: \
	POPQ R13; \
	POPQ R12; \
	RET

TEXT runtime·gcWriteBarrier1<ABIInternal>(SB), NOSPLIT|NOFRAME, $0
	RESERVE(8)

TEXT runtime·gcWriteBarrier2<ABIInternal>(SB), NOSPLIT|NOFRAME, $0
	RESERVE(16)

// Saves every register around runtime.wbBufFlush.
TEXT wbFlush<>(SB), NOSPLIT, $352-0
	NO_LOCAL_POINTERS
	MOVQ AX, 0(SP)
	MOVQ BX, 8(SP)
	MOVQ CX, 16(SP)
	MOVQ DX, 24(SP)
	MOVQ SI, 32(SP)
	MOVQ DI, 40(SP)
	MOVQ R8, 48(SP)
	MOVQ R9, 56(SP)
	MOVQ R10, 64(SP)
	MOVQ R12, 72(SP)
	MOVQ R13, 80(SP)
	MOVQ R15, 88(SP)
	MOVUPS X0, 96(SP)
	MOVUPS X1, 112(SP)
	MOVUPS X2, 128(SP)
	MOVUPS X3, 144(SP)
	MOVUPS X4, 160(SP)
	MOVUPS X5, 176(SP)
	MOVUPS X6, 192(SP)
	MOVUPS X7, 208(SP)
	MOVUPS X8, 224(SP)
	MOVUPS X9, 240(SP)
	MOVUPS X10, 256(SP)
	MOVUPS X11, 272(SP)
	MOVUPS X12, 288(SP)
	MOVUPS X13, 304(SP)
	MOVUPS X14, 320(SP)
	MOVUPS X15, 336(SP)
	CALL runtime·wbBufFlush<ABIInternal>(SB)
	MOVQ 0(SP), AX
	MOVQ 8(SP), BX
	MOVQ 16(SP), CX
	MOVQ 24(SP), DX
	MOVQ 32(SP), SI
	MOVQ 40(SP), DI
	MOVQ 48(SP), R8
	MOVQ 56(SP), R9
	MOVQ 64(SP), R10
	MOVQ 72(SP), R12
	MOVQ 80(SP), R13
	MOVQ 88(SP), R15
	MOVUPS 96(SP), X0
	MOVUPS 112(SP), X1
	MOVUPS 128(SP), X2
	MOVUPS 144(SP), X3
	MOVUPS 160(SP), X4
	MOVUPS 176(SP), X5
	MOVUPS 192(SP), X6
	MOVUPS 208(SP), X7
	MOVUPS 224(SP), X8
	MOVUPS 240(SP), X9
	MOVUPS 256(SP), X10
	MOVUPS 272(SP), X11
	MOVUPS 288(SP), X12
	MOVUPS 304(SP), X13
	MOVUPS 320(SP), X14
	MOVUPS 336(SP), X15
	RET
