package amd64

import (
	"strata/internal/amd64/x86"
	"strata/internal/ssa"
)

// address is the memory operand of in for p + off. It folds constant offsets,
// symbols and slots, and an index that is computed in the same block.
func (s *selector) address(in *inst, p *ssa.Value, off int64) arg {
	if !fits32(off) {
		return s.farAddress(in, p, off)
	}
	m := mem{base: -1, index: -1, scale: 1, disp: off}
	var base, index *ssa.Value
	p = s.root(p)
walk:
	for {
		switch p.Op {
		case ssa.OpOffPtr:
			if !fits32(m.disp + p.AuxInt) {
				base = p
				break walk
			}
			m.disp += p.AuxInt
			p = s.root(p.Args[0])
		case ssa.OpAddPtr:
			if index != nil || !s.foldHere(p) {
				base = p
				break walk
			}
			var ok bool
			if index, ok = s.index(&m, p.Args[1]); !ok {
				base = p
				break walk
			}
			p = s.root(p.Args[0])
		case ssa.OpLocalAddr:
			place := slotMem(p.Aux.(*ssa.Slot))
			m.place, m.slot = place.place, place.slot
			m.disp += p.AuxInt + place.disp
			break walk
		case ssa.OpArgAddr:
			m.place = inArgs
			m.disp += p.AuxInt
			break walk
		case ssa.OpCallerSP:
			m.place = inArgs
			break walk
		case ssa.OpGlobalAddr, ssa.OpFuncAddr:
			m.place, m.sym = inSym, p.Aux.(string)
			m.disp += p.AuxInt
			break walk
		default:
			base = p
			break walk
		}
	}
	if base != nil {
		r := s.before(in, func() arg { return in.use(s.reg(base)) })
		m.base = r.reg
	}
	if index != nil {
		r := s.before(in, func() arg { return in.use(s.reg(index)) })
		m.index = r.reg
	}
	return memArg(m)
}

// slotMem is the memory of a slot.
func slotMem(s *ssa.Slot) mem {
	switch s.Area {
	case ssa.OutgoingArea:
		return mem{place: inOut, base: -1, index: -1, disp: s.Off}
	case ssa.ResultArea:
		return mem{place: inArgs, base: -1, index: -1, disp: s.Off}
	}
	return mem{place: inSlot, base: -1, index: -1, slot: s}
}

// farAddress is the memory operand of in for p + off where off is no displacement.
func (s *selector) farAddress(in *inst, p *ssa.Value, off int64) arg {
	base := s.before(in, func() arg { return in.use(s.reg(p)) })
	index := s.before(in, func() arg {
		t := s.newTemp(ssa.I64)
		c := s.ins(x86.MOVQ)
		c.set(immArg(off), c.def(t))
		return in.use(t)
	})
	return memArg(mem{base: base.reg, index: index.reg, scale: 1})
}

func fits32(v int64) bool { return v == int64(int32(v)) }

// before lets build make operands of in, which is the group's last
// instruction, and puts the instructions that this takes in front of in.
func (s *selector) before(in *inst, build func() arg) arg {
	n := len(s.group)
	if n == 0 || s.group[n-1] != in {
		return build()
	}
	s.group = s.group[:n-1]
	r := build()
	s.group = append(s.group, in)
	return r
}

// foldHere tells whether p, an address, is better computed by each memory operand.
func (s *selector) foldHere(p *ssa.Value) bool {
	return p.Block == s.b && s.vregs[p.ID] == 0
}

// index takes v apart into index*scale plus a displacement.
func (s *selector) index(m *mem, v *ssa.Value) (*ssa.Value, bool) {
	v = s.root(v)
	if v.Op == ssa.OpConst {
		if fits32(m.disp + v.AuxInt) {
			m.disp += v.AuxInt
			return nil, true
		}
		return nil, false
	}
	scale := uint8(1)
	if k, x := s.scaled(v); k > 1 && s.foldHere(v) {
		scale, v = k, s.root(x)
	}
	if v.Op == ssa.OpAdd && v.Type == ssa.I64 && s.foldHere(v) {
		if c, ok := s.immediate(v.Args[1]); ok && fits32(m.disp+c*int64(scale)) {
			m.disp += c * int64(scale)
			v = s.root(v.Args[0])
			if k, x := s.scaled(v); scale == 1 && k > 1 && s.foldHere(v) {
				scale, v = k, s.root(x)
			}
		}
	}
	m.scale = scale
	return v, true
}

