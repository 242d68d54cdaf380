package a64

import (
	"encoding/binary"
	"errors"
	"fmt"
)

// format puts the operands of an instruction into its opcode bits.
type format func(e *encoder, in *Inst, bits uint32) (uint32, error)

// RelocKind tells what a relocation changes in its instruction.
type RelocKind uint8

const (
	Page    RelocKind = iota // ADRP
	Low12                    // ADD
	LowMem8                  // loads and stores of 1, 2, 4, 8, 16 bytes
	LowMem16
	LowMem32
	LowMem64
	LowMem128
	Call26 // B, BL
	Near19 // loads of constants near by, CBZ and B.cond
	Near21 // ADR
)

// Reloc asks for a field of the instruction at Off to be filled in.
type Reloc struct {
	Off  int32
	Kind RelocKind
	Sym  string
	Add  int64
}

// Code is an assembled function.
type Code struct {
	Code   []byte
	PC     []int32 // of each instruction
	Relocs []Reloc
}

// encoder encodes one function.
type encoder struct {
	pc     []int32 // of each instruction and the end
	at     int32   // offset of the current one
	relocs []Reloc
}

var errOperands = errors.New("illegal combination of operands")

// Assemble encodes a function.
func Assemble(prog []Inst) (Code, error) {
	e := &encoder{pc: make([]int32, len(prog)+1)}
	off := int32(0)
	for i := range prog {
		if prog[i].Op == PCALIGN {
			off = (off + int32(prog[i].Args[0].Imm) - 1) &^ (int32(prog[i].Args[0].Imm) - 1)
		}
		e.pc[i] = off
		if size(prog[i].Op) {
			off += 4
		}
	}
	e.pc[len(prog)] = off
	code := make([]byte, 0, off)
	for i := range prog {
		in := &prog[i]
		for int32(len(code)) < e.pc[i] {
			code = binary.LittleEndian.AppendUint32(code, rows[NOOP].bits)
		}
		if !size(in.Op) {
			continue
		}
		e.at = e.pc[i]
		w, err := e.encode(in)
		if err != nil {
			return Code{}, &Error{Inst: i, Err: fmt.Errorf("%s: %w", in, err)}
		}
		code = binary.LittleEndian.AppendUint32(code, w)
	}
	return Code{Code: code, PC: e.pc[:len(prog)], Relocs: e.relocs}, nil
}

// Error is an instruction that cannot be encoded.
type Error struct {
	Inst int
	Err  error
}

func (e *Error) Error() string { return e.Err.Error() }

// size tells whether op makes code.
func size(op Op) bool { return op != PCALIGN && op != LABEL }

// Encode encodes an instruction that stands alone.
func Encode(in *Inst) (uint32, error) {
	e := &encoder{pc: make([]int32, 1)}
	return e.encode(in)
}

func (e *encoder) encode(in *Inst) (uint32, error) {
	if in.Op == 0 || in.Op >= numOps {
		return 0, errors.New("no such instruction")
	}
	r := &rows[in.Op]
	return r.format(e, in, r.bits)
}

// reloc asks for the current instruction's field.
func (e *encoder) reloc(k RelocKind, sym string, add int64) {
	e.relocs = append(e.relocs, Reloc{Off: e.at, Kind: k, Sym: sym, Add: add})
}
