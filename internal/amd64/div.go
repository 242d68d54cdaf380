package amd64

import (
	"math/big"
	"math/bits"

	"strata/internal/amd64/x86"
	"strata/internal/codegen"
	"strata/internal/regalloc"
	"strata/internal/ssa"
)

// Arithmetic on registers, for sequences inside one op. Each returns a new register.

// two is a op b.
func (s *selector) two(op x86.Op, t ssa.Type, a, b regalloc.VReg) regalloc.VReg {
	d := s.NewTemp(t)
	in := s.ins(op)
	x := in.Use(a)
	in.Set(in.UseAny(b), in.DefSame(d, x))
	return d
}

// twoImm is a op $c.
func (s *selector) twoImm(op x86.Op, t ssa.Type, a regalloc.VReg, c int64) regalloc.VReg {
	d := s.NewTemp(t)
	in := s.ins(op)
	x := in.Use(a)
	in.Set(codegen.Imm(c), in.DefSame(d, x))
	return d
}

// one is op a, in place.
func (s *selector) one(op x86.Op, t ssa.Type, a regalloc.VReg) regalloc.VReg {
	d := s.NewTemp(t)
	in := s.ins(op)
	x := in.Use(a)
	in.Set(in.DefSame(d, x))
	return d
}

// convert is a move with extension.
func (s *selector) convert(op x86.Op, t ssa.Type, a regalloc.VReg) regalloc.VReg {
	d := s.NewTemp(t)
	in := s.ins(op)
	in.Set(in.UseAny(a), in.Def(d))
	return d
}

// number is a constant in a register.
func (s *selector) number(t ssa.Type, c int64) regalloc.VReg {
	d := s.NewTemp(t)
	s.constant(d, t, c)
	return d
}

// high is the high half of the 8-byte product a * b.
func (s *selector) high(signed bool, a, b regalloc.VReg) regalloc.VReg {
	d := s.NewTemp(ssa.I64)
	in := s.ins(x86.MULQ)
	if signed {
		in.Op = mop(x86.IMULQ)
	}
	in.UseFixed(b, preg(x86.AX))
	in.Set(in.UseAny(a))
	in.DefFixed(d, preg(x86.DX))
	in.Clobbers = in.Clobbers.With(preg(x86.AX))
	return d
}

// finish makes r the result of v.
func (s *selector) finish(v *ssa.Value, r regalloc.VReg) { s.move(s.Result(v), r, v.Type) }

// extend is x in 4 bytes.
func (s *selector) extend(x *ssa.Value, signed bool) regalloc.VReg {
	r := s.Reg(x)
	if !narrow(x.Type) {
		return r
	}
	if signed {
		return s.convert(opSXL.of(x.Type), ssa.I32, r)
	}
	return s.convert(opZX.of(x.Type), ssa.I32, r)
}

func lowerDiv(s *selector, v *ssa.Value) {
	if v.Type.IsFloat() {
		s.floatBinary(v, &floatDIV)
		return
	}
	signed := v.Op == ssa.OpDiv || v.Op == ssa.OpMod
	if c := v.Args[1]; c.Op == ssa.OpConst && codegen.ConstOf(c) != 0 {
		if signed {
			s.divConst(v, codegen.ConstOf(c))
		} else {
			s.divConstU(v, uint64(codegen.ConstOf(c))&(1<<v.Type.Bits()-1))
		}
		return
	}
	x, y := s.extend(v.Args[0], signed), s.extend(v.Args[1], signed)
	in := s.pseudo(expandDiv)
	in.Op = mop(opDIV.of(v.Type))
	if signed {
		in.Op = mop(opIDIV.of(v.Type))
		in.Imm = 1
		// A narrow quotient of -128/-1 is right after truncation, but 4-byte division must not trap either way.
		if narrow(v.Type) {
			in.Imm = 2
		}
	}
	in.UseFixed(x, preg(x86.AX))
	in.UseLate(y)
	if v.Op == ssa.OpDiv || v.Op == ssa.OpDivU {
		in.DefFixed(s.Result(v), preg(x86.AX))
		in.Clobbers = in.Clobbers.With(preg(x86.DX))
	} else {
		in.DefFixed(s.Result(v), preg(x86.DX))
		in.Clobbers = in.Clobbers.With(preg(x86.AX))
	}
}

