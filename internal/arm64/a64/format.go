package a64

import "math/bits"

// Formats of instructions on general registers.

// regs tells whether operands are general registers; ZR is one, SP is not.
func regs(list ...*Operand) bool {
	for _, a := range list {
		if a.Kind != Register || !a.Reg.isInt() {
			return false
		}
	}
	return true
}

func is64(b uint32) bool { return b>>31 != 0 }

// threeArgs gives source, second source and destination; with two operands the destination is the second source too.
func threeArgs(in *Inst) (m, n, d *Operand, ok bool) {
	switch in.NArgs {
	case 2:
		return &in.Args[0], &in.Args[1], &in.Args[1], true
	case 3:
		return &in.Args[0], &in.Args[1], &in.Args[2], true
	}
	return nil, nil, nil, false
}

// arith: ADD (register, shifted or extended register, immediate), Rn, Rd.
func arith(e *encoder, in *Inst, b uint32) (uint32, error) {
	m, n, d, ok := threeArgs(in)
	if !ok {
		return 0, errOperands
	}
	if n.Kind != Register || d.Kind != Register {
		return 0, errOperands
	}
	return e.addSub(b, m, n.Reg, d.Reg)
}

// compare: CMP, whose result goes nowhere.
func compare(e *encoder, in *Inst, b uint32) (uint32, error) {
	if in.NArgs != 2 || in.Args[1].Kind != Register {
		return 0, errOperands
	}
	return e.addSub(b, &in.Args[0], in.Args[1].Reg, ZR)
}

// negate: NEG and MVN, which have one source.
func negate(e *encoder, in *Inst, b uint32) (uint32, error) {
	m, d := &in.Args[0], &in.Args[0]
	if in.NArgs == 2 {
		d = &in.Args[1]
	}
	if in.NArgs > 2 || m.Kind != Register && m.Kind != Shifted || !regs(d) || !m.Reg.isInt() {
		return 0, errOperands
	}
	return shiftedBits(m) | b | 0x0a000000&^(b<<3&0x0a000000) | b&0x01000000 | m.Reg.num()<<16 | ZR.num()<<5 | d.Reg.num(), nil
}

func shiftedBits(m *Operand) uint32 {
	if m.Kind != Shifted {
		return 0
	}
	return uint32(m.Ext)<<22 | uint32(m.Amt)<<10
}

func (e *encoder) addSub(b uint32, m *Operand, n, d Reg) (uint32, error) {
	if n.IsFloat() || d.IsFloat() {
		return 0, errOperands
	}
	top := b & 0xe0000000
	sp := n == SP || d == SP
	switch m.Kind {
	case Immediate:
		v := m.Imm
		if m.Sym != "" {
			e.reloc(Low12, m.Sym, m.Imm)
			v = 0
		}
		if v < 0 && b&0x20000000 != 0 && d != ZR {
			return 0, errOperands // the carry would be another
		}
		if v < 0 {
			v, top = -v, top^0x40000000
		}
		if d == ZR && b&0x20000000 == 0 || n == ZR {
			return 0, errOperands
		}
		switch {
		case v>>12 == 0:
			return top | 0x11000000 | uint32(v)<<10 | n.num()<<5 | d.num(), nil
		case v>>24 == 0 && v&0xfff == 0:
			return top | 0x11400000 | uint32(v>>12)<<10 | n.num()<<5 | d.num(), nil
		}
		return 0, errOperands
	case Shifted, Register:
		if sp && (m.Ext != LSLShift || m.Amt > 4) {
			return 0, errOperands
		}
		if sp {
			ext := uint32(UXTXExt) & 7
			if !is64(b) {
				ext = uint32(UXTWExt) & 7
			}
			return top | 0x0b200000 | m.Reg.num()<<16 | ext<<13 | uint32(m.Amt)<<10 | n.num()<<5 | d.num(), nil
		}
		if !m.Reg.isInt() || m.Ext == RORShift && m.Kind == Shifted {
			return 0, errOperands
		}
		return top | 0x0b000000 | shiftedBits(m) | m.Reg.num()<<16 | n.num()<<5 | d.num(), nil
	case Extended:
		if m.Amt > 4 || !m.Reg.isInt() {
			return 0, errOperands
		}
		return top | 0x0b200000 | m.Reg.num()<<16 | uint32(m.Ext&7)<<13 | uint32(m.Amt)<<10 | n.num()<<5 | d.num(), nil
	}
	return 0, errOperands
}

