//go:build strata

#include "textflag.h"
#include "offsets.h"

// All functions here follow ABIInternal unless they say otherwise: arguments
// and results R0 R1 R2 …, closure context R26, g in R28, return address in LR. SP is a multiple of 16.

// The kernel enters here: argc at 0(RSP), argv behind it.
// The first thread's scheduling goroutine runs on the kernel's stack.
TEXT _rt0_arm64_linux(SB), NOSPLIT|NOFRAME|TOPFRAME, $0
	MOVD 0(RSP), R19
	MOVD RSP, R1
	ADD  $8, R1, R20
	SUB  $64, R1, R1
	MOVD R1, RSP
	MOVD $·G0(SB), g
	MOVD $·M0(SB), R21
	MOVD R1, G_stack_hi(g)
	MOVD R1, G_sp(g)           // where Mcall and Systemstack start
	MOVD $(256*1024), R2
	SUB  R2, R1, R2
	MOVD R2, G_stack_lo(g)
	ADD  $928, R2, R2
	MOVD R2, G_guard0(g)
	MOVD R2, G_guard1(g)
	MOVD R21, G_m(g)
	MOVD g, M_g0(R21)
	MOVD R19, 8(RSP)
	MOVD R20, 16(RSP)
	MOVD ZR, R29
	MOVD ZR, LR
	BL   runtime·bootstrap(SB)
	BRK  $1

// func Gogo(gp *G)
TEXT ·Gogo<ABIInternal>(SB), NOSPLIT|NOFRAME, $0-8
	MOVD R0, g
	MOVD G_sp(g), R1
	MOVD R1, RSP
	MOVD G_bp(g), R29
	MOVD G_lr(g), LR
	MOVD G_ctxt(g), R26
	MOVD G_pc(g), R2
	MOVD ZR, G_sp(g)
	MOVD ZR, G_bp(g)
	MOVD ZR, G_ctxt(g)
	MOVD ZR, G_lr(g)
	JMP  (R2)

// func Mcall(fn func(*G))
// The saved state is that of the caller, at the return address.
TEXT runtime·mcall<ABIInternal>(SB), NOSPLIT|NOFRAME, $0-8
	MOVD R0, R26
	MOVD LR, G_pc(g)
	MOVD RSP, R1
	MOVD R1, G_sp(g)
	MOVD R29, G_bp(g)
	MOVD ZR, G_lr(g)
	MOVD g, R0
	MOVD G_m(g), R1
	MOVD M_g0(R1), R2
	CMP  R2, g
	BNE  ok
	BL   ·badMcall<ABIInternal>(SB)
	BRK  $1
ok:
	MOVD R2, g
	MOVD G_sp(g), R1
	SUB  $32, R1, R1
	MOVD R1, RSP
	MOVD ZR, R29
	MOVD R0, 8(RSP)            // the argument in either convention
	MOVD ZR, 0(RSP)
	MOVD (R26), R3
	CALL (R3)
	BL   ·badMcall<ABIInternal>(SB)
	BRK  $1

// func Systemstack(fn func())
TEXT runtime·systemstack<ABIInternal>(SB), NOSPLIT|NOFRAME, $0-8
	MOVD R0, R26
	MOVD G_m(g), R1
	MOVD M_g0(R1), R2
	CMP  R2, g
	BEQ  direct
	MOVD M_gsignal(R1), R3
	CMP  R3, g
	BEQ  direct

	MOVD LR, G_pc(g)
	MOVD RSP, R3
	MOVD R3, G_sp(g)
	MOVD R29, G_bp(g)
	MOVD R2, g
	MOVD G_sp(g), R3
	MOVD R3, RSP
	MOVD ZR, R29
	MOVD (R26), R3
	CALL (R3)                  // from here unwinding goes on with the M's goroutine

	// Back to the goroutine, whose stack may have moved meanwhile.
	MOVD G_m(g), R1
	MOVD M_curg(R1), g
	MOVD G_sp(g), R3
	MOVD R3, RSP
	MOVD G_bp(g), R29
	MOVD G_pc(g), LR
	MOVD ZR, G_sp(g)
	MOVD ZR, G_bp(g)
	RET

direct:
	MOVD (R26), R3
	JMP  (R3)