// expandDiv divides AX by a register. imm: 0 unsigned, 1 signed, 2 signed without overflow.
func expandDiv(e *emitter, in *codegen.Inst) {
	y := e.reg(in, 1)
	wide := in.Op == mop(x86.DIVQ) || in.Op == mop(x86.IDIVQ)
	if in.Imm == 0 {
		e.op(x86.XORL, x86.R(x86.DX), x86.R(x86.DX))
		e.op(x86.Op(in.Op), y)
		return
	}
	cmp, neg, ext := x86.CMPL, x86.NEGL, x86.CDQ
	if wide {
		cmp, neg, ext = x86.CMPQ, x86.NEGQ, x86.CQO
	}
	if in.Imm == 2 {
		e.op(ext)
		e.op(x86.Op(in.Op), y)
		return
	}
	// The least number divided by -1 traps; Go wants it unchanged, remainder 0.
	e.op(cmp, y, x86.I(-1))
	fix := e.branch(x86.JEQ)
	e.op(ext)
	e.op(x86.Op(in.Op), y)
	done := e.branch(x86.JMP)
	e.bind(fix)
	e.op(neg, x86.R(x86.AX))
	e.op(x86.XORL, x86.R(x86.DX), x86.R(x86.DX))
	e.bind(done)
}

// remainder finishes x % c given the quotient q.
func (s *selector) remainder(v *ssa.Value, x, q regalloc.VReg, c int64) {
	t := wide(v.Type)
	var p regalloc.VReg
	if fits32(c) {
		p = s.NewTemp(t)
		in := s.ins(opIMUL3.of(t))
		in.Set(codegen.Imm(c), in.UseAny(q), in.Def(p))
	} else {
		p = s.two(opIMUL.of(t), t, s.number(t, c), q)
	}
	d := s.Result(v)
	in := s.ins(opSUB.of(t))
	a := in.Use(x)
	in.Set(in.UseAny(p), in.DefSame(d, a))
}

// wide is t or I32 for narrower types.
func wide(t ssa.Type) ssa.Type {
	if narrow(t) {
		return ssa.I32
	}
	return t
}

// divConstU is v = x / c or x % c, unsigned, after Granlund and Montgomery,
// "Division by Invariant Integers using Multiplication" (1994).
func (s *selector) divConstU(v *ssa.Value, c uint64) {
	x := s.extend(v.Args[0], false)
	t := wide(v.Type)
	mod := v.Op == ssa.OpModU
	if c&(c-1) == 0 {
		k := int64(bits.TrailingZeros64(c))
		switch {
		case !mod && k == 0:
			s.finish(v, x)
		case !mod:
			s.finish(v, s.twoImm(opSHR.of(t), t, x, k))
		case fits32(int64(c - 1)):
			s.finish(v, s.twoImm(opAND.of(t), t, x, int64(c-1)))
		default:
			s.finish(v, s.two(opAND.of(t), t, x, s.number(t, int64(c-1))))
		}
		return
	}
	var q regalloc.VReg
	if t == ssa.I64 {
		q = s.quotientU64(x, c)
	} else {
		q = s.quotientU32(x, c)
	}
	if mod {
		s.remainder(v, x, q, int64(c))
	} else {
		s.finish(v, q)
	}
}

// quotientU32 divides a number below 2^32, zero-extended here to 8 bytes.
func (s *selector) quotientU32(x regalloc.VReg, c uint64) regalloc.VReg {
	x = s.convert(x86.MOVL, ssa.I64, x)
	if m, l := codegen.Magic(c, 32, 0); m.BitLen() <= 32 {
		p := s.two(x86.IMULQ, ssa.I64, s.number(ssa.I64, m.Int64()), x)
		return s.twoImm(x86.SHRQ, ssa.I64, p, int64(32+l))
	}
	// ceil(2^64/c) is exact enough for 32-bit numbers.
	m := ^uint64(0)/c + 1
	return s.high(false, x, s.number(ssa.I64, int64(m)))
}

