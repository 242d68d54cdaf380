// Package x86 holds what the toolchain knows about amd64 instructions, as data.
//
// The tables folder lists every (Plan 9 mnemonic, operand forms, encoding);
// the gen folder turns it into zops.go (an Op constant for each mnemonic) and
// zforms.go (the forms of each Op). Encoder, mnemonic lookup and printing all
// read those tables; adding an instruction is adding a line to a table.
//
// The package takes a function body as a []Inst and gives its bytes, the offset
// of each instruction, and relocations (Assemble). It owns branch relaxation.
// Where the hardware has several encodings for one instruction it picks the one
// that the Go assembler picks, so that `go tool asm` is a byte-exact oracle.
package x86

// Inst is one instruction or pseudo-instruction. Operands are in Plan 9 order
// (sources first). Lock and repeat prefixes are instructions of their own.
type Inst struct {
	Op     Op
	NArgs  uint8
	Suffix Suffix
	Pos    int32 // opaque line information, carried along
	Args   [6]Operand
}

// Suffix is the set of EVEX opcode suffixes: VADDPD.RN_SAE.Z.
type Suffix uint8

const (
	Zeroing   Suffix = 1 << iota // .Z
	Broadcast                    // .BCST
	SAE                          // .SAE: suppress all exceptions
	Rounding                     // .Rx_SAE; the mode is in roundShift
	_
	_
	roundLo
	roundHi

	roundShift = 6
	RoundRN    = Rounding | 0<<roundShift
	RoundRD    = Rounding | 1<<roundShift
	RoundRU    = Rounding | 2<<roundShift
	RoundRZ    = Rounding | 3<<roundShift
)

// New returns an instruction with the given operands.
func New(op Op, args ...Operand) Inst {
	in := Inst{Op: op, NArgs: uint8(len(args))}
	copy(in.Args[:], args)
	return in
}

// OperandKind tells which fields of an Operand count.
type OperandKind uint8

const (
	None      OperandKind = iota
	Register              // Reg
	Memory                // Mem
	Immediate             // Imm
	SymImm                // Mem.Sym, Mem.Disp: the address $sym+disp(SB)
	Branch                // Target (index of an Inst), or Mem.Sym when not empty
	FloatImm              // Imm holds the float64 bits; no machine form takes it
	RegList               // Reg..Reg+3, four consecutive vector registers
)

// Operand is one argument of an instruction.
type Operand struct {
	Kind   OperandKind
	Wide   bool // of an Immediate: not in one byte, even if it would fit
	Reg    Reg
	Target int32
	Imm    int64
	Mem    Mem
}

// Mem is a memory operand: Disp(Base)(Index*Scale). With Sym it is Sym+Disp, relative to the instruction pointer, or with an
// index (Sym+Disp)(Index*Scale), whose address is absolute and below 2 GB; Base is NoReg then.
//
// The zero Mem is 0(AX): use M, MI or SymMem, which fill in NoReg.
type Mem struct {
	Base, Index Reg
	Scale       uint8
	Disp        int64
	Sym         string
}

// R is a register operand.
func R(r Reg) Operand { return Operand{Kind: Register, Reg: r} }

// I is an integer immediate.
func I(v int64) Operand { return Operand{Kind: Immediate, Imm: v} }

// M is the memory at disp(base).
func M(base Reg, disp int64) Operand {
	return Operand{Kind: Memory, Mem: Mem{Base: base, Index: NoReg, Disp: disp}}
}

// MI is the memory at disp(base)(index*scale).
func MI(base, index Reg, scale uint8, disp int64) Operand {
	return Operand{Kind: Memory, Mem: Mem{Base: base, Index: index, Scale: scale, Disp: disp}}
}

// SymMem is the memory at sym+add(SB).
func SymMem(sym string, add int64) Operand {
	return Operand{Kind: Memory, Mem: Mem{Base: NoReg, Index: NoReg, Sym: sym, Disp: add}}
}

// To is a branch to the instruction with index target.
func To(target int32) Operand { return Operand{Kind: Branch, Target: target} }

// CallSym is a branch to a symbol.
func CallSym(sym string) Operand {
	return Operand{Kind: Branch, Target: -1, Mem: Mem{Base: NoReg, Index: NoReg, Sym: sym}}
}

// Reloc asks for the value of a symbol to be stored into the code.
type Reloc struct {
	Off  int32 // of the field, from the start of the code
	Size uint8 // of the field in bytes
	Kind RelocKind
	Sym  string
	Add  int64
}

// RelocKind says what is stored.
type RelocKind uint8

const (
	// PCRel32 stores S + Add - P: S is the address of Sym, P the address of
	// the field itself. Add already accounts for the bytes from the field to
	// the end of the instruction (usually -4).
	PCRel32 RelocKind = iota + 1
	// CallRel32 is a PCRel32 in a CALL, JMP or Jcc.
	CallRel32
	// Abs32 and Abs64 store S + Add.
	Abs32
	Abs64
	// TLSOff32 stores the offset of g's slot from the thread pointer (the FS
	// base) plus Add. Sym is empty.
	TLSOff32
)

// Result is an assembled function.
type Result struct {
	Code   []byte
	PC     []int32 // start offset of each Inst; len(PC) == len(prog)
	Relocs []Reloc // in order of Off
	Align  int32   // largest PCALIGN, or 0: the function must start at such an address
}
