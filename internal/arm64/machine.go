package arm64

import (
	"strata/internal/abi"
	"strata/internal/arm64/a64"
	"strata/internal/codegen"
	"strata/internal/regalloc"
	"strata/internal/ssa"
)

// Registers with a fixed role. Register numbers of package a64 double as the allocator's: 0..31 general, 32..63 vectors.
const (
	regG    = a64.G
	regCtxt = a64.R26
	// tmpA, tmpB and tmpC are never allocated: addresses that an instruction cannot hold go through tmpA, others of the same
	// expansion through tmpB, data through tmpC.
	tmpA = a64.R17
	tmpB = a64.R16
	tmpC = a64.R27
	// scratchV is never allocated: moves between memory.
	scratchV = a64.F31
	// barrierReg is where the write barrier's buffer comes from. It is never allocated, so that it holds nothing wherever asynchronous
	// preemption may come: going on from there takes a register.
	barrierReg = a64.R25
)

// intRegs and floatRegs are the allocatable registers in order of preference. R18 belongs to the platform.
var (
	intRegs   = append(append(pregs(a64.R0, a64.R15), pregs(a64.R19, a64.R24)...), preg(regCtxt))
	floatRegs = pregs(a64.F0, a64.F0+30)
)

// Regs are the registers of the calling convention.
var Regs = abi.Regs{Ints: 16, Floats: 16}

// Target describes arm64.
var Target = codegen.Target{
	Name: "arm64", Ints: intRegs, Floats: floatRegs, Scratch: preg(scratchV), InlineLimit: inlineLimit, LoopAlign: 16, StackSmall: stackSmall,
	LinkArea: 8, OnePiece: true, Without: without,
	Select: selectFunc, Emit: emit, NewScratch: func() any { return new(scratch) },
}

// without are functions that amd64 has instructions for.
var without = []string{
	"math/bits.Div", "math/bits.Div64",
	// Maps search their groups as the library's Go code does: a set of slots is a byte per slot there.
	"internal/runtime/maps.ctrlGroupMatchH2", "internal/runtime/maps.ctrlGroupMatchEmpty", "internal/runtime/maps.ctrlGroupMatchEmptyOrDeleted",
	"internal/runtime/maps.ctrlGroupMatchFull", "internal/runtime/maps.bitsetFirst", "internal/runtime/maps.bitsetRemoveBelow",
	"internal/runtime/maps.bitsetLowestSet", "internal/runtime/maps.bitsetShiftOutLowest",
}

func pregs(from, to a64.Reg) (list []regalloc.PReg) {
	for r := from; r <= to; r++ {
		list = append(list, preg(r))
	}
	return list
}

func preg(r a64.Reg) regalloc.PReg { return regalloc.PReg(r) }

// mop is an instruction as the shared part of code generation numbers it.
func mop(op a64.Op) codegen.Op { return codegen.Op(op) }

// expansion emits a machine instruction that stands for several.
type expansion = func(e *emitter, in *codegen.Inst)

// allRegs is what a call clobbers.
var allRegs = func() (s regalloc.RegSet) {
	for _, list := range [][]regalloc.PReg{intRegs, floatRegs} {
		for _, r := range list {
			s = s.With(r)
		}
	}
	return s
}()

// compReg is the register of a component that has one.
func compReg(c *abi.Component) a64.Reg {
	if c.Class == abi.Float {
		return a64.F0 + a64.Reg(c.Reg)
	}
	return a64.R0 + a64.Reg(c.Reg)
}

// Stack limits, as in Go's runtime.
const (
	stackSmall  = 128  // frames up to this may reach below the guard
	stackBig    = 4096 // beyond this SP minus frame may wrap around
	guardOffset = 16   // of stackguard0 in g
)

// widths is an instruction on 4 and on 8 bytes.
type widths [2]a64.Op

// of chooses by the size of t. Integer arithmetic on 1 and 2 bytes uses the 4-byte form: bits above a value's width are junk.
func (w *widths) of(t ssa.Type) a64.Op {
	if t.Size() == 8 {
		return w[1]
	}
	return w[0]
}

