//go:build strata

#include "textflag.h"
#include "offsets.h"

// The kernel's calling convention: R0 signal, R1 info, R2 context, LR the restorer. Runs on the
// thread's signal stack with all signals blocked; sigreturn restores every
// register, so none needs saving here. g is in its register wherever Go code or system calls run.
TEXT sigtramp<>(SB), NOSPLIT|NOFRAME|TOPFRAME, $0
	CBZ  g, foreign
	MOVD.W LR, -64(RSP)
	MOVD g, 48(RSP)
	MOVD R0, 8(RSP)
	MOVD R1, 16(RSP)
	MOVD R2, 24(RSP)
	MOVD g, 32(RSP)
	MOVD G_m(g), R3
	MOVD M_gsignal(R3), g
	BL   runtime·sighandler(SB)
	MOVD 48(RSP), g
	MOVD.P 64(RSP), LR
foreign:
	RET

TEXT sigreturn<>(SB), NOSPLIT|NOFRAME, $0
	MOVD $139, R8              // rt_sigreturn
	SVC
	BRK  $1

TEXT ·SigtrampPC<ABIInternal>(SB), NOSPLIT|NOFRAME, $0-8
	MOVD $sigtramp<>(SB), R0
	RET

TEXT ·SigreturnPC<ABIInternal>(SB), NOSPLIT|NOFRAME, $0-8
	MOVD $sigreturn<>(SB), R0
	RET

TEXT ·SigpanicPC<ABIInternal>(SB), NOSPLIT|NOFRAME, $0-8
	MOVD $runtime·sigpanic<ABIInternal>(SB), R0
	RET

// Entries of functions that unwinding treats specially.
TEXT ·SigpanicEntry<ABIInternal>(SB), NOSPLIT|NOFRAME, $0-8
	MOVD $runtime·sigpanic<ABIInternal>(SB), R0
	RET

TEXT ·GopanicEntry<ABIInternal>(SB), NOSPLIT|NOFRAME, $0-8
	MOVD $runtime·gopanic<ABIInternal>(SB), R0
	RET

TEXT ·AsyncPreemptPC<ABIInternal>(SB), NOSPLIT|NOFRAME, $0-8
	MOVD $runtime·asyncPreempt<ABIInternal>(SB), R0
	RET

// The handler has pushed the interrupted code's LR and put its PC into LR. Every register and the flags are
// restored before going on there, but the upper halves of vectors (compiled code uses only that of V31) and R25, which holds nothing outside of regions that must not be interrupted.
TEXT runtime·asyncPreempt<ABIInternal>(SB), NOSPLIT|NOFRAME, $0
	MOVD.W LR, -256(RSP)
	STP  (R0, R1), 8(RSP)
	STP  (R2, R3), 24(RSP)
	STP  (R4, R5), 40(RSP)
	STP  (R6, R7), 56(RSP)
	STP  (R8, R9), 72(RSP)
	STP  (R10, R11), 88(RSP)
	STP  (R12, R13), 104(RSP)
	STP  (R14, R15), 120(RSP)
	STP  (R16, R17), 136(RSP)
	STP  (R19, R20), 152(RSP)
	STP  (R21, R22), 168(RSP)
	STP  (R23, R24), 184(RSP)
	STP  (R25, R26), 200(RSP)
	STP  (R27, R29), 216(RSP)
	MRS  NZCV, R0
	MRS  FPSR, R1
	SUB  $304, RSP, RSP
	MOVD LR, 0(RSP)
	MOVD R0, 272(RSP)
	MOVD R1, 280(RSP)
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
	FMOVQ F31, 256(RSP)
	BL   runtime·asyncPreempt2<ABIInternal>(SB)
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
	FMOVQ 256(RSP), F31
	MOVD 272(RSP), R0
	MOVD 280(RSP), R1
	ADD  $304, RSP, RSP
	MSR  R0, NZCV
	MSR  R1, FPSR
	LDP  8(RSP), (R0, R1)
	LDP  24(RSP), (R2, R3)
	LDP  40(RSP), (R4, R5)
	LDP  56(RSP), (R6, R7)
	LDP  72(RSP), (R8, R9)
	LDP  88(RSP), (R10, R11)
	LDP  104(RSP), (R12, R13)
	LDP  120(RSP), (R14, R15)
	LDP  136(RSP), (R16, R17)
	LDP  152(RSP), (R19, R20)
	LDP  168(RSP), (R21, R22)
	LDP  184(RSP), (R23, R24)
	LDP  200(RSP), (R25, R26)
	LDP  216(RSP), (R27, R29)
	MOVD 0(RSP), R25           // where to go on
	MOVD 256(RSP), LR          // pushed by the handler
	ADD  $272, RSP, RSP
	JMP  (R25)
