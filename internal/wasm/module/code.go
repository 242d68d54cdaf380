// Package module writes WebAssembly: instructions (Code) and whole modules (Module), in the binary format of the core
// specification 2.0. It knows the format and nothing of Go. The table of instructions (opcode.go) says what follows each opcode.
package module

import "encoding/binary"

// Type is a value type.
type Type byte

const (
	I32     Type = 0x7f
	I64     Type = 0x7e
	F32     Type = 0x7d
	F64     Type = 0x7c
	FuncRef Type = 0x70
	Empty   Type = 0x40 // block type of blocks that give nothing
)

// AppendUint appends n as an unsigned LEB128 number.
func AppendUint(b []byte, n uint64) []byte { return binary.AppendUvarint(b, n) }

// AppendInt appends n as a signed LEB128 number.
func AppendInt(b []byte, n int64) []byte {
	for {
		c := byte(n & 0x7f)
		n >>= 7
		if n == 0 && c&0x40 == 0 || n == -1 && c&0x40 != 0 {
			return append(b, c)
		}
		b = append(b, c|0x80)
	}
}

// Code is a sequence of instructions in the making.
type Code struct{ Bytes []byte }

// Len is the offset of the next instruction.
func (c *Code) Len() int { return len(c.Bytes) }

// Op appends an opcode without its immediates.
func (c *Code) Op(op Op) {
	if op >= Prefixed {
		c.Bytes = AppendUint(append(c.Bytes, 0xfc), uint64(op-Prefixed))
	} else {
		c.Bytes = append(c.Bytes, byte(op))
	}
	switch Instructions[op].Imm {
	case Zero:
		c.Bytes = append(c.Bytes, 0)
	case ZeroZero:
		c.Bytes = append(c.Bytes, 0, 0)
	}
}

// Idx appends an instruction with an index.
func (c *Code) Idx(op Op, i uint32) {
	c.Op(op)
	c.Bytes = AppendUint(c.Bytes, uint64(i))
}

// I32 and I64 append constants.
func (c *Code) I32(n int32) {
	c.Op(I32Const)
	c.Bytes = AppendInt(c.Bytes, int64(n))
}

func (c *Code) I64(n int64) {
	c.Op(I64Const)
	c.Bytes = AppendInt(c.Bytes, n)
}

// F32 and F64 append constants by their bits.
func (c *Code) F32(bits uint32) {
	c.Op(F32Const)
	c.Bytes = binary.LittleEndian.AppendUint32(c.Bytes, bits)
}

func (c *Code) F64(bits uint64) {
	c.Op(F64Const)
	c.Bytes = binary.LittleEndian.AppendUint64(c.Bytes, bits)
}

// Mem appends a load or store at an offset, without promise about alignment.
func (c *Code) Mem(op Op, offset uint32) {
	c.Op(op)
	c.Bytes = AppendUint(append(c.Bytes, 0), uint64(offset))
}

// Begin appends block, loop or if of a block type.
func (c *Code) Begin(op Op, t Type) {
	c.Op(op)
	c.Bytes = append(c.Bytes, byte(t))
}

// Table appends br_table.
func (c *Code) Table(labels []uint32, def uint32) {
	c.Op(BrTable)
	c.Bytes = AppendUint(c.Bytes, uint64(len(labels)))
	for _, l := range labels {
		c.Bytes = AppendUint(c.Bytes, uint64(l))
	}
	c.Bytes = AppendUint(c.Bytes, uint64(def))
}
