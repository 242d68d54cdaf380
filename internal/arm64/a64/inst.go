// Package a64 holds what the toolchain knows about arm64 instructions, as data.
//
// The tables folder lists every Plan 9 mnemonic with its format and opcode bits; the gen folder turns it into zops.go. A format
// (format.go and the files of formats) is a function that puts operands into the bits: adding an instruction of a known format is adding a line.
//
// The package takes a function body as a []Inst, each of them one instruction of the machine, and gives its bytes, the offset of each
// and relocations (Assemble). What the assembler's language makes of several instructions is package arm64's.
package a64

// Op is an instruction, by its Plan 9 mnemonic.
type Op uint16

// row is what is known of an instruction.
type row struct {
	name   string
	format format
	bits   uint32
}

// rows are filled by zops.go: formats lead back to them.
var rows [numOps]row

// String is the mnemonic.
func (op Op) String() string {
	if op < numOps && rows[op].name != "" {
		return rows[op].name
	}
	return "?"
}

// Inst is one instruction. Operands are in Plan 9 order, sources first.
type Inst struct {
	Op    Op
	NArgs uint8
	Pos   int32 // opaque line information, carried along
	Args  [5]Operand
}

// New returns an instruction with the given operands.
func New(op Op, args ...Operand) Inst {
	in := Inst{Op: op, NArgs: uint8(len(args))}
	copy(in.Args[:], args)
	return in
}

// Kind tells which fields of an operand count.
type Kind uint8

const (
	None      Kind = iota
	Register       // Reg
	Shifted        // Reg, Ext (a shift), Amt
	Extended       // Reg, Ext (an extension), Amt
	Immediate      // Imm; with Sym the low 12 bits of its address
	Float          // Imm has the bits of a float64
	Memory         // Reg, and Reg2 with Ext and Amt, or Imm; Mode; with Sym the low 12 bits of its address
	Pair           // Reg, Reg2
	Condition      // Imm
	Branch         // Target, or Sym
	Symbol         // Sym, Imm: its address, for ADRP and loads of constants
	Vector         // Reg, Arr
	Element        // Reg, Arr, Idx
	List           // Reg and the N-1 behind it, Arr
	ElemList       // List with Idx
	System         // Imm: the number of a system register
)

// Mode is how an address changes its base register.
type Mode uint8

const (
	Offset Mode = iota
	Pre         // before the access
	Post        // behind it
)

// Operand of an instruction.
type Operand struct {
	Kind   Kind
	Mode   Mode
	Ext    Ext
	Amt    uint8
	Arr    Arr
	Idx    int8
	N      uint8
	Reg    Reg
	Reg2   Reg
	Target int32 // index of an Inst
	Imm    int64
	Sym    string
}

// Ext is a shift or an extension of a register. Shifts have the encoding of the machine, extensions have it above 8.
type Ext uint8

const (
	LSLShift Ext = iota
	LSRShift
	ASRShift
	RORShift

	UXTBExt Ext = 8 + iota - 4
	UXTHExt
	UXTWExt
	UXTXExt
	SXTBExt
	SXTHExt
	SXTWExt
	SXTXExt
)

// Arr is the arrangement of a vector.
type Arr uint8

const (
	NoArr Arr = iota
	B8
	B16
	H4
	H8
	S2
	S4
	D1
	D2
	Q1
	ArrB // of an element
	ArrH
	ArrS
	ArrD
)

// R is a register.
func R(r Reg) Operand { return Operand{Kind: Register, Reg: r} }

// I is an immediate.
func I(v int64) Operand { return Operand{Kind: Immediate, Imm: v} }

// M is memory at disp(base).
func M(base Reg, disp int64) Operand {
	return Operand{Kind: Memory, Reg: base, Reg2: NoReg, Imm: disp}
}

// MX is memory at base plus an index register, shifted by amt.
func MX(base, index Reg, amt uint8) Operand {
	return Operand{Kind: Memory, Reg: base, Reg2: index, Ext: UXTXExt, Amt: amt}
}

// MPre and MPost are memory with the base register changed before or behind the access.
func MPre(base Reg, disp int64) Operand {
	return Operand{Kind: Memory, Reg: base, Reg2: NoReg, Imm: disp, Mode: Pre}
}

func MPost(base Reg, disp int64) Operand {
	return Operand{Kind: Memory, Reg: base, Reg2: NoReg, Imm: disp, Mode: Post}
}

// Sh is a shifted register.
func Sh(r Reg, kind Ext, amt uint8) Operand {
	return Operand{Kind: Shifted, Reg: r, Ext: kind, Amt: amt}
}

// P is a pair of registers.
func P(a, b Reg) Operand { return Operand{Kind: Pair, Reg: a, Reg2: b} }

// C is a condition.
func C(c Cond) Operand { return Operand{Kind: Condition, Imm: int64(c)} }

// To is the target of a branch.
func To(inst int32) Operand { return Operand{Kind: Branch, Target: inst} }

// CallSym is the target of a call or jump.
func CallSym(sym string) Operand { return Operand{Kind: Branch, Sym: sym} }

// Addr is the address of a symbol.
func Addr(sym string, off int64) Operand { return Operand{Kind: Symbol, Sym: sym, Imm: off} }

// Low is the low part of a symbol's address, as an immediate.
func Low(sym string, off int64) Operand { return Operand{Kind: Immediate, Sym: sym, Imm: off} }

// LowMem is memory at base plus the low part of a symbol's address.
func LowMem(base Reg, sym string, off int64) Operand {
	return Operand{Kind: Memory, Reg: base, Reg2: NoReg, Sym: sym, Imm: off}
}

// V is a vector register with an arrangement.
func V(r Reg, a Arr) Operand { return Operand{Kind: Vector, Reg: r, Arr: a} }

// Cond is a condition, as the machine numbers them; the lowest bit negates.
type Cond uint8

const (
	EQ Cond = iota
	NE
	HS
	LO
	MI
	PL
	VS
	VC
	HI
	LS
	GE
	LT
	GT
	LE
	AL
)

// Not is the opposite.
func (c Cond) Not() Cond { return c ^ 1 }
