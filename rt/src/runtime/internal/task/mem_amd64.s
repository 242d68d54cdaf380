//go:build strata

#include "textflag.h"

// From this size on the caches are left to others: copies do not go through them, and the processor's own loop clears.
#define HUGE 1048576

// func Memmove(to, from unsafe.Pointer, n uintptr)
//
// Overlap is allowed. Small sizes load everything before they store anything.
// Aligned words are copied by loads and stores of at least a word, so that a
// concurrent reader never sees half a pointer.
//
// Generated code outside of Go (wazero's) calls this and relies on registers that gc's
// version leaves alone: DX and those from R9 on.
TEXT runtime·memmove<ABIInternal>(SB), NOSPLIT|NOFRAME, $0-24
	MOVQ AX, DI
	MOVQ BX, SI
	MOVQ CX, BX
tail:
	CMPQ BX, $16
	JHI  over16
	CMPQ BX, $8
	JCC  to16
	CMPQ BX, $4
	JCC  to7
	TESTQ BX, BX
	JEQ  done
	// 1 to 3 bytes: first, middle, last.
	MOVBQZX (SI), AX
	MOVBQZX -1(SI)(BX*1), CX
	MOVQ BX, R8
	SHRQ $1, R8
	MOVBQZX (SI)(R8*1), SI
	MOVB AX, (DI)
	MOVB SI, (DI)(R8*1)
	MOVB CX, -1(DI)(BX*1)
done:
	RET
to7:
	MOVL (SI), AX
	MOVL -4(SI)(BX*1), CX
	MOVL AX, (DI)
	MOVL CX, -4(DI)(BX*1)
	RET
to16:
	MOVQ (SI), AX
	MOVQ -8(SI)(BX*1), CX
	MOVQ AX, (DI)
	MOVQ CX, -8(DI)(BX*1)
	RET
over16:
	CMPQ BX, $32
	JHI  over32
	MOVOU (SI), X0
	MOVOU -16(SI)(BX*1), X1
	MOVOU X0, (DI)
	MOVOU X1, -16(DI)(BX*1)
	RET
over32:
	CMPQ BX, $64
	JHI  over64
	MOVOU (SI), X0
	MOVOU 16(SI), X1
	MOVOU -32(SI)(BX*1), X2
	MOVOU -16(SI)(BX*1), X3
	MOVOU X0, (DI)
	MOVOU X1, 16(DI)
	MOVOU X2, -32(DI)(BX*1)
	MOVOU X3, -16(DI)(BX*1)
	RET
over64:
	CMPQ BX, $128
	JHI  large
	MOVOU (SI), X0
	MOVOU 16(SI), X1
	MOVOU 32(SI), X2
	MOVOU 48(SI), X3
	MOVOU -64(SI)(BX*1), X4
	MOVOU -48(SI)(BX*1), X5
	MOVOU -32(SI)(BX*1), X6
	MOVOU -16(SI)(BX*1), X7
	MOVOU X0, (DI)
	MOVOU X1, 16(DI)
	MOVOU X2, 32(DI)
	MOVOU X3, 48(DI)
	MOVOU X4, -64(DI)(BX*1)
	MOVOU X5, -48(DI)(BX*1)
	MOVOU X6, -32(DI)(BX*1)
	MOVOU X7, -16(DI)(BX*1)
	RET
large:
	MOVQ DI, AX
	SUBQ SI, AX
	JEQ  done
	CMPB ·WideVectors(SB), $0
	JNE  wide
	CMPQ AX, BX
	JCS  backward              // destination starts inside the source
	CMPQ BX, $2048
	JCC  string

	// Forward, 64 bytes a turn. The last 64 bytes are loaded first, since
	// the stores may overwrite them when the areas overlap.
forward:
	MOVOU -64(SI)(BX*1), X4
	MOVOU -48(SI)(BX*1), X5
	MOVOU -32(SI)(BX*1), X6
	MOVOU -16(SI)(BX*1), X7
	LEAQ  (DI)(BX*1), R8       // end of the destination
	SUBQ  $64, BX
fwd:
	MOVOU (SI), X0
	MOVOU 16(SI), X1
	MOVOU 32(SI), X2
	MOVOU 48(SI), X3
	MOVOU X0, (DI)
	MOVOU X1, 16(DI)
	MOVOU X2, 32(DI)
	MOVOU X3, 48(DI)
	ADDQ  $64, SI
	ADDQ  $64, DI
	SUBQ  $64, BX
	JHI   fwd
	MOVOU X4, -64(R8)
	MOVOU X5, -48(R8)
	MOVOU X6, -32(R8)
	MOVOU X7, -16(R8)
	RET

	// The processor's own copy loop; it works by words when both are aligned.
