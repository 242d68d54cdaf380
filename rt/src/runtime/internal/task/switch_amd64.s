//go:build strata

#include "textflag.h"
#include "offsets.h"

// All functions here follow ABIInternal unless they say otherwise: arguments
// AX BX CX DI SI, results AX BX, closure context DX, g in R14.

// The kernel enters here: argc at 0(SP), argv behind it.
// The first thread's scheduling goroutine runs on the kernel's stack.
TEXT _rt0_amd64_linux(SB), NOSPLIT|NOFRAME|TOPFRAME, $0
	MOVQ 0(SP), R12
	LEAQ 8(SP), R13
	ANDQ $~15, SP
	SUBQ $64, SP
	LEAQ ·G0(SB), R14
	LEAQ ·M0(SB), BX
	MOVQ SP, G_stack_hi(R14)
	LEAQ (-256*1024)(SP), AX
	MOVQ AX, G_stack_lo(R14)
	ADDQ $928, AX
	MOVQ SP, G_sp(R14)         // where Mcall and Systemstack start
	MOVQ AX, G_guard0(R14)
	MOVQ AX, G_guard1(R14)
	MOVQ BX, G_m(R14)
	MOVQ R14, M_g0(BX)
	MOVQ $158, AX              // arch_prctl
	MOVQ $0x1002, DI           // ARCH_SET_FS
	LEAQ (M_tls+8)(BX), SI
	SYSCALL
	STORE_TLS_G_R14
	MOVQ R12, 0(SP)
	MOVQ R13, 8(SP)
	XORL BP, BP
	CALL runtime·bootstrap(SB)
	INT $3

// func Gogo(gp *G)
TEXT ·Gogo<ABIInternal>(SB), NOSPLIT|NOFRAME, $0-8
	MOVQ AX, R14
	STORE_TLS_G_R14
	MOVQ G_sp(R14), SP
	MOVQ G_bp(R14), BP
	MOVQ G_ctxt(R14), DX
	MOVQ G_pc(R14), BX
	XORL AX, AX
	MOVQ AX, G_sp(R14)
	MOVQ AX, G_bp(R14)
	MOVQ AX, G_ctxt(R14)
	JMP BX

// func Mcall(fn func(*G))
// The saved state is that of the caller, at the return address.
TEXT runtime·mcall<ABIInternal>(SB), NOSPLIT|NOFRAME, $0-8
	MOVQ AX, DX
	MOVQ 0(SP), BX
	MOVQ BX, G_pc(R14)
	LEAQ 8(SP), BX
	MOVQ BX, G_sp(R14)
	MOVQ BP, G_bp(R14)
	MOVQ R14, AX
	MOVQ G_m(R14), BX
	MOVQ M_g0(BX), CX
	CMPQ R14, CX
	JNE  ok
	CALL ·badMcall<ABIInternal>(SB)
	INT $3
ok:
	MOVQ CX, R14
	STORE_TLS_G_R14
	MOVQ G_sp(R14), SP
	XORL BP, BP
	PUSHQ AX                   // the argument in either convention
	MOVQ 0(DX), R12
	CALL R12
	CALL ·badMcall<ABIInternal>(SB)
	INT $3

// func Systemstack(fn func())
TEXT runtime·systemstack<ABIInternal>(SB), NOSPLIT|NOFRAME, $0-8
	MOVQ AX, DX
	MOVQ G_m(R14), BX
	MOVQ M_g0(BX), CX
	CMPQ R14, CX
	JEQ  direct
	CMPQ R14, M_gsignal(BX)
	JEQ  direct

	MOVQ 0(SP), AX
	MOVQ AX, G_pc(R14)
	LEAQ 8(SP), AX
	MOVQ AX, G_sp(R14)
	MOVQ BP, G_bp(R14)
	MOVQ CX, R14
	STORE_TLS_G_R14
	MOVQ G_sp(R14), SP
	XORL BP, BP
	MOVQ 0(DX), R12
	CALL R12                   // from here unwinding goes on with the M's goroutine

	// Back to the goroutine, whose stack may have moved meanwhile.
	MOVQ G_m(R14), BX
	MOVQ M_curg(BX), R14
	STORE_TLS_G_R14
	MOVQ G_sp(R14), SP
	MOVQ G_bp(R14), BP
	MOVQ G_pc(R14), AX
	XORL CX, CX
	MOVQ CX, G_sp(R14)
	MOVQ CX, G_bp(R14)
	SUBQ $8, SP
	MOVQ AX, 0(SP)
	RET

direct:
	MOVQ 0(DX), R12
	JMP  R12

// func Setg(gp *G)
TEXT ·Setg<ABIInternal>(SB), NOSPLIT|NOFRAME, $0-8
	MOVQ AX, R14
	STORE_TLS_G_R14
	RET

// func SP() uintptr
TEXT ·SP<ABIInternal>(SB), NOSPLIT|NOFRAME, $0-8
	LEAQ 8(SP), AX
	RET

// Compiled code calls these names, assembly those in morestack_amd64.s. Without closure
// context DX is no pointer.
TEXT runtime·morestack(SB), NOSPLIT|NOFRAME, $0
	JMP runtime·morestack<ABIInternal>(SB)

