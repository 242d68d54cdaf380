package amd64

import (
	"encoding/binary"

	"strata/internal/amd64/x86"
)

// poolSym stands for the constant pool, which lies behind the code of the same symbol.
const poolSym = ".pool"

// pool holds the constants of a function and its jump tables.
type pool struct {
	data  []byte
	index map[poolKey]int
}

type poolKey struct {
	bits uint64
	size int
}

// add returns the offset of a constant of 4 or 8 bytes.
func (p *pool) add(bits uint64, size int) int {
	k := poolKey{bits, size}
	if off, ok := p.index[k]; ok {
		return off
	}
	if p.index == nil {
		p.index = map[poolKey]int{}
	}
	off := p.align(size)
	p.index[k] = off
	if size == 4 {
		p.data = binary.LittleEndian.AppendUint32(p.data, uint32(bits))
	} else {
		p.data = binary.LittleEndian.AppendUint64(p.data, bits)
	}
	return off
}

func (p *pool) align(n int) int {
	for len(p.data)%n != 0 {
		p.data = append(p.data, 0)
	}
	return len(p.data)
}

// jumpTable lists the targets of a switch, as 4-byte offsets from the table.
type jumpTable struct {
	targets []int32
	off     int // in the pool
}

// reserve gives the tables their place in the pool.
func (p *pool) reserve(tables []*jumpTable) {
	for _, t := range tables {
		t.off = p.align(4)
		p.data = append(p.data, make([]byte, 4*len(t.targets))...)
	}
}

func expandSwitch(e *emitter, in *inst) {
	t := in.aux.(*jumpTable)
	i, base, off := e.reg(in, 0), e.reg(in, 1), e.reg(in, 2)
	e.op(x86.LEAQ, x86.SymMem(poolSym, int64(t.off)), base)
	e.op(x86.MOVLQSX, x86.MI(base.Reg, i.Reg, 4, 0), off)
	e.op(x86.ADDQ, base, off)
	e.op(x86.JMP, off)
}
