package amd64

import (
	"strata/internal/amd64/x86"
	"strata/internal/codegen"
	"strata/internal/regalloc"
	"strata/internal/ssa"
)

// shifted is the operand of a right shift: narrow numbers are extended first.
func (s *selector) shifted(v *ssa.Value) regalloc.VReg {
	return s.extend(v.Args[0], v.Op == ssa.OpSar)
}

// machineBits is the width of the machine shift that v uses.
func machineBits(t ssa.Type) int64 {
	if t.Size() == 8 {
		return 64
	}
	return 32
}

// count is the register of v's shift count; the processor itself masks it to
// the width of the machine shift.
func (s *selector) count(v *ssa.Value) regalloc.VReg {
	c := s.Root(v.Args[1])
	bits := machineBits(v.Type)
	if v.Op == ssa.OpRotL {
		bits = int64(v.Type.Bits())
	}
	if c.Op == ssa.OpAnd && c.Block == s.B && s.VRegs[c.ID] == 0 && (bounded(v) || v.Op == ssa.OpRotL) {
		if m, ok := s.immediate(c.Args[1]); ok && m&(bits-1) == bits-1 {
			return s.Reg(c.Args[0])
		}
	}
	return s.Reg(c)
}

// bounded tells whether the count of v needs no comparison with the width.
func bounded(v *ssa.Value) bool { return v.AuxInt == 1 }

func lowerShl(s *selector, v *ssa.Value) { s.shift(v, &opSHL) }
func lowerShr(s *selector, v *ssa.Value) { s.shift(v, &opSHR) }

// shift is a shift that gives 0 for counts beyond the width.
func (s *selector) shift(v *ssa.Value, op *widths) {
	t := v.Type
	if c := v.Args[1]; c.Op == ssa.OpConst {
		n := uint64(codegen.ConstOf(c)) & (1<<(c.Type.Bits()-1)<<1 - 1)
		switch {
		case n >= uint64(t.Bits()):
			s.constant(s.Result(v), t, 0)
		case n == 0 && t == ssa.I32:
			in := s.ins(x86.MOVL) // zeros above 4 bytes: see zeroExtended
			in.Set(s.Register(in, v.Args[0]), in.Def(s.Result(v)))
		case n == 0:
			s.finish(v, s.Reg(v.Args[0]))
		case v.Op == ssa.OpShl && n == 1 && s.Live(v.Args[0]):
			s.lea(v, v.Args[0], v.Args[0], 1, 0)
		default:
			x := s.Reg(v.Args[0])
			if v.Op == ssa.OpShr {
				x = s.extend(v.Args[0], false)
			}
			in := s.ins(op.of(t))
			a := in.Use(x)
			in.Set(codegen.Imm(int64(n)), in.DefSame(s.Result(v), a))
		}
		return
	}
	x := s.Reg(v.Args[0])
	if v.Op == ssa.OpShr {
		x = s.shifted(v)
	}
	count := s.count(v)
	if bounded(v) {
		s.shiftCL(op.of(t), s.Result(v), x, count)
		return
	}
	sh := s.NewTemp(wide(t))
	s.shiftCL(op.of(t), sh, x, count)
	// mask = count < width ? -1 : 0
	in := s.ins(opCMP.of(v.Args[1].Type))
	in.Set(in.UseAny(count), codegen.Imm(machineBits(t)))
	mask := s.NewTemp(wide(t))
	in = s.pseudo(expandBorrowMask)
	in.Op = mop(x86.SBBL)
	if t.Size() == 8 {
		in.Op = mop(x86.SBBQ)
	}
	in.Def(mask)
	in = s.ins(opAND.of(t))
	a := in.Use(sh)
	in.Set(in.UseAny(mask), in.DefSame(s.Result(v), a))
}

// expandBorrowMask makes all ones if the carry flag is set, else zero.
func expandBorrowMask(e *emitter, in *codegen.Inst) {
	r := e.reg(in, 0)
	e.op(x86.Op(in.Op), r, r)
}

// shiftCL is d = x op count, the count in CX.
func (s *selector) shiftCL(op x86.Op, d, x, count regalloc.VReg) {
	in := s.ins(op)
	a := in.Use(x)
	c := in.UseFixed(count, preg(x86.CX))
	in.Set(c, in.DefSame(d, a))
}

