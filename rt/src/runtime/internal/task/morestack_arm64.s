//go:build strata

#include "textflag.h"
#include "offsets.h"

// Stack growth. The function that ran out of stack has no frame yet, and its return address is in R3; it
// continues after its call of morestack, in the same state, on a larger stack.
// The assembler's own prologues call these two names.
TEXT runtime·morestack<ABIInternal>(SB), NOSPLIT|NOFRAME, $0
	MOVD G_m(g), R8
	MOVD M_g0(R8), R9
	CMP  R9, g
	BNE  notg0
	BL   ·badMorestack<ABIInternal>(SB)
	BRK  $1
notg0:
	MOVD M_gsignal(R8), R10
	CMP  R10, g
	BNE  notsignal
	BL   ·badMorestack<ABIInternal>(SB)
	BRK  $1
notsignal:
	MOVD RSP, R0
	MOVD R3, M_more_pc(R8)     // caller of the function that called us
	MOVD R0, M_more_sp(R8)
	MOVD g, M_more_g(R8)
	MOVD LR, G_pc(g)           // the function itself
	MOVD R0, G_sp(g)
	MOVD R29, G_bp(g)
	MOVD R26, G_ctxt(g)
	MOVD R3, G_lr(g)
	MOVD R9, g
	MOVD G_sp(g), R0
	MOVD R0, RSP
	MOVD ZR, R29
	BL   runtime·newstack<ABIInternal>(SB)
	BRK  $1

TEXT runtime·morestack_noctxt<ABIInternal>(SB), NOSPLIT|NOFRAME, $0
	MOVD ZR, R26
	B    runtime·morestack<ABIInternal>(SB)