func (s *selector) quotientU64(x regalloc.VReg, c uint64) regalloc.VReg {
	m, l := codegen.Magic(c, 64, 0)
	if m.BitLen() <= 64 {
		h := s.high(false, x, s.number(ssa.I64, int64(m.Uint64())))
		return s.shiftRight(h, int64(l))
	}
	if tz := bits.TrailingZeros64(c); tz > 0 {
		m, l = codegen.Magic(c>>tz, 64-tz, 0)
		y := s.twoImm(x86.SHRQ, ssa.I64, x, int64(tz))
		// x*m >> (64-tz+l): the product's high half shifted by l-tz needs l >= tz.
		if l < tz {
			m.Lsh(m, uint(tz-l))
			l = tz
		}
		if m.BitLen() <= 64 {
			h := s.high(false, y, s.number(ssa.I64, int64(m.Uint64())))
			return s.shiftRight(h, int64(l-tz))
		}
		m, l = codegen.Magic(c, 64, 0)
	}
	// m has 65 bits: x*m >> 64 is x + high(x, m - 2^64), halved without losing the carry.
	h := s.high(false, x, s.number(ssa.I64, int64(new(big.Int).And(m, new(big.Int).SetUint64(^uint64(0))).Uint64())))
	sum := s.two(x86.ADDQ, ssa.I64, h, x)
	half := s.twoImm(x86.RCRQ, ssa.I64, sum, 1)
	return s.shiftRight(half, int64(l-1))
}

func (s *selector) shiftRight(x regalloc.VReg, k int64) regalloc.VReg {
	if k == 0 {
		return x
	}
	return s.twoImm(x86.SHRQ, ssa.I64, x, k)
}

// divConst is v = x / c or x % c, signed.
func (s *selector) divConst(v *ssa.Value, c int64) {
	x := s.extend(v.Args[0], true)
	t := wide(v.Type)
	abs := uint64(c)
	if c < 0 {
		abs = -abs
	}
	var q regalloc.VReg
	switch {
	case abs&(abs-1) == 0:
		q = s.quotientPow2(x, t, v.Type, int64(bits.TrailingZeros64(abs)))
	case t == ssa.I64:
		q = s.quotientS64(x, abs)
	default:
		q = s.quotientS32(x, abs)
	}
	if v.Op == ssa.OpMod {
		s.remainder(v, x, q, int64(abs))
		return
	}
	if c < 0 {
		q = s.one(opNEG.of(t), t, q)
	}
	s.finish(v, q)
}

// quotientPow2 is x / 2^k rounded towards zero.
func (s *selector) quotientPow2(x regalloc.VReg, t, orig ssa.Type, k int64) regalloc.VReg {
	if k == 0 {
		return x
	}
	bias := x
	n := int64(t.Bits())
	if k > 1 {
		bias = s.twoImm(opSAR.of(t), t, x, n-1)
	}
	bias = s.twoImm(opSHR.of(t), t, bias, n-k)
	return s.twoImm(opSAR.of(t), t, s.two(opADD.of(t), t, bias, x), k)
}

func (s *selector) quotientS32(x regalloc.VReg, c uint64) regalloc.VReg {
	x = s.convert(x86.MOVLQSX, ssa.I64, x)
	m, l := codegen.Magic(c, 31, 0)
	p := s.two(x86.IMULQ, ssa.I64, s.number(ssa.I64, m.Int64()), x)
	p = s.twoImm(x86.SARQ, ssa.I64, p, int64(31+l))
	sign := s.twoImm(x86.SARQ, ssa.I64, x, 63)
	return s.two(x86.SUBQ, ssa.I64, p, sign)
}

func (s *selector) quotientS64(x regalloc.VReg, c uint64) regalloc.VReg {
	m, l := codegen.Magic(c, 63, 1)
	h := s.high(true, x, s.number(ssa.I64, int64(m.Uint64())))
	if m.BitLen() == 64 {
		h = s.two(x86.ADDQ, ssa.I64, h, x) // the multiplier was taken as m - 2^64
	}
	if l > 1 {
		h = s.twoImm(x86.SARQ, ssa.I64, h, int64(l-1))
	}
	sign := s.twoImm(x86.SARQ, ssa.I64, x, 63)
	return s.two(x86.SUBQ, ssa.I64, h, sign)
}
