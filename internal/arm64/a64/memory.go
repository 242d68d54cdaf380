package a64

// Formats of loads, stores and moves.

// mov: MOVD and its like: register to register, loads, stores. What is a constant or needs several instructions is not here.
func mov(e *encoder, in *Inst, b uint32) (uint32, error) {
	if in.NArgs != 2 {
		return 0, errOperands
	}
	src, dst := &in.Args[0], &in.Args[1]
	switch {
	case src.Kind == Register && dst.Kind == Register:
		return moveReg(src.Reg, dst.Reg, b)
	case src.Kind == Memory && dst.Kind == Register:
		return e.access(b, src, dst.Reg, true)
	case dst.Kind == Memory && src.Kind == Register:
		return e.access(b, dst, src.Reg, false)
	case src.Kind == Symbol && dst.Kind == Register:
		return e.literal(b, src, dst.Reg)
	case src.Kind == Float && dst.Kind == Register && dst.Reg.IsFloat():
		f, ok := FloatImm(uint64(src.Imm))
		if !ok {
			return 0, errOperands
		}
		if b == 0x22 {
			return 0x1e201000 | uint32(f)<<13 | dst.Reg.num(), nil
		}
		return 0x1e601000 | uint32(f)<<13 | dst.Reg.num(), nil
	}
	return 0, errOperands
}

// extensions are the bits of moves between registers, by the row's number.
var extensions = map[uint32]uint32{
	0x10: 0x93401c00, 0x00: 0xd3401c00, 0x11: 0x93403c00, 0x01: 0xd3403c00, 0x12: 0x93407c00,
}

func moveReg(s, d Reg, b uint32) (uint32, error) {
	switch {
	case b < 0x20 && b != 3:
		if !s.isInt() || !d.isInt() {
			return 0, errOperands
		}
		if s == ZR || b == 2 {
			return 0x2a0003e0 | s.num()<<16 | d.num(), nil
		}
		return extensions[b] | s.num()<<5 | d.num(), nil
	case b == 3 && (s == SP || d == SP):
		return 0x91000000 | s.num()<<5 | d.num(), nil
	case b == 3 && s.isInt() && d.isInt():
		return 0xaa0003e0 | s.num()<<16 | d.num(), nil
	case b == 0x22 && s.IsFloat() && d.IsFloat():
		return 0x1e204000 | s.num()<<5 | d.num(), nil
	case b == 0x22 && s.IsFloat():
		return 0x1e260000 | s.num()<<5 | d.num(), nil
	case b == 0x22:
		return 0x1e270000 | s.num()<<5 | d.num(), nil
	case b == 0x23 && s.IsFloat() && d.IsFloat():
		return 0x1e604000 | s.num()<<5 | d.num(), nil
	case b == 0x23 && s.IsFloat():
		return 0x9e660000 | s.num()<<5 | d.num(), nil
	case b == 0x23:
		return 0x9e670000 | s.num()<<5 | d.num(), nil
	}
	return 0, errOperands
}

// accessBits are the opcode of a load or store without its address, and log2 of the size.
func accessBits(b uint32, load bool) (op uint32, size uint32) {
	size = b & 7
	switch {
	case b&0x20 != 0 && size == 4:
		op = 0x3c000000 | 2<<22
	case b&0x20 != 0:
		op = 0x3c000000 | size<<30
	default:
		op = 0x38000000 | size<<30
	}
	switch {
	case load && b&0x10 != 0:
		op |= 2 << 22
	case load:
		op |= 1 << 22
	}
	return op, size
}

var lowMem = [...]RelocKind{LowMem8, LowMem16, LowMem32, LowMem64, LowMem128}

func (e *encoder) access(b uint32, m *Operand, r Reg, load bool) (uint32, error) {
	op, size := accessBits(b, load)
	if r.IsFloat() != (b&0x20 != 0) || r == SP || !m.Reg.isInt() && m.Reg != SP {
		return 0, errOperands
	}
	op |= m.Reg.num()<<5 | r.num()
	switch {
	case m.Sym != "":
		e.reloc(lowMem[size], m.Sym, m.Imm)
		return op | 0x01000000, nil
	case m.Reg2 != NoReg:
		s := uint32(0)
		if m.Amt != 0 {
			if uint32(m.Amt) != size {
				return 0, errOperands
			}
			s = 1
		}
		if m.Ext != UXTXExt && m.Ext != UXTWExt && m.Ext != SXTWExt && m.Ext != SXTXExt {
			return 0, errOperands
		}
		return op | 0x00200800 | m.Reg2.num()<<16 | uint32(m.Ext&7)<<13 | s<<12, nil
	case m.Mode != Offset:
		if m.Imm < -256 || m.Imm > 255 {
			return 0, errOperands
		}
		if m.Mode == Pre {
			op |= 0x800
		}
		return op | 0x400 | uint32(m.Imm&0x1ff)<<12, nil
	case m.Imm >= 0 && m.Imm&(1<<size-1) == 0 && m.Imm>>size < 4096:
		return op | 0x01000000 | uint32(m.Imm>>size)<<10, nil
	case m.Imm >= -256 && m.Imm <= 255:
		return op | uint32(m.Imm&0x1ff)<<12, nil
	}
	return 0, errOperands
}

