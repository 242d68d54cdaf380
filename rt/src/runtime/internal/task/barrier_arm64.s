//go:build strata

#include "textflag.h"
#include "offsets.h"

// Write barriers of compiled code: reserve one or two words in the P's buffer
// and return their address in R25; all registers are kept but R16, R17, R27, which nobody counts on behind a call. Signal
// handlers and threads without a P store only pointers to what lies outside the
// heap: what they hand in goes to the M and is forgotten.
#define RESERVE(BYTES) \
again: \
	MOVD G_m(g), R16; \
	MOVD M_gsignal(R16), R17; \
	CMP  R17, g; \
	BEQ  discard; \
	MOVD M_p(R16), R17; \
	CBZ  R17, discard; \
	MOVD P_wbnext(R17), R25; \
	ADD  $BYTES, R25, R27; \
	MOVD P_wbend(R17), R16; \
	CMP  R16, R27; \
	BHI  flush; \
	MOVD R27, P_wbnext(R17); \
	RET; \
flush: \
	MOVD.W LR, -16(RSP); \
	BL   wbFlush<>(SB); \
	MOVD.P 16(RSP), LR; \
	B    again; \
discard: \
	ADD  $M_wbscratch, R16, R25; \
	RET

TEXT runtime·gcWriteBarrier1<ABIInternal>(SB), NOSPLIT|NOFRAME, $0
	RESERVE(8)

TEXT runtime·gcWriteBarrier2<ABIInternal>(SB), NOSPLIT|NOFRAME, $0
	RESERVE(16)

// Saves every register around runtime.wbBufFlush, but the upper halves of vectors, in which compiled code keeps nothing, in two frames: the assembler's prologue of a large one would destroy a register.
TEXT wbFlush<>(SB), NOSPLIT|NOFRAME, $0-0
	MOVD.W LR, -256(RSP)
	STP  (R0, R1), 8(RSP)
	STP  (R2, R3), 24(RSP)
	STP  (R4, R5), 40(RSP)
	STP  (R6, R7), 56(RSP)
	STP  (R8, R9), 72(RSP)
	STP  (R10, R11), 88(RSP)
	STP  (R12, R13), 104(RSP)
	STP  (R14, R15), 120(RSP)
	STP  (R19, R20), 136(RSP)
	STP  (R21, R22), 152(RSP)
	STP  (R23, R24), 168(RSP)
	MOVD R26, 184(RSP)
	SUB  $272, RSP, RSP
	MOVD LR, 0(RSP)
	FSTPD (F0, F1), 8(RSP)
	FSTPD (F2, F3), 24(RSP)
	FSTPD (F4, F5), 40(RSP)
	FSTPD (F6, F7), 56(RSP)
	FSTPD (F8, F9), 72(RSP)
	FSTPD (F10, F11), 88(RSP)
	FSTPD (F12, F13), 104(RSP)
	FSTPD (F14, F15), 120(RSP)
	FSTPD (F16, F17), 136(RSP)
	FSTPD (F18, F19), 152(RSP)
	FSTPD (F20, F21), 168(RSP)
	FSTPD (F22, F23), 184(RSP)
	FSTPD (F24, F25), 200(RSP)
	FSTPD (F26, F27), 216(RSP)
	FSTPD (F28, F29), 232(RSP)
	FMOVD F30, 248(RSP)
	BL   runtime·wbBufFlush<ABIInternal>(SB)
	FLDPD 8(RSP), (F0, F1)
	FLDPD 24(RSP), (F2, F3)
	FLDPD 40(RSP), (F4, F5)
	FLDPD 56(RSP), (F6, F7)
	FLDPD 72(RSP), (F8, F9)
	FLDPD 88(RSP), (F10, F11)
	FLDPD 104(RSP), (F12, F13)
	FLDPD 120(RSP), (F14, F15)
	FLDPD 136(RSP), (F16, F17)
	FLDPD 152(RSP), (F18, F19)
	FLDPD 168(RSP), (F20, F21)
	FLDPD 184(RSP), (F22, F23)
	FLDPD 200(RSP), (F24, F25)
	FLDPD 216(RSP), (F26, F27)
	FLDPD 232(RSP), (F28, F29)
	FMOVD 248(RSP), F30
	ADD  $272, RSP, RSP
	LDP  8(RSP), (R0, R1)
	LDP  24(RSP), (R2, R3)
	LDP  40(RSP), (R4, R5)
	LDP  56(RSP), (R6, R7)
	LDP  72(RSP), (R8, R9)
	LDP  88(RSP), (R10, R11)
	LDP  104(RSP), (R12, R13)
	LDP  120(RSP), (R14, R15)
	LDP  136(RSP), (R19, R20)
	LDP  152(RSP), (R21, R22)
	LDP  168(RSP), (R23, R24)
	MOVD 184(RSP), R26
	MOVD 0(RSP), LR
	ADD  $256, RSP, RSP
	RET