// func Setg(gp *G)
TEXT ·Setg<ABIInternal>(SB), NOSPLIT|NOFRAME, $0-8
	MOVD R0, g
	RET

// func SP() uintptr
TEXT ·SP<ABIInternal>(SB), NOSPLIT|NOFRAME, $0-8
	MOVD RSP, R0
	RET

// Compiled code calls these names, assembly those in morestack_arm64.s. Without closure
// context R26 is no pointer.
TEXT runtime·morestack(SB), NOSPLIT|NOFRAME, $0
	B    runtime·morestack<ABIInternal>(SB)

TEXT runtime·morestack_noctxt(SB), NOSPLIT|NOFRAME, $0
	MOVD ZR, R26
	B    runtime·morestack<ABIInternal>(SB)

// The design with segmented stacks is refused on this machine.
TEXT ·LessstackPC<ABIInternal>(SB), NOSPLIT|NOFRAME, $0-8
	MOVD ZR, R0
	RET

// The bottom of every goroutine's stack: its function returns to the second
// instruction.
TEXT runtime·goexit<ABIInternal>(SB), NOSPLIT|NOFRAME|TOPFRAME, $0
	NOOP
	BL   runtime·goexit1<ABIInternal>(SB)
	NOOP

TEXT ·GoexitPC<ABIInternal>(SB), NOSPLIT|NOFRAME, $0-8
	MOVD $runtime·goexit<ABIInternal>(SB), R0
	RET

// func Clone(flags uintptr, stk uintptr, mp *M, gp *G) int32
TEXT ·Clone<ABIInternal>(SB), NOSPLIT|NOFRAME, $0-40
	MOVD R2, R10               // mp
	MOVD R3, R11               // gp
	MOVD ZR, R2
	ADD  $(M_tls+8), R10, R3   // the thread's own memory; nothing here reads it
	MOVD ZR, R4
	MOVD $220, R8              // clone
	SVC
	CBZ  R0, child
	RET
child:
	MOVD R11, g
	MOVD RSP, R1
	MOVD R1, G_sp(g)
	MOVD R10, G_m(g)
	MOVD g, M_g0(R10)
	MOVD ZR, R29
	MOVD ZR, LR
	BL   mstart<>(SB)
	BRK  $1

TEXT mstart<>(SB), NOSPLIT|NOFRAME|TOPFRAME, $0
	BL   runtime·mstart<ABIInternal>(SB)
	BRK  $1

// func ExitThread(wait *uint32)
// After the store the stack belongs to someone else.
TEXT ·ExitThread<ABIInternal>(SB), NOSPLIT|NOFRAME, $0-8
	STLRW ZR, (R0)
	MOVD ZR, R0
	MOVD $93, R8               // exit
	SVC
	BRK  $1

TEXT ·SystemstackPC<ABIInternal>(SB), NOSPLIT|NOFRAME, $0-8
	MOVD $runtime·systemstack<ABIInternal>(SB), R0
	RET

TEXT ·MorestackPC<ABIInternal>(SB), NOSPLIT|NOFRAME, $0-8
	MOVD $runtime·morestack<ABIInternal>(SB), R0
	RET

TEXT ·MstartPC<ABIInternal>(SB), NOSPLIT|NOFRAME, $0-8
	MOVD $mstart<>(SB), R0
	RET

// func SetTLS(mp *M)
// g stands in a register: there is nothing to do.
TEXT ·SetTLS<ABIInternal>(SB), NOSPLIT|NOFRAME, $0-8
	RET

// func CPUTicks() int64
TEXT ·CPUTicks<ABIInternal>(SB), NOSPLIT|NOFRAME, $0-8
	ISB  $15
	MRS  CNTVCT_EL0, R0
	RET

// func ProcYield(n uint32)
TEXT ·ProcYield<ABIInternal>(SB), NOSPLIT|NOFRAME, $0-4
again:
	YIELD
	SUBSW $1, R0, R0
	BNE  again
	RET

// Stores before are seen before stores behind it.
TEXT ·PublicationBarrier<ABIInternal>(SB), NOSPLIT|NOFRAME, $0-0
	DMB  $0xa                  // ISHST
	RET