func lowerSar(s *selector, v *ssa.Value) {
	t := v.Type
	op := opSAR.of(t)
	limit := machineBits(t)
	if c := v.Args[1]; c.Op == ssa.OpConst {
		n := uint64(codegen.ConstOf(c)) & (1<<(c.Type.Bits()-1)<<1 - 1)
		n = min(n, uint64(t.Bits())-1)
		x := s.shifted(v)
		if n == 0 {
			s.finish(v, x)
			return
		}
		in := s.ins(op)
		a := in.Use(x)
		in.Set(codegen.Imm(int64(n)), in.DefSame(s.Result(v), a))
		return
	}
	x := s.shifted(v)
	count := s.count(v)
	if !bounded(v) {
		// Counts beyond the width shift by width-1.
		most := s.number(ssa.I32, limit-1)
		in := s.ins(opCMP.of(v.Args[1].Type))
		in.Set(in.UseAny(count), codegen.Imm(limit))
		capped := s.NewTemp(ssa.I32)
		in = s.ins(x86.CMOVLCS)
		a := in.Use(most)
		in.Set(in.UseAny(count), in.DefSame(capped, a))
		count = capped
	}
	s.shiftCL(op, s.Result(v), x, count)
}

func lowerRotL(s *selector, v *ssa.Value) {
	op := opROL.of(v.Type)
	if c, ok := s.immediate(v.Args[1]); ok {
		s.shiftImm(v, op, v.Args[0], c&int64(v.Type.Bits()-1))
		return
	}
	x, count := s.Reg(v.Args[0]), s.count(v)
	s.shiftCL(op, s.Result(v), x, count)
}

// lowerCtz finds the lowest set bit. A bit set above the width ends the search of 0.
func lowerCtz(s *selector, v *ssa.Value) {
	t := v.Type
	x := s.Reg(v.Args[0])
	if t.Size() == 8 {
		most := s.number(ssa.I64, 64)
		n := s.NewTemp(ssa.I64)
		in := s.ins(x86.BSFQ)
		in.Set(in.UseAny(x), in.Def(n))
		in = s.ins(x86.CMOVQEQ)
		a := in.Use(n)
		in.Set(in.UseAny(most), in.DefSame(s.Result(v), a))
		return
	}
	x = s.twoImm(x86.BTSQ, ssa.I64, x, int64(t.Bits()))
	in := s.ins(x86.BSFQ)
	in.Set(in.UseAny(x), in.Def(s.Result(v)))
}

// lowerBitLen is the index of the highest bit of 2x+1, which is never zero.
func lowerBitLen(s *selector, v *ssa.Value) {
	t := v.Type
	if t.Size() == 8 {
		x := s.Reg(v.Args[0])
		none := s.number(ssa.I64, -1)
		n := s.NewTemp(ssa.I64)
		in := s.ins(x86.BSRQ)
		in.Set(in.UseAny(x), in.Def(n))
		m := s.NewTemp(ssa.I64)
		in = s.ins(x86.CMOVQEQ)
		a := in.Use(n)
		in.Set(in.UseAny(none), in.DefSame(m, a))
		in = s.ins(x86.LEAQ)
		in.Set(codegen.Based(in.Use(m), 1), in.Def(s.Result(v)))
		return
	}
	x := s.convert(opZX.of(t), ssa.I64, s.Reg(v.Args[0]))
	y := s.NewTemp(ssa.I64)
	in := s.ins(x86.LEAQ)
	b := in.Use(x)
	in.Set(codegen.MemArg(codegen.Mem{Base: b.Reg, Index: b.Reg, Scale: 1, Disp: 1}), in.Def(y))
	in = s.ins(x86.BSRQ)
	in.Set(in.UseAny(y), in.Def(s.Result(v)))
}

// lowerPopCnt needs a processor with POPCNT; who makes the op has asked for it.
func lowerPopCnt(s *selector, v *ssa.Value) {
	t := v.Type
	if narrow(t) {
		x := s.extend(v.Args[0], false)
		in := s.ins(x86.POPCNTL)
		in.Set(in.UseAny(x), in.Def(s.Result(v)))
		return
	}
	in := s.ins(x86.POPCNTQ)
	if t.Size() == 4 {
		in.Op = mop(x86.POPCNTL)
	}
	a := s.source(in, v.Args[0], t.Size())
	in.Set(a, in.Def(s.Result(v)))
}

func lowerBswap(s *selector, v *ssa.Value) {
	switch v.Type.Size() {
	case 2:
		s.shiftImm(v, x86.ROLW, v.Args[0], 8)
	case 4:
		s.unary(v, x86.BSWAPL)
	case 8:
		s.unary(v, x86.BSWAPQ)
	default:
		s.finish(v, s.Reg(v.Args[0]))
	}
}