string:
	CMPQ AX, $64               // a short distance makes it slow
	JCS  forward
	MOVQ DI, CX
	ORQ  SI, CX
	TESTQ $7, CX
	JNE  bytes
	MOVQ BX, CX
	SHRQ $3, CX
	REP; MOVSQ
	ANDQ $7, BX
	JMP  tail
bytes:
	MOVQ BX, CX
	REP; MOVSB
	RET

	// Backward, the first 64 bytes loaded first.
backward:
	MOVOU (SI), X4
	MOVOU 16(SI), X5
	MOVOU 32(SI), X6
	MOVOU 48(SI), X7
	MOVQ  DI, R8
	ADDQ  BX, SI
	ADDQ  BX, DI
	SUBQ  $64, BX
bwd:
	MOVOU -16(SI), X0
	MOVOU -32(SI), X1
	MOVOU -48(SI), X2
	MOVOU -64(SI), X3
	MOVOU X0, -16(DI)
	MOVOU X1, -32(DI)
	MOVOU X2, -48(DI)
	MOVOU X3, -64(DI)
	SUBQ  $64, SI
	SUBQ  $64, DI
	SUBQ  $64, BX
	JHI   bwd
	MOVOU X4, (R8)
	MOVOU X5, 16(R8)
	MOVOU X6, 32(R8)
	MOVOU X7, 48(R8)
	RET

	// With vectors of 32 bytes: 128 bytes a turn, stores aligned. What the
	// loops may overwrite before they come to it, and the ends, are loaded first.
wide:
	CMPQ BX, $256
	JHI  wideLoop
	VMOVDQU (SI), Y0
	VMOVDQU 32(SI), Y1
	VMOVDQU 64(SI), Y2
	VMOVDQU 96(SI), Y3
	VMOVDQU -128(SI)(BX*1), Y4
	VMOVDQU -96(SI)(BX*1), Y5
	VMOVDQU -64(SI)(BX*1), Y6
	VMOVDQU -32(SI)(BX*1), Y7
	VMOVDQU Y0, (DI)
	VMOVDQU Y1, 32(DI)
	VMOVDQU Y2, 64(DI)
	VMOVDQU Y3, 96(DI)
	VMOVDQU Y4, -128(DI)(BX*1)
	VMOVDQU Y5, -96(DI)(BX*1)
	VMOVDQU Y6, -64(DI)(BX*1)
	VMOVDQU Y7, -32(DI)(BX*1)
	VZEROUPPER
	RET
wideLoop:
	LEAQ (DI)(BX*1), R8        // end of the destination
	CMPQ AX, BX
	JCS  wideBackward
	VMOVDQU -128(SI)(BX*1), Y4
	VMOVDQU -96(SI)(BX*1), Y5
	VMOVDQU -64(SI)(BX*1), Y6
	VMOVDQU -32(SI)(BX*1), Y7
	VMOVDQU (SI), Y8
	MOVQ DI, CX                // where the destination began
	MOVQ DI, AX
	NEGQ AX
	ANDQ $31, AX
	ADDQ AX, SI
	ADDQ AX, DI
	SUBQ AX, BX
	CMPQ BX, $HUGE
	JCC  huge
	SUBQ $128, BX
wideFwd:
	VMOVDQU (SI), Y0
	VMOVDQU 32(SI), Y1
	VMOVDQU 64(SI), Y2
	VMOVDQU 96(SI), Y3
	VMOVDQA Y0, (DI)
	VMOVDQA Y1, 32(DI)
	VMOVDQA Y2, 64(DI)
	VMOVDQA Y3, 96(DI)
	SUBQ $-128, SI
	SUBQ $-128, DI
	SUBQ $128, BX
	JHI  wideFwd
wideEnds:
	VMOVDQU Y8, (CX)
	VMOVDQU Y4, -128(R8)
	VMOVDQU Y5, -96(R8)
	VMOVDQU Y6, -64(R8)
	VMOVDQU Y7, -32(R8)
	VZEROUPPER
	RET
wideBackward:
	VMOVDQU (SI), Y4
	VMOVDQU 32(SI), Y5
	VMOVDQU 64(SI), Y6
	VMOVDQU 96(SI), Y7
	VMOVDQU -32(SI)(BX*1), Y8
	MOVQ R8, CX
	ANDQ $31, CX
	ADDQ BX, SI
	SUBQ CX, SI
	SUBQ CX, BX
	MOVQ R8, AX
	SUBQ CX, AX
	SUBQ $128, BX
wideBwd:
	VMOVDQU -32(SI), Y0
	VMOVDQU -64(SI), Y1
	VMOVDQU -96(SI), Y2
	VMOVDQU -128(SI), Y3
	VMOVDQA Y0, -32(AX)
	VMOVDQA Y1, -64(AX)
	VMOVDQA Y2, -96(AX)
	VMOVDQA Y3, -128(AX)
	SUBQ $128, SI
	SUBQ $128, AX
	SUBQ $128, BX
	JHI  wideBwd
	VMOVDQU Y4, (DI)
	VMOVDQU Y5, 32(DI)
	VMOVDQU Y6, 64(DI)
	VMOVDQU Y7, 96(DI)
	VMOVDQU Y8, -32(R8)
	VZEROUPPER
	RET