// FitsOffset tells whether an access of 1<<size bytes takes a displacement.
func FitsOffset(off int64, size uint) bool {
	return off >= 0 && off&(1<<size-1) == 0 && off>>size < 4096 || off >= -256 && off <= 255
}

// literal loads a constant near by.
func (e *encoder) literal(b uint32, a *Operand, r Reg) (uint32, error) {
	e.reloc(Near19, a.Sym, a.Imm)
	ops := map[uint32]uint32{2: 0x18000000, 3: 0x58000000, 0x12: 0x98000000, 0x22: 0x1c000000, 0x23: 0x5c000000, 0x24: 0x9c000000}
	op, ok := ops[b]
	if !ok {
		return 0, errOperands
	}
	return op | r.num(), nil
}

// pair: LDP (Rn), (R1, R2) and STP (R1, R2), (Rn).
func pair(e *encoder, in *Inst, b uint32) (uint32, error) {
	if in.NArgs != 2 {
		return 0, errOperands
	}
	m, p := &in.Args[0], &in.Args[1]
	if b&0x400000 == 0 {
		m, p = p, m
	}
	if m.Kind != Memory || p.Kind != Pair || m.Reg2 != NoReg || m.Sym != "" {
		return 0, errOperands
	}
	if isFloat := b&0x04000000 != 0; p.Reg.IsFloat() != isFloat || p.Reg2.IsFloat() != isFloat {
		return 0, errOperands
	}
	size := uint(2)
	switch {
	case b&0x04000000 != 0:
		size += uint(b >> 30)
	case is64(b):
		size = 3
	}
	n := m.Imm >> size
	if m.Imm&(1<<size-1) != 0 || n < -64 || n > 63 {
		return 0, errOperands
	}
	switch m.Mode {
	case Pre:
		b |= 0x00800000
	case Post:
		b = b&^0x01000000 | 0x00800000
	}
	return b | uint32(n&0x7f)<<15 | p.Reg2.num()<<10 | m.Reg.num()<<5 | p.Reg.num(), nil
}

func plain(m *Operand) bool {
	return m.Kind == Memory && m.Reg2 == NoReg && m.Imm == 0 && m.Sym == "" && m.Mode == Offset
}

// load: LDAR (Rn), Rt; store: STLR Rt, (Rn).
func load(e *encoder, in *Inst, b uint32) (uint32, error) {
	if in.NArgs != 2 || !plain(&in.Args[0]) || !regs(&in.Args[1]) {
		return 0, errOperands
	}
	return b | in.Args[0].Reg.num()<<5 | in.Args[1].Reg.num(), nil
}

func store(e *encoder, in *Inst, b uint32) (uint32, error) {
	if in.NArgs != 2 || !plain(&in.Args[1]) || !regs(&in.Args[0]) {
		return 0, errOperands
	}
	return b | in.Args[1].Reg.num()<<5 | in.Args[0].Reg.num(), nil
}

// exclusive: STLXR Rt, (Rn), Rs, which tells in Rs whether it stored.
func exclusive(e *encoder, in *Inst, b uint32) (uint32, error) {
	if in.NArgs != 3 || !plain(&in.Args[1]) || !regs(&in.Args[0], &in.Args[2]) {
		return 0, errOperands
	}
	return b | in.Args[2].Reg.num()<<16 | in.Args[1].Reg.num()<<5 | in.Args[0].Reg.num(), nil
}

// atomic: LDADDALD Rs, (Rn), Rt.
func atomic(e *encoder, in *Inst, b uint32) (uint32, error) {
	if in.NArgs != 3 || !plain(&in.Args[1]) || !regs(&in.Args[0], &in.Args[2]) {
		return 0, errOperands
	}
	return b | in.Args[0].Reg.num()<<16 | in.Args[1].Reg.num()<<5 | in.Args[2].Reg.num(), nil
}
