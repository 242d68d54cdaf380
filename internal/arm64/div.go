package arm64

import (
	"math/big"
	"math/bits"

	"strata/internal/arm64/a64"
	"strata/internal/codegen"
	"strata/internal/regalloc"
	"strata/internal/ssa"
)

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
			s.divConstU(v, uint64(codegen.ConstOf(c))&(1<<(v.Type.Bits()-1)<<1-1))
		}
		return
	}
	x, y := s.extend(v.Args[0], signed), s.extend(v.Args[1], signed)
	op := opUDIV.of(v.Type)
	if signed {
		op = opSDIV.of(v.Type)
	}
	t := wide(v.Type)
	q := s.two(op, t, x, y)
	if v.Op == ssa.OpDiv || v.Op == ssa.OpDivU {
		s.finish(v, q)
		return
	}
	s.remainderOf(v, x, q, y)
}

// remainderOf is x - q*y.
func (s *selector) remainderOf(v *ssa.Value, x, q, y regalloc.VReg) {
	in := s.pseudo(expandMSub)
	in.Op = mop(opMSUB.of(v.Type))
	in.Use(y)
	in.Use(x)
	in.Use(q)
	in.Def(s.Result(v))
}

func expandMSub(e *emitter, in *codegen.Inst) {
	e.op(a64.Op(in.Op), a64.R(e.reg(in, 0)), a64.R(e.reg(in, 1)), a64.R(e.reg(in, 2)), a64.R(e.reg(in, 3)))
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
		case c == 1 && mod:
			s.constant(s.Result(v), t, 0)
		case c == 1:
			s.finish(v, x)
		case !mod:
			s.finish(v, s.twoImm(opLSR.of(t), t, x, k))
		default:
			s.finish(v, s.twoImm(opAND.of(t), t, x, int64(c-1)))
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
		s.remainderOf(v, x, q, s.number(t, int64(c)))
	} else {
		s.finish(v, q)
	}
}

// quotientU32 divides a number below 2^32.
func (s *selector) quotientU32(x regalloc.VReg, c uint64) regalloc.VReg {
	x = s.one(a64.MOVWU, ssa.I64, x)
	if m, l := codegen.Magic(c, 32, 0); m.BitLen() <= 32 {
		p := s.two(a64.MUL, ssa.I64, x, s.number(ssa.I64, m.Int64()))
		return s.twoImm(a64.LSR, ssa.I64, p, int64(32+l))
	}
	// ceil(2^64/c) is exact enough for 32-bit numbers.
	m := ^uint64(0)/c + 1
	return s.two(a64.UMULH, ssa.I64, x, s.number(ssa.I64, int64(m)))
}

func (s *selector) quotientU64(x regalloc.VReg, c uint64) regalloc.VReg {
	m, l := codegen.Magic(c, 64, 0)
	if m.BitLen() <= 64 {
		h := s.two(a64.UMULH, ssa.I64, x, s.number(ssa.I64, int64(m.Uint64())))
		return s.shiftRight(h, int64(l))
	}
	if tz := bits.TrailingZeros64(c); tz > 0 {
		m, l = codegen.Magic(c>>tz, 64-tz, 0)
		y := s.twoImm(a64.LSR, ssa.I64, x, int64(tz))
		// x*m >> (64-tz+l): the product's high half shifted by l-tz needs l >= tz.
		if l < tz {
			m.Lsh(m, uint(tz-l))
			l = tz
		}
		if m.BitLen() <= 64 {
			h := s.two(a64.UMULH, ssa.I64, y, s.number(ssa.I64, int64(m.Uint64())))
			return s.shiftRight(h, int64(l-tz))
		}
		m, l = codegen.Magic(c, 64, 0)
	}
	// m has 65 bits: x*m >> 64 is x + high(x, m - 2^64); the halved sum, without its carry, is h + (x-h)/2.
	low := new(big.Int).And(m, new(big.Int).SetUint64(^uint64(0)))
	h := s.two(a64.UMULH, ssa.I64, x, s.number(ssa.I64, int64(low.Uint64())))
	d := s.twoImm(a64.LSR, ssa.I64, s.two(a64.SUB, ssa.I64, x, h), 1)
	half := s.two(a64.ADD, ssa.I64, h, d)
	return s.shiftRight(half, int64(l-1))
}

func (s *selector) shiftRight(x regalloc.VReg, k int64) regalloc.VReg {
	if k == 0 {
		return x
	}
	return s.twoImm(a64.LSR, ssa.I64, x, k)
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
		q = s.quotientPow2(x, t, int64(bits.TrailingZeros64(abs)))
	case t == ssa.I64:
		q = s.quotientS64(x, abs)
	default:
		q = s.quotientS32(x, abs)
	}
	if v.Op == ssa.OpMod {
		s.remainderOf(v, x, q, s.number(t, int64(abs)))
		return
	}
	if c < 0 {
		q = s.one(opNEG.of(t), t, q)
	}
	s.finish(v, q)
}

// quotientPow2 is x / 2^k rounded towards zero.
func (s *selector) quotientPow2(x regalloc.VReg, t ssa.Type, k int64) regalloc.VReg {
	if k == 0 {
		return x
	}
	bias := x
	n := int64(t.Bits())
	if k > 1 {
		bias = s.twoImm(opASR.of(t), t, x, n-1)
	}
	bias = s.twoImm(opLSR.of(t), t, bias, n-k)
	return s.twoImm(opASR.of(t), t, s.two(opADD.of(t), t, bias, x), k)
}

func (s *selector) quotientS32(x regalloc.VReg, c uint64) regalloc.VReg {
	x = s.one(a64.MOVW, ssa.I64, x)
	m, l := codegen.Magic(c, 31, 0)
	p := s.two(a64.MUL, ssa.I64, x, s.number(ssa.I64, m.Int64()))
	p = s.twoImm(a64.ASR, ssa.I64, p, int64(31+l))
	return s.two(a64.SUB, ssa.I64, p, s.twoImm(a64.ASR, ssa.I64, x, 63))
}

func (s *selector) quotientS64(x regalloc.VReg, c uint64) regalloc.VReg {
	m, l := codegen.Magic(c, 63, 1)
	h := s.two(a64.SMULH, ssa.I64, x, s.number(ssa.I64, int64(m.Uint64())))
	if m.BitLen() == 64 {
		h = s.two(a64.ADD, ssa.I64, h, x) // the multiplier was taken as m - 2^64
	}
	if l > 1 {
		h = s.twoImm(a64.ASR, ssa.I64, h, int64(l-1))
	}
	return s.two(a64.SUB, ssa.I64, h, s.twoImm(a64.ASR, ssa.I64, x, 63))
}
