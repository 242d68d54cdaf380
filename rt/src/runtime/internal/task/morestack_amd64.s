//go:build strata

#include "textflag.h"
#include "offsets.h"

// Stack growth. The function that ran out of stack has no frame yet; it
// continues after its call of morestack, in the same state, on a larger stack.
// The assembler's own prologues call these two names.
TEXT runtime·morestack<ABIInternal>(SB), NOSPLIT|NOFRAME, $0
	LOAD_TLS_G_R14             // assembly of the stack convention keeps no g
	MOVQ G_m(R14), R12
	MOVQ M_g0(R12), R13
	CMPQ R14, R13
	JNE  notg0
	CALL ·badMorestack<ABIInternal>(SB)
	INT $3
notg0:
	CMPQ R14, M_gsignal(R12)
	JNE  notsignal
	CALL ·badMorestack<ABIInternal>(SB)
	INT $3
notsignal:
	MOVQ 8(SP), AX             // caller of the function that called us
	MOVQ AX, M_more_pc(R12)
	LEAQ 16(SP), AX
	MOVQ AX, M_more_sp(R12)
	MOVQ R14, M_more_g(R12)
	MOVQ 0(SP), AX             // the function itself
	MOVQ AX, G_pc(R14)
	LEAQ 8(SP), AX
	MOVQ AX, G_sp(R14)
	MOVQ BP, G_bp(R14)
	MOVQ DX, G_ctxt(R14)
	MOVQ R13, R14
	STORE_TLS_G_R14
	MOVQ G_sp(R14), SP
	XORL BP, BP
	CALL runtime·newstack<ABIInternal>(SB)
	INT $3

TEXT runtime·morestack_noctxt<ABIInternal>(SB), NOSPLIT|NOFRAME, $0
	XORL DX, DX
	JMP  runtime·morestack<ABIInternal>(SB)
