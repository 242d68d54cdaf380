package amd64

import (
	"strata/internal/amd64/x86"
	"strata/internal/codegen"
	"strata/internal/ssa"
)

// address is the memory operand of in for p + off. It folds constant offsets,
// symbols and slots, and an index that is computed in the same block.
func (s *selector) address(in *codegen.Inst, p *ssa.Value, off int64) codegen.Arg {
	if !fits32(off) {
		return s.farAddress(in, p, off)
	}
	m := codegen.Mem{Base: -1, Index: -1, Scale: 1, Disp: off}
	var base, index *ssa.Value
	p = s.Root(p)
walk:
	for {
		switch p.Op {
		case ssa.OpOffPtr:
			if !fits32(m.Disp + p.AuxInt) {
				base = p
				break walk
			}
			m.Disp += p.AuxInt
			p = s.Root(p.Args[0])
		case ssa.OpAddPtr:
			if index != nil || !s.FoldHere(p) {
				base = p
				break walk
			}
			var ok bool
			if index, ok = s.index(&m, p.Args[1]); !ok {
				base = p
				break walk
			}
			p = s.Root(p.Args[0])
		case ssa.OpLocalAddr:
			place := codegen.SlotMem(p.Aux.(*ssa.Slot))
			m.Place, m.Slot = place.Place, place.Slot
			m.Disp += p.AuxInt + place.Disp
			break walk
		case ssa.OpArgAddr:
			m.Place = codegen.InArgs
			m.Disp += p.AuxInt
			break walk
		case ssa.OpCallerSP:
			m.Place = codegen.InArgs
			break walk
		case ssa.OpGlobalAddr, ssa.OpFuncAddr:
			m.Place, m.Sym = codegen.InSym, p.Aux.(string)
			m.Disp += p.AuxInt
			break walk
		default:
			base = p
			break walk
		}
	}
	if base != nil {
		r := s.Before(in, func() codegen.Arg { return in.Use(s.Reg(base)) })
		m.Base = r.Reg
	}
	if index != nil {
		r := s.Before(in, func() codegen.Arg { return in.Use(s.Reg(index)) })
		m.Index = r.Reg
	}
	return codegen.MemArg(m)
}

// farAddress is the memory operand of in for p + off where off is no displacement.
func (s *selector) farAddress(in *codegen.Inst, p *ssa.Value, off int64) codegen.Arg {
	base := s.Before(in, func() codegen.Arg { return in.Use(s.Reg(p)) })
	index := s.Before(in, func() codegen.Arg {
		t := s.NewTemp(ssa.I64)
		c := s.ins(x86.MOVQ)
		c.Set(codegen.Imm(off), c.Def(t))
		return in.Use(t)
	})
	return codegen.MemArg(codegen.Mem{Base: base.Reg, Index: index.Reg, Scale: 1})
}

func fits32(v int64) bool { return v == int64(int32(v)) }

// index takes v apart into index*scale plus a displacement.
func (s *selector) index(m *codegen.Mem, v *ssa.Value) (*ssa.Value, bool) {
	v = s.Root(v)
	if v.Op == ssa.OpConst {
		if fits32(m.Disp + v.AuxInt) {
			m.Disp += v.AuxInt
			return nil, true
		}
		return nil, false
	}
	scale := uint8(1)
	if k, x := s.scaled(v); k > 1 && s.FoldHere(v) {
		scale, v = k, s.Root(x)
	}
	if v.Op == ssa.OpAdd && v.Type == ssa.I64 && s.FoldHere(v) {
		if c, ok := s.immediate(v.Args[1]); ok && fits32(m.Disp+c*int64(scale)) {
			m.Disp += c * int64(scale)
			v = s.Root(v.Args[0])
			if k, x := s.scaled(v); scale == 1 && k > 1 && s.FoldHere(v) {
				scale, v = k, s.Root(x)
			}
		}
	}
	m.Scale = scale
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

// source is the operand x of in, of the given size: an immediate is not tried; a load is
// read from memory, anything else from a register or, if any, its spill slot.
func (s *selector) source(in *codegen.Inst, x *ssa.Value, size int64) codegen.Arg {
	if l := s.Foldable(x, size); l != nil {
		s.Folded[l.ID], s.FoldedIn[l.ID] = true, in
		return s.address(in, l.Args[0], l.AuxInt)
	}
	if bits, ok := floatBits(x); ok {
		return s.poolArg(bits, x.Type)
	}
	return s.Before(in, func() codegen.Arg { return in.UseAny(s.Reg(x)) })
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

func lowerNilCheck(s *selector, v *ssa.Value) {
	p := s.Root(v)
	switch p.Op {
	case ssa.OpOffPtr, ssa.OpAddPtr, ssa.OpLocalAddr, ssa.OpGlobalAddr, ssa.OpArgAddr:
		return // points into an object
	}
	if access := s.Faults[p]; access != nil {
		access.Pos = v.Pos // which the panic tells
		return
	}
	in := s.ins(x86.TESTB)
	in.Set(codegen.Phys(preg(x86.AX)), s.address(in, v.Args[0], 0))
	clear(s.Faults)
	s.Faults[p] = in
}

// lowerAddPtr and lowerOffPtr compute an address into a register.
func lowerAddPtr(s *selector, v *ssa.Value) {
	d := s.Result(v)
	in := s.ins(x86.LEAQ)
	in.IsSum = true
	m := codegen.Mem{Base: -1, Index: -1, Scale: 1}
	index, ok := s.index(&m, v.Args[1])
	if !ok {
		m, index = codegen.Mem{Base: -1, Index: -1, Scale: 1}, s.Root(v.Args[1])
	}
	base := s.Root(v.Args[0])
	for base.Op == ssa.OpOffPtr && fits32(m.Disp+base.AuxInt) {
		m.Disp += base.AuxInt
		base = s.Root(base.Args[0])
	}
	m.Base = s.Register(in, base).Reg
	if index != nil {
		m.Index = s.Register(in, index).Reg
	}
	in.Set(codegen.MemArg(m), in.Def(d))
}

func lowerOffPtr(s *selector, v *ssa.Value) {
	d := s.Result(v)
	in := s.ins(x86.LEAQ)
	if !fits32(v.AuxInt) {
		in.Op = mop(x86.MOVQ)
		t := s.NewTemp(ssa.I64)
		in.Set(codegen.Imm(v.AuxInt), in.Def(t))
		in = s.ins(x86.LEAQ)
		m := codegen.Mem{Base: s.Register(in, v.Args[0]).Reg, Index: in.Use(t).Reg, Scale: 1}
		in.Set(codegen.MemArg(m), in.Def(d))
		return
	}
	in.Set(s.address(in, v.Args[0], v.AuxInt), in.Def(d))
}
