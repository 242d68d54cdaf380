package arm64

import (
	"strata/internal/codegen"
	"strata/internal/ssa"
)

// address is the memory operand of in for p + off, for an access of size bytes; 0 if there are several or none. It folds constant offsets,
// symbols and slots, and for single accesses an index. What an instruction cannot hold the emitter computes in front of it.
func (s *selector) address(in *codegen.Inst, p *ssa.Value, off int64, size int64) codegen.Arg {
	m := codegen.Mem{Base: -1, Index: -1, Scale: 1, Disp: off}
	var base, index *ssa.Value
	p = s.Root(p)
walk:
	for {
		switch p.Op {
		case ssa.OpOffPtr:
			if index != nil {
				base = p
				break walk
			}
			m.Disp += p.AuxInt
			p = s.Root(p.Args[0])
		case ssa.OpAddPtr:
			if size == 0 || index != nil || m.Disp != 0 || !s.FoldHere(p) {
				base = p
				break walk
			}
			index, m.Scale = s.index(p.Args[1], size)
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
			m.Disp -= 8 // the caller's SP, at which its own return address stands
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

// index takes v apart into index*scale, where the scale is the size of the access.
func (s *selector) index(v *ssa.Value, size int64) (*ssa.Value, uint8) {
	v = s.Root(v)
	if k, x := s.scaled(v); k == size && k > 1 && s.FoldHere(v) {
		return s.Root(x), uint8(k)
	}
	return v, 1
}

// scaled recognises x*2, x*4, x*8.
func (s *selector) scaled(v *ssa.Value) (int64, *ssa.Value) {
	if v.Type != ssa.I64 || v.Op != ssa.OpShl && v.Op != ssa.OpMul {
		return 1, v
	}
	c, ok := s.immediate(v.Args[1])
	switch {
	case !ok:
	case v.Op == ssa.OpShl && c >= 1 && c <= 3:
		return 1 << c, v.Args[0]
	case v.Op == ssa.OpMul && (c == 2 || c == 4 || c == 8):
		return c, v.Args[0]
	}
	return 1, v
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
	in := s.pseudo(expandLoad)
	in.Op, in.Imm = mop(loadOps[0]), 1
	in.Set(s.address(in, v.Args[0], 0, 1), codegen.Phys(zero))
	clear(s.Faults)
	s.Faults[p] = in
}

// lowerAddPtr adds to an address, a multiple of a register at once.
func lowerAddPtr(s *selector, v *ssa.Value) { s.add(v, v.Args[0], v.Args[1]) }

func lowerOffPtr(s *selector, v *ssa.Value) {
	d := s.Result(v)
	in := s.pseudo(expandLEA)
	in.Set(s.address(in, v.Args[0], v.AuxInt, 0), in.Def(d))
}
