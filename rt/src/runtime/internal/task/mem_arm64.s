//go:build strata

#include "textflag.h"

// func Memmove(to, from unsafe.Pointer, n uintptr)
//
// Overlap is allowed. Up to 128 bytes everything is loaded before anything is stored.
// Aligned words are copied by loads and stores of at least a word, so that a
// concurrent reader never sees half a pointer.
TEXT runtime·memmove<ABIInternal>(SB), NOSPLIT|NOFRAME, $0-24
	ADD  R1, R2, R3            // end of the source
	ADD  R0, R2, R4            // end of the destination
	CMP  $16, R2
	BHI  over16
	TBNZ $3, R2, to15
	CMP  $16, R2
	BEQ  to16
	TBNZ $2, R2, to7
	CBZ  R2, done
	// 1 to 3 bytes: first, middle, last.
	LSR  $1, R2, R5
	MOVBU (R1), R6
	MOVBU (R1)(R5), R7
	MOVBU -1(R3), R8
	MOVB R6, (R0)
	MOVB R7, (R0)(R5)
	MOVB R8, -1(R4)
done:
	RET
to7:
	MOVWU (R1), R6
	MOVWU -4(R3), R7
	MOVW R6, (R0)
	MOVW R7, -4(R4)
	RET
to15:
	MOVD (R1), R6
	MOVD -8(R3), R7
	MOVD R6, (R0)
	MOVD R7, -8(R4)
	RET
to16:
	LDP  (R1), (R6, R7)
	STP  (R6, R7), (R0)
	RET
over16:
	CMP  $32, R2
	BHI  over32
	LDP  (R1), (R6, R7)
	LDP  -16(R3), (R8, R9)
	STP  (R6, R7), (R0)
	STP  (R8, R9), -16(R4)
	RET
over32:
	CMP  $64, R2
	BHI  over64
	LDP  (R1), (R6, R7)
	LDP  16(R1), (R8, R9)
	LDP  -32(R3), (R10, R11)
	LDP  -16(R3), (R12, R13)
	STP  (R6, R7), (R0)
	STP  (R8, R9), 16(R0)
	STP  (R10, R11), -32(R4)
	STP  (R12, R13), -16(R4)
	RET
over64:
	CMP  $128, R2
	BHI  large
	FLDPQ (R1), (F0, F1)
	FLDPQ 32(R1), (F2, F3)
	FLDPQ -64(R3), (F4, F5)
	FLDPQ -32(R3), (F6, F7)
	FSTPQ (F0, F1), (R0)
	FSTPQ (F2, F3), 32(R0)
	FSTPQ (F4, F5), -64(R4)
	FSTPQ (F6, F7), -32(R4)
	RET
large:
	SUB  R1, R0, R5
	CBZ  R5, done
	CMP  R2, R5
	BLO  backward              // destination starts inside the source

	// Forward, 64 bytes a turn. The last 64 bytes are loaded first, since
	// the stores may overwrite them when the areas overlap.
	FLDPQ -64(R3), (F4, F5)
	FLDPQ -32(R3), (F6, F7)
	SUB  $64, R2, R2
forward:
	FLDPQ (R1), (F0, F1)
	FLDPQ 32(R1), (F2, F3)
	FSTPQ (F0, F1), (R0)
	FSTPQ (F2, F3), 32(R0)
	ADD  $64, R1, R1
	ADD  $64, R0, R0
	SUBS $64, R2, R2
	BHI  forward
	FSTPQ (F4, F5), -64(R4)
	FSTPQ (F6, F7), -32(R4)
	RET

	// Backward, the first 64 bytes loaded first.
backward:
	FLDPQ (R1), (F4, F5)
	FLDPQ 32(R1), (F6, F7)
	SUB  $64, R2, R2
back:
	FLDPQ -32(R3), (F0, F1)
	FLDPQ -64(R3), (F2, F3)
	FSTPQ (F0, F1), -32(R4)
	FSTPQ (F2, F3), -64(R4)
	SUB  $64, R3, R3
	SUB  $64, R4, R4
	SUBS $64, R2, R2
	BHI  back
	FSTPQ (F4, F5), (R0)
	FSTPQ (F6, F7), 32(R0)
	RET

// func MemclrNoHeapPointers(p unsafe.Pointer, n uintptr)
TEXT runtime·memclrNoHeapPointers<ABIInternal>(SB), NOSPLIT|NOFRAME, $0-16
	ADD  R0, R1, R2            // end
	CMP  $16, R1
	BHS  over15
	TBNZ $3, R1, to15
	TBNZ $2, R1, to7
	CBZ  R1, done
	LSR  $1, R1, R3
	MOVB ZR, (R0)
	MOVB ZR, (R0)(R3)
	MOVB ZR, -1(R2)
done:
	RET
to7:
	MOVW ZR, (R0)
	MOVW ZR, -4(R2)
	RET
to15:
	MOVD ZR, (R0)
	MOVD ZR, -8(R2)
	RET
over15:
	CMP  $64, R1
	BHI  over64
	STP  (ZR, ZR), (R0)
	STP  (ZR, ZR), -16(R2)
	CMP  $32, R1
	BLS  done
	STP  (ZR, ZR), 16(R0)
	STP  (ZR, ZR), -32(R2)
	RET
over64:
	SUB  $64, R1, R1
loop:
	STP  (ZR, ZR), (R0)
	STP  (ZR, ZR), 16(R0)
	STP  (ZR, ZR), 32(R0)
	STP  (ZR, ZR), 48(R0)
	ADD  $64, R0, R0
	SUBS $64, R1, R1
	BHI  loop
	STP  (ZR, ZR), -64(R2)
	STP  (ZR, ZR), -48(R2)
	STP  (ZR, ZR), -32(R2)
	STP  (ZR, ZR), -16(R2)
	RET