// scaled recognises x*2, x*4, x*8.
func (s *selector) scaled(v *ssa.Value) (uint8, *ssa.Value) {
	if v.Type != ssa.I64 || v.Op != ssa.OpShl && v.Op != ssa.OpMul {
		return 1, v
	}
	c, ok := s.immediate(v.Args[1])
	if !ok {
		return 1, v
	}
	if v.Op == ssa.OpShl && c >= 1 && c <= 3 {
		return 1 << c, v.Args[0]
	}
	if v.Op == ssa.OpMul && (c == 2 || c == 4 || c == 8) {
		return uint8(c), v.Args[0]
	}
	return 1, v
}

// foldable returns the load that v can be read through as a memory operand of
// size bytes: nobody else wants it and no effect lies between it and here.
func (s *selector) foldable(v *ssa.Value, size int64) *ssa.Value {
	for v.Op == ssa.OpCopy || v.Op == ssa.OpTrunc {
		if v.Uses != 1 {
			return nil
		}
		v = v.Args[0]
	}
	if v.Op != ssa.OpLoad || v.Uses != 1 || v.Block != s.b || s.color[v.ID] != s.at || s.vregs[v.ID] != 0 || s.folded[v.ID] {
		return nil
	}
	if v.Type.Size() < size {
		return nil
	}
	return v
}

// source is the operand x of in, of the given size: an immediate is not tried; a load is
// read from memory, anything else from a register or, if any, its spill slot.
func (s *selector) source(in *inst, x *ssa.Value, size int64) arg {
	if l := s.foldable(x, size); l != nil {
		s.folded[l.ID], s.foldedIn[l.ID] = true, in
		return s.address(in, l.Args[0], l.AuxInt)
	}
	if bits, ok := floatBits(x); ok {
		return s.poolArg(bits, x.Type)
	}
	return s.before(in, func() arg { return in.useAny(s.reg(x)) })
}

// floatBits is a non-zero float constant.
func floatBits(v *ssa.Value) (uint64, bool) {
	if v.Op != ssa.OpConstF || v.AuxInt == 0 {
		return 0, false
	}
	if v.Type == ssa.F32 {
		return uint64(uint32(v.AuxInt)), true
	}
	return uint64(v.AuxInt), true
}

// register is the operand x of in in a register.
func (s *selector) register(in *inst, x *ssa.Value) arg {
	return s.before(in, func() arg { return in.use(s.reg(x)) })
}

// noteAccess records that in dereferences p + off: a nil check of p before it is needless.
func (s *selector) noteAccess(in *inst, p *ssa.Value, off int64) {
	for {
		p = s.root(p)
		if p.Op != ssa.OpOffPtr {
			break
		}
		off += p.AuxInt
		p = p.Args[0]
	}
	if off >= 0 && off < 4096 {
		s.faults[p] = in
	}
}

func lowerNilCheck(s *selector, v *ssa.Value) {
	p := s.root(v)
	switch p.Op {
	case ssa.OpOffPtr, ssa.OpAddPtr, ssa.OpLocalAddr, ssa.OpGlobalAddr, ssa.OpArgAddr:
		return // points into an object
	}
	if access := s.faults[p]; access != nil {
		access.pos = v.Pos // which the panic tells
		return
	}
	in := s.ins(x86.TESTB)
	in.set(physArg(x86.AX), s.address(in, v.Args[0], 0))
	clear(s.faults)
	s.faults[p] = in
}

// lowerAddPtr and lowerOffPtr compute an address into a register.
func lowerAddPtr(s *selector, v *ssa.Value) {
	d := s.result(v)
	in := s.ins(x86.LEAQ)
	in.isSum = true
	m := mem{base: -1, index: -1, scale: 1}
	index, ok := s.index(&m, v.Args[1])
	if !ok {
		m, index = mem{base: -1, index: -1, scale: 1}, s.root(v.Args[1])
	}
	base := s.root(v.Args[0])
	for base.Op == ssa.OpOffPtr && fits32(m.disp+base.AuxInt) {
		m.disp += base.AuxInt
		base = s.root(base.Args[0])
	}
	m.base = s.register(in, base).reg
	if index != nil {
		m.index = s.register(in, index).reg
	}
	in.set(memArg(m), in.def(d))
}

func lowerOffPtr(s *selector, v *ssa.Value) {
	d := s.result(v)
	in := s.ins(x86.LEAQ)
	if !fits32(v.AuxInt) {
		in.op = x86.MOVQ
		t := s.newTemp(ssa.I64)
		in.set(immArg(v.AuxInt), in.def(t))
		in = s.ins(x86.LEAQ)
		m := mem{base: s.register(in, v.Args[0]).reg, index: in.use(t).reg, scale: 1}
		in.set(memArg(m), in.def(d))
		return
	}
	in.set(s.address(in, v.Args[0], v.AuxInt), in.def(d))
}
