package x86

// operand is a set of operand properties. Each operand of an instruction is
// classified once; a form accepts it when the class it asks for meets that set.
type operand uint64

const (
	isAX operand = 1 << iota
	isAL
	isCX
	isDX
	isGP
	isHi8
	isX0
	isX
	isY
	isZ
	isK
	isMask // K1..K7
	isMM
	isF0
	isF
	isSeg
	isFS
	isGS
	isCR
	isDR
	isTLS
	isMem
	isVMX // vector memory (VSIB) with an X index
	isVMY
	isVMZ
	isListX
	isListZ
	is0
	is1
	isU2  // 2..3
	isU7  // 4..127
	isU8  // 128..255
	isI8  // -128..-1
	isS32 // other signed 32-bit
	isU32 // other unsigned 32-bit
	isI64
	isAddr   // $sym
	isTarget // branch
	isHigh   // needs EVEX: vector register 16..31; never asked for by a form

	setI8  = is0 | is1 | isU2 | isU7 | isI8
	setU8  = is0 | is1 | isU2 | isU7 | isU8
	setS32 = setI8 | setU8 | isS32
	setI32 = setS32 | isU32
	setR8  = isGP | isHi8
	setVec = isX | isY | isZ
)

// class is what a form asks of one operand; the tables use the names on the right.
type class uint8

const (
	cNone  class = iota
	cR           // r
	cRM          // rm
	cR8          // r8
	cRM8         // rm8
	cAL          // al
	cAX          // ax
	cCX          // cx
	cDX          // dx
	cM           // m
	cX           // x
	cXM          // xm
	cX0          // x0
	cY           // y
	cYM          // ym
	cZ           // z
	cZM          // zm
	cV           // v: vector of the instruction's length
	cVM          // vm
	cH           // h: vector of half that length (at least X)
	cHM          // hm
	cQ           // q: quarter
	cQM          // qm
	cE           // e: eighth
	cEM          // em
	cK           // k
	cKM          // km
	cK1          // k1: a mask register other than K0
	cMM          // mm
	cMMM         // mmm
	cF0          // f0
	cF           // f
	cSEG         // seg
	cFS          // fs
	cGS          // gs
	cCR          // cr
	cDR          // dr
	cVMX         // vmx
	cVMY         // vmy
	cVMZ         // vmz
	cLISTX       // listx: four X registers
	cLISTZ       // listz
	c0           // 0
	c1           // 1
	cU2          // u2
	cI8          // i8
	cU8          // u8
	cB8          // b8: any 8-bit, signed or not
	cS32         // s32
	cI32         // i32
	cI64         // i64
	cADDR        // addr
	cBR          // br
	numClasses
)

var classSet = [numClasses]operand{
	cR: isGP, cRM: isGP | isMem, cR8: setR8, cRM8: setR8 | isMem,
	cAL: isAL, cAX: isAX, cCX: isCX, cDX: isDX, cM: isMem,
	cX: isX, cXM: isX | isMem, cX0: isX0,
	cY: isY, cYM: isY | isMem, cZ: isZ, cZM: isZ | isMem,
	cV: setVec, cVM: setVec | isMem, cH: isX | isY, cHM: isX | isY | isMem,
	cQ: isX, cQM: isX | isMem, cE: isX, cEM: isX | isMem,
	cK: isK, cKM: isK | isMem, cK1: isMask, cMM: isMM, cMMM: isMM | isMem,
	cF0: isF0, cF: isF, cSEG: isSeg | isFS | isGS, cFS: isFS, cGS: isGS, cCR: isCR, cDR: isDR,
	cVMX: isVMX, cVMY: isVMY, cVMZ: isVMZ, cLISTX: isListX, cLISTZ: isListZ,
	c0: is0, c1: is1, cU2: is0 | is1 | isU2, cI8: setI8, cU8: setU8, cB8: setI8 | isU8,
	cS32: setS32, cI32: setI32, cI64: setI32 | isI64, cADDR: isAddr, cBR: isTarget,
}

// slot is the place in the encoding that an operand goes to.
type slot uint8

const (
	sNone slot = iota // implied by the opcode
	sReg              // ModRM.reg
	sRM               // ModRM.rm
	sVvvv             // VEX.vvvv
	sOpc              // low bits of the opcode
	sImm
	sIs4 // register in the high half of an immediate byte
	sBr
	sMask // EVEX.aaa
	sBoth // ModRM.reg and ModRM.rm
)

// encKind is the outer shape of an encoding.
type encKind uint8

const (
	encLegacy  encKind = iota
	encVEX             // VEX only
	encVEXEVEX         // VEX unless something needs EVEX
	encEVEX            // EVEX only
	encBranch          // relative branch
	encData            // BYTE, WORD, LONG, QUAD
)

// formFlag is a property of an encoding.
type formFlag uint16

const (
	fREXW   formFlag = 1 << iota // REX.W or VEX.W
	fO16                         // extra 66 before the mandatory prefix
	fFixed                       // digit is a whole ModRM byte
	fModRM                       // has a ModRM byte
	fEW                          // EVEX.W
	fL256                        // VEX.L = 1
	fL512                        // EVEX.L'L = 2
	fLVec                        // length comes from the v/h/q/e operands
	fBytes8                      // has byte registers: SP..DI need a REX
	fBcast                       // .BCST allowed
	fRound                       // .Rx_SAE allowed
	fSAE                         // .SAE allowed
	fMask                        // a {k} operand may precede the last operand
	fNoZero                      // masking without .Z
	fNoX                         // not for X registers
)

// immKind is the size of the trailing immediate.
type immKind uint8

const (
	immNone immKind = iota
	imm8
	imm16
	imm32
	imm64
)

// form is one encoding of one Op.
type form struct {
	n     uint8
	enc   encKind
	args  [5]class
	slots [5]slot
	pp    uint8 // mandatory prefix: 0, 0x66, 0xF3, 0xF2
	omap  uint8 // 0: one-byte opcodes, 1: 0F, 2: 0F38, 3: 0F3A
	opc   uint8
	digit uint8 // of ModRM.reg, or the fixed ModRM byte
	imm   immKind
	tuple uint8 // EVEX disp8 scaling: see tupleSize
	flags formFlag
}