var (
	opADD  = widths{a64.ADDW, a64.ADD}
	opSUB  = widths{a64.SUBW, a64.SUB}
	opSUBS = widths{a64.SUBSW, a64.SUBS}
	opAND  = widths{a64.ANDW, a64.AND}
	opORR  = widths{a64.ORRW, a64.ORR}
	opEOR  = widths{a64.EORW, a64.EOR}
	opMUL  = widths{a64.MULW, a64.MUL}
	opMSUB = widths{a64.MSUBW, a64.MSUB}
	opNEG  = widths{a64.NEGW, a64.NEG}
	opMVN  = widths{a64.MVNW, a64.MVN}
	opLSL  = widths{a64.LSLW, a64.LSL}
	opLSR  = widths{a64.LSRW, a64.LSR}
	opASR  = widths{a64.ASRW, a64.ASR}
	opROR  = widths{a64.RORW, a64.ROR}
	opCMP  = widths{a64.CMPW, a64.CMP}
	opCMN  = widths{a64.CMNW, a64.CMN}
	opTST  = widths{a64.TSTW, a64.TST}
	opCSEL = widths{a64.CSELW, a64.CSEL}
	opSDIV = widths{a64.SDIVW, a64.SDIV}
	opUDIV = widths{a64.UDIVW, a64.UDIV}
	opCLZ  = widths{a64.CLZW, a64.CLZ}
	opRBIT = widths{a64.RBITW, a64.RBIT}
	opADDS = widths{a64.ADDSW, a64.ADDS}
	opADCS = widths{a64.ADCSW, a64.ADCS}
	opSBCS = widths{a64.SBCSW, a64.SBCS}

	floatADD = widths{a64.FADDS, a64.FADDD}
	floatSUB = widths{a64.FSUBS, a64.FSUBD}
	floatMUL = widths{a64.FMULS, a64.FMULD}
	floatDIV = widths{a64.FDIVS, a64.FDIVD}
	floatMIN = widths{a64.FMINS, a64.FMIND}
	floatMAX = widths{a64.FMAXS, a64.FMAXD}
	floatNEG = widths{a64.FNEGS, a64.FNEGD}
	floatABS = widths{a64.FABSS, a64.FABSD}
	floatSQR = widths{a64.FSQRTS, a64.FSQRTD}
	floatCMP = widths{a64.FCMPS, a64.FCMPD}
	floatMOV = widths{a64.FMOVS, a64.FMOVD}
	floatSEL = widths{a64.FCSELS, a64.FCSELD}
	floatFMA = widths{a64.FMADDS, a64.FMADDD}
)

// loadOps and storeOps are by log2 of the size; loads extend by zeros.
var (
	loadOps  = [4]a64.Op{a64.MOVBU, a64.MOVHU, a64.MOVWU, a64.MOVD}
	storeOps = [4]a64.Op{a64.MOVB, a64.MOVH, a64.MOVW, a64.MOVD}
	signOps  = [4]a64.Op{a64.MOVB, a64.MOVH, a64.MOVW, a64.MOVD}
)

func log2(size int64) int {
	switch size {
	case 1:
		return 0
	case 2:
		return 1
	case 4:
		return 2
	case 8:
		return 3
	}
	return 4
}

// loadOp reads a value of type t into a register.
func loadOp(t ssa.Type) a64.Op {
	switch t {
	case ssa.F32, ssa.F64:
		return floatMOV.of(t)
	case ssa.V128:
		return a64.FMOVQ
	}
	return loadOps[log2(t.Size())]
}

// storeOp writes the low part of a register.
func storeOp(t ssa.Type) a64.Op {
	switch t {
	case ssa.F32, ssa.F64:
		return floatMOV.of(t)
	case ssa.V128:
		return a64.FMOVQ
	}
	return storeOps[log2(t.Size())]
}

// narrow tells whether t is smaller than the registers that arithmetic works on.
func narrow(t ssa.Type) bool { return t.Size() < 4 }

// wide is t or I32 for narrower types.
func wide(t ssa.Type) ssa.Type {
	if narrow(t) {
		return ssa.I32
	}
	return t
}