// logic: AND and its like; an immediate is a mask that the machine knows.
func logic(e *encoder, in *Inst, b uint32) (uint32, error) {
	m, n, d, ok := threeArgs(in)
	if !ok {
		return 0, errOperands
	}
	return logical(b, m, n, d.Reg)
}

func test(e *encoder, in *Inst, b uint32) (uint32, error) {
	if in.NArgs != 2 {
		return 0, errOperands
	}
	return logical(b, &in.Args[0], &in.Args[1], ZR)
}

func logical(b uint32, m, n *Operand, d Reg) (uint32, error) {
	if !regs(n) {
		return 0, errOperands
	}
	switch m.Kind {
	case Immediate:
		v := uint64(m.Imm)
		if b&0x200000 != 0 {
			v = ^v
		}
		f, ok := MaskBits(v, is64(b))
		if !ok || d == SP && b>>29&3 == 3 {
			return 0, errOperands
		}
		return b&0xe0000000 | 0x12000000 | f | n.Reg.num()<<5 | d.num(), nil
	case Register, Shifted:
		if !m.Reg.isInt() || !d.isInt() {
			return 0, errOperands
		}
		return b | shiftedBits(m) | m.Reg.num()<<16 | n.Reg.num()<<5 | d.num(), nil
	}
	return 0, errOperands
}

// MaskBits encodes a mask for logical instructions: a run of ones, rotated, repeated in fields of a power of two.
func MaskBits(v uint64, wide bool) (field uint32, ok bool) {
	if !wide {
		v = v&0xffffffff | v<<32
	}
	if v == 0 || v == ^uint64(0) {
		return 0, false
	}
	size := 64
	for size > 2 {
		h := size / 2
		if v>>h&(1<<h-1) != v&(1<<h-1) {
			break
		}
		size = h
	}
	mask := ^uint64(0) >> (64 - size)
	f := v & mask
	// Rotate until the run of ones begins at bit 0.
	r := 0
	if f&1 != 0 {
		r = bits.LeadingZeros64(^(f << (64 - size))) % 64 // ones at the top belong in front of those at the bottom
	} else {
		r = (size - bits.TrailingZeros64(f)) % size
	}
	run := (f<<r | f>>(size-r)) & mask
	n := bits.TrailingZeros64(^run)
	if run != uint64(1)<<n-1 {
		return 0, false
	}
	imms := uint32(-2*size)&0x3f | uint32(n-1)
	nbit := uint32(0)
	if size == 64 {
		nbit = 1
	}
	return nbit<<22 | uint32(r)<<16 | imms<<10, true
}

// three: registers alone.
func three(e *encoder, in *Inst, b uint32) (uint32, error) {
	m, n, d, ok := threeArgs(in)
	if !ok || !regs(m, n, d) {
		return 0, errOperands
	}
	return b | m.Reg.num()<<16 | n.Reg.num()<<5 | d.Reg.num(), nil
}

// four: MADD Rm, Ra, Rn, Rd.
func four(e *encoder, in *Inst, b uint32) (uint32, error) {
	if in.NArgs != 4 || !regs(&in.Args[0], &in.Args[1], &in.Args[2], &in.Args[3]) {
		return 0, errOperands
	}
	return b | in.Args[0].Reg.num()<<16 | in.Args[1].Reg.num()<<10 | in.Args[2].Reg.num()<<5 | in.Args[3].Reg.num(), nil
}

// two: one source.
func two(e *encoder, in *Inst, b uint32) (uint32, error) {
	if in.NArgs != 2 || !regs(&in.Args[0], &in.Args[1]) {
		return 0, errOperands
	}
	if in.Args[0].Reg == ZR && b&0x1f000000 == 0x13000000 {
		return 0x2a1f03e0 | in.Args[1].Reg.num(), nil // an extension of zero is a move
	}
	return b | in.Args[0].Reg.num()<<5 | in.Args[1].Reg.num(), nil
}

// shift: by a register, or by an immediate as a bitfield move.
func shift(e *encoder, in *Inst, b uint32) (uint32, error) {
	m, n, d, ok := threeArgs(in)
	if !ok || !regs(n, d) {
		return 0, errOperands
	}
	if m.Kind != Immediate {
		return three(e, in, b)
	}
	width, wide := int64(32), uint32(0)
	if is64(b) {
		width, wide = 64, 0x80400000
	}
	c := m.Imm
	if c < 0 || c >= width {
		return 0, errOperands
	}
	rd := n.Reg.num()<<5 | d.Reg.num()
	switch b & 0xc00 {
	case 0x000: // LSL
		return wide | 0x53000000 | uint32((width-c)%width)<<16 | uint32(width-1-c)<<10 | rd, nil
	case 0x400: // LSR
		return wide | 0x53000000 | uint32(c)<<16 | uint32(width-1)<<10 | rd, nil
	case 0x800: // ASR
		return wide | 0x13000000 | uint32(c)<<16 | uint32(width-1)<<10 | rd, nil
	}
	return wide | 0x13800000 | n.Reg.num()<<16 | uint32(c)<<10 | rd, nil // ROR
}

