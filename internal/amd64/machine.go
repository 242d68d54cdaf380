package amd64

import (
	"strata/internal/abi"
	"strata/internal/amd64/x86"
	"strata/internal/codegen"
	"strata/internal/regalloc"
	"strata/internal/ssa"
)

// Registers with a fixed role. Register numbers of package x86 double as the
// allocator's: 0..15 general, 16..31 X.
const (
	regG     = x86.R14
	regCtxt  = x86.DX
	scratchX = x86.X15 // never allocated: moves between memory, masks of expansions
	// prologueA and prologueB hold no argument and are free before the body.
	prologueA = x86.R12
	prologueB = x86.R13
)

// intRegs and floatRegs are the allocatable registers in order of preference:
// those with the shorter encodings first.
var (
	intRegs = []regalloc.PReg{
		preg(x86.AX), preg(x86.CX), preg(x86.DX), preg(x86.BX), preg(x86.SI), preg(x86.DI),
		preg(x86.R8), preg(x86.R9), preg(x86.R10), preg(x86.R11), preg(x86.R12), preg(x86.R13), preg(x86.R15),
	}
	floatRegs = []regalloc.PReg{
		preg(x86.X0), preg(x86.X1), preg(x86.X2), preg(x86.X3), preg(x86.X4), preg(x86.X5), preg(x86.X6), preg(x86.X7),
		preg(x86.X8), preg(x86.X9), preg(x86.X10), preg(x86.X11), preg(x86.X12), preg(x86.X13), preg(x86.X14),
	}
)

// Target describes amd64.
var Target = codegen.Target{
	Name: "amd64", Ints: intRegs, Floats: floatRegs, Scratch: preg(scratchX), InlineLimit: inlineLimit, Filler: 0xCC, LoopAlign: loopAlign, StackSmall: stackSmall,
	Select: selectFunc, Emit: emit, NewScratch: func() any { return new(scratch) },
}

func preg(r x86.Reg) regalloc.PReg { return regalloc.PReg(r) }

// mop is an instruction as the shared part of code generation numbers it.
func mop(op x86.Op) codegen.Op { return codegen.Op(op) }

// expansion emits a machine instruction that stands for several.
type expansion = func(e *emitter, in *codegen.Inst)

// loopAlign is where short loops begin; functions do too, so that this is known.
const loopAlign = 32

// allRegs is what a call clobbers.
var allRegs = func() (s regalloc.RegSet) {
	for _, list := range [][]regalloc.PReg{intRegs, floatRegs} {
		for _, r := range list {
			s = s.With(r)
		}
	}
	return s
}()

// abiInts are the integer registers of the register convention, by ordinal.
var abiInts = [...]x86.Reg{x86.AX, x86.BX, x86.CX, x86.DI, x86.SI, x86.R8, x86.R9, x86.R10, x86.R11}

// compReg is the register of a component that has one.
func compReg(c *abi.Component) x86.Reg {
	if c.Class == abi.Float {
		return x86.X0 + x86.Reg(c.Reg)
	}
	return abiInts[c.Reg]
}

// Stack limits, as in Go's runtime.
const (
	stackSmall  = 128  // frames up to this may reach below the guard
	stackBig    = 4096 // beyond this SP minus frame may wrap around
	guardOffset = 16   // of stackguard0 in g
	tlsG        = -8   // of g from the FS base
)

// widths is an instruction in its four operand sizes, 1, 2, 4 and 8 bytes.
type widths [4]x86.Op

// of chooses by the size of t.
func (w *widths) of(t ssa.Type) x86.Op {
	switch t.Size() {
	case 1:
		return w[0]
	case 2:
		return w[1]
	case 4:
		return w[2]
	}
	return w[3]
}

