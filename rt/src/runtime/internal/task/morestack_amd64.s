//go:build strata

#include "textflag.h"

// The assembler's own prologues call these.
TEXT runtime·morestack<ABIInternal>(SB), NOSPLIT|NOFRAME, $0
	JMP ·more<ABIInternal>(SB)

TEXT runtime·morestack_noctxt<ABIInternal>(SB), NOSPLIT|NOFRAME, $0
	XORL DX, DX
	JMP  ·more<ABIInternal>(SB)