// bitmove: UBFM $immr, Rn, $imms, Rd.
func bitmove(e *encoder, in *Inst, b uint32) (uint32, error) {
	return bitfield(in, b, func(width, lsb, n int64) (int64, int64) { return lsb, n })
}

// extract: UBFX $lsb, Rn, $width, Rd.
func extract(e *encoder, in *Inst, b uint32) (uint32, error) {
	return bitfield(in, b, func(width, lsb, n int64) (int64, int64) { return lsb, lsb + n - 1 })
}

// insert: BFI $lsb, Rn, $width, Rd.
func insert(e *encoder, in *Inst, b uint32) (uint32, error) {
	return bitfield(in, b, func(width, lsb, n int64) (int64, int64) { return (width - lsb) % width, n - 1 })
}

func bitfield(in *Inst, b uint32, f func(width, lsb, n int64) (r, s int64)) (uint32, error) {
	if in.NArgs != 4 || in.Args[0].Kind != Immediate || in.Args[2].Kind != Immediate || !regs(&in.Args[1], &in.Args[3]) {
		return 0, errOperands
	}
	width := int64(32)
	if is64(b) {
		width = 64
	}
	r, s := f(width, in.Args[0].Imm, in.Args[2].Imm)
	if r < 0 || s < 0 || r >= width || s >= width {
		return 0, errOperands
	}
	return b | uint32(r)<<16 | uint32(s)<<10 | in.Args[1].Reg.num()<<5 | in.Args[3].Reg.num(), nil
}

// extr: EXTR $lsb, Rm, Rn, Rd.
func extr(e *encoder, in *Inst, b uint32) (uint32, error) {
	if in.NArgs != 4 || in.Args[0].Kind != Immediate || !regs(&in.Args[1], &in.Args[2], &in.Args[3]) {
		return 0, errOperands
	}
	return b | in.Args[1].Reg.num()<<16 | uint32(in.Args[0].Imm&63)<<10 | in.Args[2].Reg.num()<<5 | in.Args[3].Reg.num(), nil
}

// wide: MOVZ $(imm<<shift), Rd: the shift is that of the 16 bits that are not zero.
func wide(e *encoder, in *Inst, b uint32) (uint32, error) {
	if in.NArgs != 2 || in.Args[0].Kind != Immediate || !regs(&in.Args[1]) {
		return 0, errOperands
	}
	v, hw := uint64(in.Args[0].Imm), uint32(0)
	if n := in.Args[0].Amt; n > 0 {
		v, hw = v>>(16*(n-1))&0xffff, uint32(n-1)
	}
	for v > 0xffff && v&0xffff == 0 {
		v, hw = v>>16, hw+1
	}
	if v > 0xffff || hw > 1 && !is64(b) {
		return 0, errOperands
	}
	return b | hw<<21 | uint32(v)<<5 | in.Args[1].Reg.num(), nil
}

// MoveWide is MOVZ, MOVN or MOVK with a shift that is stated, so that zeros can be moved anywhere.
func MoveWide(op Op, v uint16, hw uint8, d Reg) Inst {
	return New(op, Operand{Kind: Immediate, Imm: int64(v) << (16 * hw), Amt: hw + 1}, R(d))
}

// adr: ADR and ADRP, of a symbol.
func adr(e *encoder, in *Inst, b uint32) (uint32, error) {
	if in.NArgs != 2 || !regs(&in.Args[1]) {
		return 0, errOperands
	}
	switch a := &in.Args[0]; {
	case a.Kind == Symbol && is64(b):
		e.reloc(Page, a.Sym, a.Imm)
	case a.Kind == Symbol:
		e.reloc(Near21, a.Sym, a.Imm)
	case a.Kind == Branch:
		off := e.pc[a.Target] - e.at
		b |= uint32(off&3)<<29 | uint32(off>>2)&0x7ffff<<5
	default:
		return 0, errOperands
	}
	return b | in.Args[1].Reg.num(), nil
}