huge:
	SUBQ $128, BX
hugeFwd:
	PREFETCHNTA 512(SI)
	PREFETCHNTA 576(SI)
	VMOVDQU (SI), Y0
	VMOVDQU 32(SI), Y1
	VMOVDQU 64(SI), Y2
	VMOVDQU 96(SI), Y3
	VMOVNTDQ Y0, (DI)
	VMOVNTDQ Y1, 32(DI)
	VMOVNTDQ Y2, 64(DI)
	VMOVNTDQ Y3, 96(DI)
	SUBQ $-128, SI
	SUBQ $-128, DI
	SUBQ $128, BX
	JHI  hugeFwd
	SFENCE
	JMP  wideEnds

// func MemclrNoHeapPointers(p unsafe.Pointer, n uintptr)
TEXT runtime·memclrNoHeapPointers<ABIInternal>(SB), NOSPLIT|NOFRAME, $0-16
	MOVQ AX, DI
	XORL AX, AX
	CMPQ BX, $16
	JHI  over16
	CMPQ BX, $8
	JCC  to16
	CMPQ BX, $4
	JCC  to7
	TESTQ BX, BX
	JEQ  done
	MOVB AX, (DI)
	MOVB AX, -1(DI)(BX*1)
	SHRQ $1, BX
	MOVB AX, (DI)(BX*1)
done:
	RET
to7:
	MOVL AX, (DI)
	MOVL AX, -4(DI)(BX*1)
	RET
to16:
	MOVQ AX, (DI)
	MOVQ AX, -8(DI)(BX*1)
	RET
over16:
	PXOR X0, X0
	CMPQ BX, $32
	JHI  over32
	MOVOU X0, (DI)
	MOVOU X0, -16(DI)(BX*1)
	RET
over32:
	CMPQ BX, $64
	JHI  over64
	MOVOU X0, (DI)
	MOVOU X0, 16(DI)
	MOVOU X0, -32(DI)(BX*1)
	MOVOU X0, -16(DI)(BX*1)
	RET
over64:
	CMPQ BX, $128
	JHI  over128
	MOVOU X0, (DI)
	MOVOU X0, 16(DI)
	MOVOU X0, 32(DI)
	MOVOU X0, 48(DI)
	MOVOU X0, -64(DI)(BX*1)
	MOVOU X0, -48(DI)(BX*1)
	MOVOU X0, -32(DI)(BX*1)
	MOVOU X0, -16(DI)(BX*1)
	RET
over128:
	LEAQ (DI)(BX*1), R8        // end
	CMPB ·WideVectors(SB), $0
	JNE  wide
	CMPQ BX, $2048
	JCC  string
	SUBQ $64, BX
loop:
	MOVOU X0, (DI)
	MOVOU X0, 16(DI)
	MOVOU X0, 32(DI)
	MOVOU X0, 48(DI)
	ADDQ  $64, DI
	SUBQ  $64, BX
	JHI   loop
	MOVOU X0, -64(R8)
	MOVOU X0, -48(R8)
	MOVOU X0, -32(R8)
	MOVOU X0, -16(R8)
	RET

	// With vectors of 32 bytes: the first and last 128 bytes by hand, between them aligned stores.
wide:
	VPXOR X0, X0, X0           // clears all of Y0
	VMOVDQU Y0, (DI)
	VMOVDQU Y0, 32(DI)
	VMOVDQU Y0, 64(DI)
	VMOVDQU Y0, 96(DI)
	CMPQ BX, $256
	JLS  wideEnd
	CMPQ BX, $HUGE
	JCC  wideString
	SUBQ $-128, DI
	ANDQ $~31, DI
	LEAQ -128(R8), CX
wideLoop:
	VMOVDQA Y0, (DI)
	VMOVDQA Y0, 32(DI)
	VMOVDQA Y0, 64(DI)
	VMOVDQA Y0, 96(DI)
	SUBQ $-128, DI
	CMPQ DI, CX
	JCS  wideLoop
wideEnd:
	VMOVDQU Y0, -128(R8)
	VMOVDQU Y0, -96(R8)
	VMOVDQU Y0, -64(R8)
	VMOVDQU Y0, -32(R8)
	VZEROUPPER
	RET
wideString:
	VZEROUPPER
string:
	// The first and last 16 bytes by hand; between them the processor's loop, aligned.
	MOVOU X0, (DI)
	MOVOU X0, -16(DI)(BX*1)
	ADDQ  $8, DI
	ANDQ  $~7, DI
	MOVQ  R8, CX
	SUBQ  DI, CX
	SHRQ  $3, CX
	REP; STOSQ
	RET
