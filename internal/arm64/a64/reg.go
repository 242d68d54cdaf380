package a64

import (
	"strconv"
	"sync"
)

// Reg is a register: 0 to 31 are R0 to R30 and ZR, 32 to 63 the vector registers.
type Reg uint8

const (
	R0 Reg = iota
	R1
	R2
	R3
	R4
	R5
	R6
	R7
	R8
	R9
	R10
	R11
	R12
	R13
	R14
	R15
	R16
	R17
	R18
	R19
	R20
	R21
	R22
	R23
	R24
	R25
	R26
	R27
	R28
	R29
	R30
	ZR
	F0
	F31 = F0 + 31
	SP  = F31 + 1
	// NoReg is no register.
	NoReg Reg = 0xff
	// Registers with a name of their own in assembly.
	G  = R28
	FP = R29
	LR = R30
)

// num is the number that instructions have for r.
func (r Reg) num() uint32 {
	if r == SP {
		return 31
	}
	return uint32(r) & 31
}

// IsFloat tells whether r is a vector register.
func (r Reg) IsFloat() bool { return r >= F0 && r <= F31 }

// isInt tells whether r is a general register, SP not among them.
func (r Reg) isInt() bool { return r <= ZR }

// String is the name in assembly.
func (r Reg) String() string {
	switch {
	case r == ZR:
		return "ZR"
	case r == SP:
		return "RSP"
	case r == G:
		return "g"
	case r.IsFloat():
		return "F" + strconv.Itoa(int(r-F0))
	case r < ZR:
		return "R" + strconv.Itoa(int(r))
	}
	return "NONE"
}

// RegByName finds a register by a name of assembly.
func RegByName(name string) (Reg, bool) {
	switch name {
	case "g":
		return G, true
	case "ZR":
		return ZR, true
	case "RSP":
		return SP, true
	case "LR":
		return LR, true
	case "R18_PLATFORM":
		return R18, true
	}
	if len(name) < 2 || len(name) > 3 || len(name) == 3 && name[1] == '0' {
		return NoReg, false
	}
	n, err := strconv.ParseUint(name[1:], 10, 8)
	switch {
	case err != nil:
	case name[0] == 'R' && n <= 30 && n != 28 && n != 18:
		return Reg(n), true
	case (name[0] == 'F' || name[0] == 'V') && n <= 31:
		return F0 + Reg(n), true
	}
	return NoReg, false
}

// Conds are the conditions by name.
var Conds = map[string]Cond{"EQ": EQ, "NE": NE, "HS": HS, "CS": HS, "LO": LO, "CC": LO, "MI": MI, "PL": PL, "VS": VS, "VC": VC, "HI": HI, "LS": LS,
	"GE": GE, "LT": LT, "GT": GT, "LE": LE, "AL": AL, "NV": 15}

// OpByName finds an instruction by its mnemonic.
func OpByName(name string) (Op, bool) {
	op, ok := byName()[name]
	return op, ok
}

var byName = sync.OnceValue(func() map[string]Op {
	m := make(map[string]Op, numOps)
	for op := Op(1); op < numOps; op++ {
		m[rows[op].name] = op
	}
	return m
})
