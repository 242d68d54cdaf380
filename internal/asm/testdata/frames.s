// Frames, prologues, pseudo-registers, jumps, the preprocessor.
#include "textflag.h"
#include "funcdata.h"

#define MOVE(from, to) \
	MOVQ from, to; \
	MOVQ to, from
#define TWICE(x) x; x
#define OFF 8
#define NONE()	NOP
#ifdef GOARCH_arm64
#error never read
#else
#ifndef GOOS_linux
	bad statement
#endif
#define PICK BX
#endif

TEXT ·leaf(SB), NOSPLIT, $0-16
	MOVQ	a+0(FP), AX
	MOVE(AX, PICK)
	TWICE(INCQ AX)
	NONE()
	MOVQ	AX, ret+8(FP)
	RET

TEXT ·nosplit<ABIInternal>(SB), NOSPLIT, $16-8
	MOVQ	AX, x-8(SP)
	MOVQ	x-16(SP), CX
	MOVQ	OFF(SP), DX
	LEAQ	x-8(SP), DI
	MOVQ	$x-8(SP), SI
	MOVQ	$y+0(FP), R8
	MOVQ	$16(SP), R9
	RET

TEXT ·small(SB), 0, $64-24
	NO_LOCAL_POINTERS
	CALL	·leaf(SB)
	MOVQ	a+8(FP), BX
	PUSHQ	BX
	MOVQ	a+8(FP), BX
	CALL	runtime·gosched<ABIInternal>(SB)
	POPQ	BX
	RET

TEXT ·quiet(SB), 0, $64-24 // no calls: needs no check
	MOVQ	BX, 8(SP)
	RET

TEXT ·framelessCaller(SB), 0, $0-0
	CALL	AX
	CALL	(AX)
	CALL	8(AX)(CX*8)
	RET

TEXT ·medium(SB), 0, $1000-8
	MOVQ	a+0(FP), BX
	RET

TEXT ·edge(SB), 0, $120-8
	MOVQ	a+0(FP), BX
	RET

TEXT ·big(SB), 0, $5000-8
	MOVQ	a+0(FP), BX
	JMP	done
	MOVQ	$1, AX
done:
	RET

TEXT ·bigContext(SB), WRAPPER|NOPROF, $100000-8
	CALL	·leaf(SB)
	RET

TEXT ·adjust(SB), NOSPLIT, $32-8
	ADJSP	$128
	MOVQ	a+0(FP), BX
	ADJSP	$-128
	ADJSP	$16
	PUSHFQ
	MOVQ	a+0(FP), BX
	POPFQ
	ADJSP	$-16
	RET

TEXT ·tail(SB), NOSPLIT, $8-8
	RET	·leaf(SB)

TEXT ·bare(SB), NOSPLIT|NOFRAME, $0-8
	JMP	·leaf(SB)

TEXT local<>(SB), NOSPLIT, $0
	CALL	local2<>(SB)
	RET

TEXT local2<>(SB), NOSPLIT, $0
	LEAQ	local<>(SB), AX
	MOVQ	$local<>(SB), BX
	MOVQ	$·leaf(SB), BX
	RET

TEXT ·jumps(SB), NOSPLIT, $0
	JMP	a
	JNE	2(PC)
	PCDATA	$0, $1
	INCQ	AX
	JMP	-2(PC)
a:
	JMP	b
	JEQ	c
	LOOP	a
	JCXZQ	b
b:	JMP c
c: d: JMP	e
	PCALIGN	$32
loop:
	JMP	loop
	JMP	loop
e:
	RET

TEXT ·align(SB), NOSPLIT, $0
	TESTQ	AX, AX
	JEQ	out
	PCALIGN	$64
	XORL	AX, AX
	BYTE	$0x90; WORD $0x9090; LONG $0x90909090; QUAD $0x9090909090909090
out:
	RET

TEXT ·floats(SB), NOSPLIT, $0
	MOVSD	$(1.5), X0
	MOVSD	$0.0, X1
	MOVSD	$(-0.0), X1
	MOVSS	$2.5e3, X2
	ADDSD	$1.5, X3
	MULSS	$(-.5e1), X4
	CMPPD	X1, X2, 3
	CMPSD	X1, X2, $3
	RET

TEXT ·tls(SB), NOSPLIT, $0
	MOVQ	TLS, CX
	MOVQ	0(CX)(TLS*1), AX
	MOVQ	(TLS), AX
	MOVQ	AX, 8(TLS)
	RET

TEXT ·exprs(SB), NOSPLIT, $0
	MOVQ	$(1<<3|1), AX
	MOVQ	$-1, AX
	MOVQ	$~0, AX
	MOVL	$'a', AX
	ADDQ	$(3*(4+5)), AX
	MOVQ	(2*8)(AX), BX
	MOVQ	-(8)(AX)(BX*2), CX
	MOVQ	(AX*8), CX
	MOVQ	16(AX*8), CX
	MOVQ	·table+(4*8)(SB), CX
	MOVQ	$0xfedcba9876543210, CX
	LOCK
	CMPXCHGQ	CX, (DX)
	LOCK; XADDQ AX, (BX)
	REP; MOVSQ
	RET

DATA ·table+0(SB)/8, $·leaf(SB)
DATA ·table+8(SB)/8, $1.25
DATA ·table+16(SB)/4, $1.25
DATA ·table+20(SB)/4, $"ab\x00c"
DATA ·table+24(SB)/2, $-2
DATA ·table+26(SB)/1, $0x7f
DATA ·table+32(SB)/8, $other<>+8(SB)
GLOBL ·table(SB), NOPTR, $48
GLOBL other<>(SB), RODATA|NOPTR, $(4*4)
DATA ro<>+0(SB)/8, $0x0102030405060708
GLOBL ro<>(SB), RODATA|DUPOK|NOPTR, $16
GLOBL ·zero(SB), NOPTR, $8