TEXT runtime·morestack_noctxt(SB), NOSPLIT|NOFRAME, $0
	XORL DX, DX
	JMP  runtime·morestack<ABIInternal>(SB)

// The bottom of every goroutine's stack: its function returns to the second
// instruction.
// lessstack is returned to by the first function of a segment. It keeps the
// registers that may hold results on g0's stack while oldstack gives the
// segment up, and goes on in the caller.
TEXT runtime·lessstack<ABIInternal>(SB), NOSPLIT|NOFRAME|TOPFRAME, $0
	LOAD_TLS_G_R14             // the function may have been assembly
	MOVQ G_m(R14), R12
	MOVQ BP, G_bp(R14)
	MOVQ M_g0(R12), R14
	STORE_TLS_G_R14
	MOVQ G_sp(R14), SP
	ADJSP $192
	MOVQ SP, R12
	CALL runtime·spillArgs(SB)
	XORL BP, BP
	CALL runtime·oldstack<ABIInternal>(SB)
	MOVQ SP, R12
	CALL runtime·unspillArgs(SB)
	ADJSP $-192
	MOVQ G_m(R14), R12
	MOVQ M_curg(R12), R14
	STORE_TLS_G_R14
	MOVQ G_sp(R14), SP
	MOVQ G_bp(R14), BP
	MOVQ G_pc(R14), R12
	XORL DX, DX
	MOVQ DX, G_sp(R14)
	MOVQ DX, G_bp(R14)
	JMP  R12

TEXT ·LessstackPC<ABIInternal>(SB), NOSPLIT|NOFRAME, $0-8
	LEAQ runtime·lessstack<ABIInternal>(SB), AX
	RET

TEXT runtime·goexit<ABIInternal>(SB), NOSPLIT|NOFRAME|TOPFRAME, $0
	NOP
	BYTE $0x90
	CALL runtime·goexit1<ABIInternal>(SB)
	BYTE $0x90

TEXT ·GoexitPC<ABIInternal>(SB), NOSPLIT|NOFRAME, $0-8
	LEAQ runtime·goexit<ABIInternal>(SB), AX
	RET

// func Clone(flags uintptr, stk uintptr, mp *M, gp *G) int32
TEXT ·Clone<ABIInternal>(SB), NOSPLIT|NOFRAME, $0-40
	MOVQ CX, R12               // mp
	MOVQ DI, R13               // gp
	MOVQ BX, SI                // stack
	MOVQ AX, DI                // flags
	MOVQ $0, DX
	MOVQ $0, R10
	LEAQ (M_tls+8)(R12), R8    // new FS base
	MOVQ $56, AX               // clone
	SYSCALL
	TESTQ AX, AX
	JEQ  child
	RET
child:
	MOVQ SI, SP
	MOVQ R13, R14
	MOVQ SP, G_sp(R14)
	STORE_TLS_G_R14
	MOVQ R12, G_m(R14)
	MOVQ R14, M_g0(R12)
	XORL BP, BP
	CALL mstart<>(SB)
	INT $3

TEXT mstart<>(SB), NOSPLIT|NOFRAME|TOPFRAME, $0
	CALL runtime·mstart<ABIInternal>(SB)
	INT $3

// func ExitThread(wait *uint32)
// After the store the stack belongs to someone else.
TEXT ·ExitThread<ABIInternal>(SB), NOSPLIT|NOFRAME, $0-8
	MOVL $0, (AX)
	MOVQ $0, DI
	MOVQ $60, AX               // exit
	SYSCALL
	INT $3

TEXT ·SystemstackPC<ABIInternal>(SB), NOSPLIT|NOFRAME, $0-8
	LEAQ runtime·systemstack<ABIInternal>(SB), AX
	RET

TEXT ·MorestackPC<ABIInternal>(SB), NOSPLIT|NOFRAME, $0-8
	LEAQ runtime·morestack<ABIInternal>(SB), AX
	RET

TEXT ·MstartPC<ABIInternal>(SB), NOSPLIT|NOFRAME, $0-8
	LEAQ mstart<>(SB), AX
	RET

// func SetTLS(mp *M)
TEXT ·SetTLS<ABIInternal>(SB), NOSPLIT|NOFRAME, $0-8
	LEAQ (M_tls+8)(AX), SI
	MOVQ $0x1002, DI
	MOVQ $158, AX
	SYSCALL
	RET

// func CPUTicks() int64
TEXT ·CPUTicks<ABIInternal>(SB), NOSPLIT|NOFRAME, $0-8
	RDTSC
	SHLQ $32, DX
	ORQ  DX, AX
	RET

// func ProcYield(n uint32)
TEXT ·ProcYield<ABIInternal>(SB), NOSPLIT|NOFRAME, $0-4
again:
	PAUSE
	SUBL $1, AX
	JNE  again
	RET

// Stores are not reordered with stores on this machine.
TEXT ·PublicationBarrier<ABIInternal>(SB), NOSPLIT|NOFRAME, $0-0
	RET
