package codegen

import "encoding/binary"

// PoolSym stands for the constant pool, which lies behind the code of the same symbol.
const PoolSym = ".pool"

// Pool holds the constants of a function and its jump tables.
type Pool struct {
	Data  []byte
	index map[poolKey]int
}

type poolKey struct {
	bits uint64
	size int
}

// Add returns the offset of a constant of 4 or 8 bytes.
func (p *Pool) Add(bits uint64, size int) int {
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
		p.Data = binary.LittleEndian.AppendUint32(p.Data, uint32(bits))
	} else {
		p.Data = binary.LittleEndian.AppendUint64(p.Data, bits)
	}
	return off
}

func (p *Pool) align(n int) int {
	for len(p.Data)%n != 0 {
		p.Data = append(p.Data, 0)
	}
	return len(p.Data)
}

// JumpTable lists the targets of a switch, as 4-byte offsets from the table.
type JumpTable struct {
	Targets []int32
	Off     int // in the pool
}

// Reserve gives the tables their place in the pool.
func (p *Pool) Reserve(tables []*JumpTable) {
	for _, t := range tables {
		t.Off = p.align(4)
		p.Data = append(p.Data, make([]byte, 4*len(t.Targets))...)
	}
}