// Integer arithmetic on 1 and 2 bytes uses the 4-byte form: bits above a value's width are junk.
var (
	opADD    = widths{x86.ADDL, x86.ADDL, x86.ADDL, x86.ADDQ}
	opSUB    = widths{x86.SUBL, x86.SUBL, x86.SUBL, x86.SUBQ}
	opAND    = widths{x86.ANDL, x86.ANDL, x86.ANDL, x86.ANDQ}
	opOR     = widths{x86.ORL, x86.ORL, x86.ORL, x86.ORQ}
	opXOR    = widths{x86.XORL, x86.XORL, x86.XORL, x86.XORQ}
	opIMUL   = widths{x86.IMULL, x86.IMULL, x86.IMULL, x86.IMULQ}
	opIMUL3  = widths{x86.IMUL3L, x86.IMUL3L, x86.IMUL3L, x86.IMUL3Q}
	opNEG    = widths{x86.NEGL, x86.NEGL, x86.NEGL, x86.NEGQ}
	opNOT    = widths{x86.NOTL, x86.NOTL, x86.NOTL, x86.NOTQ}
	opLEA    = widths{x86.LEAL, x86.LEAL, x86.LEAL, x86.LEAQ}
	opSHL    = widths{x86.SHLL, x86.SHLL, x86.SHLL, x86.SHLQ}
	opSHR    = widths{x86.SHRL, x86.SHRL, x86.SHRL, x86.SHRQ}
	opSAR    = widths{x86.SARL, x86.SARL, x86.SARL, x86.SARQ}
	opROL    = widths{x86.ROLB, x86.ROLW, x86.ROLL, x86.ROLQ}
	opCMP    = widths{x86.CMPB, x86.CMPW, x86.CMPL, x86.CMPQ}
	opTEST   = widths{x86.TESTB, x86.TESTW, x86.TESTL, x86.TESTQ}
	opMOV    = widths{x86.MOVB, x86.MOVW, x86.MOVL, x86.MOVQ}
	opDIV    = widths{x86.DIVL, x86.DIVL, x86.DIVL, x86.DIVQ}
	opIDIV   = widths{x86.IDIVL, x86.IDIVL, x86.IDIVL, x86.IDIVQ}
	opMUL1   = widths{x86.MULL, x86.MULL, x86.MULL, x86.MULQ}
	opIMUL1  = widths{x86.IMULL, x86.IMULL, x86.IMULL, x86.IMULQ}
	opXCHG   = widths{x86.XCHGB, x86.XCHGW, x86.XCHGL, x86.XCHGQ}
	opXADD   = widths{x86.XADDB, x86.XADDW, x86.XADDL, x86.XADDQ}
	opCMPX   = widths{x86.CMPXCHGB, x86.CMPXCHGW, x86.CMPXCHGL, x86.CMPXCHGQ}
	opZX     = widths{x86.MOVBLZX, x86.MOVWLZX, x86.MOVL, x86.MOVQ}
	opSXL    = widths{x86.MOVBLSX, x86.MOVWLSX, x86.MOVL, x86.MOVQ}
	opSXQ    = widths{x86.MOVBQSX, x86.MOVWQSX, x86.MOVLQSX, x86.MOVQ}
	memADD   = widths{x86.ADDB, x86.ADDW, x86.ADDL, x86.ADDQ}
	memSUB   = widths{x86.SUBB, x86.SUBW, x86.SUBL, x86.SUBQ}
	memAND   = widths{x86.ANDB, x86.ANDW, x86.ANDL, x86.ANDQ}
	memOR    = widths{x86.ORB, x86.ORW, x86.ORL, x86.ORQ}
	memXOR   = widths{x86.XORB, x86.XORW, x86.XORL, x86.XORQ}
	floatMOV = widths{2: x86.MOVSS, 3: x86.MOVSD}
	floatADD = widths{2: x86.ADDSS, 3: x86.ADDSD}
	floatSUB = widths{2: x86.SUBSS, 3: x86.SUBSD}
	floatMUL = widths{2: x86.MULSS, 3: x86.MULSD}
	floatDIV = widths{2: x86.DIVSS, 3: x86.DIVSD}
	floatSQR = widths{2: x86.SQRTSS, 3: x86.SQRTSD}
	floatMIN = widths{2: x86.MINSS, 3: x86.MINSD}
	floatRND = widths{2: x86.ROUNDSS, 3: x86.ROUNDSD}
	floatUCM = widths{2: x86.UCOMISS, 3: x86.UCOMISD}
)

// cc is a condition of the flags: the hardware's number, whose lowest bit negates.
type cc uint8

const (
	ccOS cc = iota
	ccOC
	ccCS // unsigned <
	ccCC
	ccEQ
	ccNE
	ccLS // unsigned <=
	ccHI
	ccMI
	ccPL
	ccPS // unordered
	ccPC
	ccLT
	ccGE
	ccLE
	ccGT
)

func (c cc) not() cc { return c ^ 1 }

// swapped is the condition for the operands exchanged.
func (c cc) swapped() cc {
	switch c {
	case ccCS:
		return ccHI
	case ccHI:
		return ccCS
	case ccLS:
		return ccCC
	case ccCC:
		return ccLS
	case ccLT:
		return ccGT
	case ccGT:
		return ccLT
	case ccLE:
		return ccGE
	case ccGE:
		return ccLE
	}
	return c
}

var (
	jccOps   = [16]x86.Op{x86.JOS, x86.JOC, x86.JCS, x86.JCC, x86.JEQ, x86.JNE, x86.JLS, x86.JHI, x86.JMI, x86.JPL, x86.JPS, x86.JPC, x86.JLT, x86.JGE, x86.JLE, x86.JGT}
	setccOps = [16]x86.Op{x86.SETOS, x86.SETOC, x86.SETCS, x86.SETCC, x86.SETEQ, x86.SETNE, x86.SETLS, x86.SETHI, x86.SETMI, x86.SETPL, x86.SETPS, x86.SETPC, x86.SETLT, x86.SETGE, x86.SETLE, x86.SETGT}
	cmovlOps = [16]x86.Op{x86.CMOVLOS, x86.CMOVLOC, x86.CMOVLCS, x86.CMOVLCC, x86.CMOVLEQ, x86.CMOVLNE, x86.CMOVLLS, x86.CMOVLHI, x86.CMOVLMI, x86.CMOVLPL, x86.CMOVLPS, x86.CMOVLPC, x86.CMOVLLT, x86.CMOVLGE, x86.CMOVLLE, x86.CMOVLGT}
	cmovqOps = [16]x86.Op{x86.CMOVQOS, x86.CMOVQOC, x86.CMOVQCS, x86.CMOVQCC, x86.CMOVQEQ, x86.CMOVQNE, x86.CMOVQLS, x86.CMOVQHI, x86.CMOVQMI, x86.CMOVQPL, x86.CMOVQPS, x86.CMOVQPC, x86.CMOVQLT, x86.CMOVQGE, x86.CMOVQLE, x86.CMOVQGT}
)
