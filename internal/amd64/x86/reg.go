package x86

import "strconv"

// Reg names a machine register. The general registers carry their hardware
// numbers 0..15; every vector file has 32 consecutive numbers. A general
// register is width-less, as in Plan 9 syntax: the mnemonic gives the width.
type Reg uint8

const (
	AX Reg = iota
	CX
	DX
	BX
	SP
	BP
	SI
	DI
	R8
	R9
	R10
	R11
	R12
	R13
	R14
	R15
)

// First registers of the remaining files.
const (
	X0  Reg = 16  // X0..X31
	Y0  Reg = 48  // Y0..Y31
	Z0  Reg = 80  // Z0..Z31
	K0  Reg = 112 // K0..K7
	AH  Reg = 120 // AH, CH, DH, BH: hardware numbers 4..7
	CH  Reg = 121
	DH  Reg = 122
	BH  Reg = 123
	M0  Reg = 124 // M0..M7, MMX
	F0  Reg = 132 // F0..F7, x87 stack
	ES  Reg = 140 // segment registers in hardware order
	CS  Reg = 141
	SS  Reg = 142
	DS  Reg = 143
	FS  Reg = 144
	GS  Reg = 145
	CR0 Reg = 146 // CR0..CR8
	DR0 Reg = 155 // DR0..DR7
	TLS Reg = 163 // base of thread-local storage, only as Mem.Base
	PC  Reg = 164 // instruction pointer, only as Mem.Base: disp(PC)

	AL Reg = 165 // AX, spelled AL: gc has shorter forms for byte operations on it

	numRegs     = 166
	NoReg   Reg = 0xFF
)

// Named vector and mask registers that code generators use often.
const (
	X1  = X0 + 1
	X2  = X0 + 2
	X3  = X0 + 3
	X4  = X0 + 4
	X5  = X0 + 5
	X6  = X0 + 6
	X7  = X0 + 7
	X8  = X0 + 8
	X9  = X0 + 9
	X10 = X0 + 10
	X11 = X0 + 11
	X12 = X0 + 12
	X13 = X0 + 13
	X14 = X0 + 14
	X15 = X0 + 15
	Y1  = Y0 + 1
	Y15 = Y0 + 15
	Z1  = Z0 + 1
	Z31 = Z0 + 31
	K1  = K0 + 1
	K7  = K0 + 7
)

// regFile describes one run of consecutive registers.
type regFile struct {
	first, n Reg
	prefix   string
	hw       uint8   // hardware number of the first
	class    operand // class bit of a member
}

var regFiles = [...]regFile{
	{X0, 32, "X", 0, isX},
	{Y0, 32, "Y", 0, isY},
	{Z0, 32, "Z", 0, isZ},
	{K0, 8, "K", 0, isK},
	{M0, 8, "M", 0, isMM},
	{F0, 8, "F", 0, isF},
	{CR0, 9, "CR", 0, isCR},
	{DR0, 8, "DR", 0, isDR},
}

// regInfo is what the encoder needs to know about a register.
type regInfo struct {
	class operand
	hw    uint8
}

var (
	regTable [numRegs]regInfo
	regNames [numRegs]string
	regIndex = map[string]Reg{}
)

func init() {
	for i, n := range []string{"AX", "CX", "DX", "BX", "SP", "BP", "SI", "DI"} {
		addReg(AX+Reg(i), n, isGP, uint8(i))
	}
	for i := R8; i <= R15; i++ {
		addReg(i, "R"+strconv.Itoa(int(i)), isGP, uint8(i))
		regIndex[regNames[i]+"B"] = i
	}
	for i, n := range []string{"AH", "CH", "DH", "BH"} {
		addReg(AH+Reg(i), n, isHi8, uint8(4+i))
	}
	for i, n := range []string{"ES", "CS", "SS", "DS", "FS", "GS"} {
		addReg(ES+Reg(i), n, isSeg, uint8(i))
	}
	for i, n := range []string{"CL", "DL", "BL", "SPB", "BPB", "SIB", "DIB"} {
		regIndex[n] = CX + Reg(i)
	}
	for _, f := range regFiles {
		for i := Reg(0); i < f.n; i++ {
			addReg(f.first+i, f.prefix+strconv.Itoa(int(i)), f.class, uint8(i))
		}
	}
	for i := Reg(16); i < 32; i++ {
		regTable[X0+i].class |= isHigh
		regTable[Y0+i].class |= isHigh
		regTable[Z0+i].class |= isHigh
	}
	addReg(TLS, "TLS", isTLS, 0)
	addReg(AL, "AL", isGP|isAX|isAL, 0)
	addReg(PC, "PC", 0, 0)
	regTable[AX].class |= isAX
	regTable[CX].class |= isCX
	regTable[DX].class |= isDX
	regTable[X0].class |= isX0
	for k := K1; k <= K7; k++ {
		regTable[k].class |= isMask
	}
	regTable[F0].class |= isF0
	regTable[FS].class = isFS
	regTable[GS].class = isGS
}

func addReg(r Reg, name string, class operand, hw uint8) {
	regTable[r] = regInfo{class, hw}
	regNames[r] = name
	regIndex[name] = r
}

// RegByName returns the register that Plan 9 calls name. The byte names
// (AL, R8B, ...) are synonyms of the width-less registers.
func RegByName(name string) (Reg, bool) {
	r, ok := regIndex[name]
	return r, ok
}

func (r Reg) String() string {
	if int(r) < len(regNames) && regNames[r] != "" {
		return regNames[r]
	}
	if r == NoReg {
		return "NONE"
	}
	return "Reg(" + strconv.Itoa(int(r)) + ")"
}

// Num returns the hardware number of r within its file.
func (r Reg) Num() uint8 { return regTable[r].hw }

// IsGP reports whether r is one of the sixteen general registers.
func (r Reg) IsGP() bool { return r <= R15 }

// IsVector reports whether r is an X, Y or Z register.
func (r Reg) IsVector() bool { return r >= X0 && r < K0 }
