package amd64

import (
	"math/bits"
	"slices"

	"strata/internal/amd64/x86"
	"strata/internal/codegen"
	"strata/internal/ssa"
)

// binary is d = x op y in two-address form, with y as an immediate, from memory or a register.
func (s *selector) binary(v *ssa.Value, op x86.Op, x, y *ssa.Value) {
	d := s.Result(v)
	in := s.ins(op)
	a := s.Register(in, x)
	var b codegen.Arg
	if c, ok := s.immediate(y); ok && !v.Type.IsFloat() {
		b = codegen.Imm(c)
	} else {
		b = s.source(in, y, v.Type.Size())
	}
	in.Set(b, in.DefSame(d, a))
}

// order exchanges the arguments of a commutative op so that the second one is
// the constant or load, and the first one dies here.
func (s *selector) order(v *ssa.Value) (x, y *ssa.Value) {
	x, y = v.Args[0], v.Args[1]
	if _, ok := s.immediate(y); ok {
		return x, y
	}
	if _, ok := s.immediate(x); ok {
		return y, x
	}
	size := v.Type.Size()
	if size < 4 {
		size = 8 // no load is folded at these widths
	}
	if s.Foldable(y, size) != nil {
		return x, y
	}
	switch {
	case s.Foldable(x, size) != nil:
		return y, x
	case accumulates(v, x):
		return x, y
	case accumulates(v, y), s.Live(x) && !s.Live(y):
		return y, x
	}
	if !s.Live(y) && s.CrossesCall(x, v) && !s.CrossesCall(y, v) {
		return y, x
	}
	return x, y
}

// accumulates tells whether x is a phi that v is the next value of: the two should share a register.
func accumulates(v, x *ssa.Value) bool {
	return x.Op == ssa.OpPhi && slices.Contains(x.Args, v)
}

// narrow tells whether loads of t cannot be memory operands of arithmetic,
// which works on 4 bytes at least.
func narrow(t ssa.Type) bool { return t.Size() < 4 }

func lowerAdd(s *selector, v *ssa.Value) {
	if v.Type.IsFloat() {
		s.floatBinary(v, &floatADD)
		return
	}
	x, y := s.order(v)
	if s.addByLEA(v, x, y) {
		return
	}
	s.intBinary(v, &opADD, x, y)
}

// intBinary is binary for integers; narrow operands come from registers.
func (s *selector) intBinary(v *ssa.Value, op *widths, x, y *ssa.Value) {
	if !narrow(v.Type) {
		s.binary(v, op.of(v.Type), x, y)
		return
	}
	d := s.Result(v)
	in := s.ins(op.of(v.Type))
	a := s.Register(in, x)
	var b codegen.Arg
	if c, ok := s.immediate(y); ok {
		b = codegen.Imm(c)
	} else {
		b = s.Before(in, func() codegen.Arg { return in.UseAny(s.Reg(y)) })
	}
	in.Set(b, in.DefSame(d, a))
}

// addByLEA adds without destroying x, or with a scaled y.
func (s *selector) addByLEA(v, x, y *ssa.Value) bool {
	if s.Foldable(y, v.Type.Size()) != nil && !narrow(v.Type) {
		return false
	}
	c, isImm := s.immediate(y)
	if !isImm {
		for range 2 {
			if k, z := s.scaled(s.Root(y)); k > 1 && s.FoldHere(s.Root(y)) && v.Type == ssa.I64 {
				s.lea(v, x, z, k, 0)
				return true
			}
			x, y = y, x
		}
		if s.Live(x) && s.Live(y) {
			s.lea(v, x, y, 1, 0)
			return true
		}
		return false
	}
	if r := s.Root(x); r.Op == ssa.OpAdd && r.Type == v.Type && s.FoldHere(r) && r.Uses == 1 {
		if _, ok := s.immediate(r.Args[1]); !ok {
			s.lea(v, r.Args[0], r.Args[1], 1, c)
			return true
		}
	}
	if s.Live(x) {
		s.lea(v, x, nil, 1, c)
		return true
	}
	return false
}

// lea is v = x + y*scale + c.
func (s *selector) lea(v, x, y *ssa.Value, scale uint8, c int64) {
	d := s.Result(v)
	in := s.ins(opLEA.of(v.Type))
	in.IsSum = true
	m := codegen.Mem{Base: s.Register(in, x).Reg, Index: -1, Scale: scale, Disp: c}
	if y != nil {
		m.Index = s.Register(in, y).Reg
	}
	in.Set(codegen.MemArg(m), in.Def(d))
}

func lowerSub(s *selector, v *ssa.Value) {
	if v.Type.IsFloat() {
		s.floatBinary(v, &floatSUB)
		return
	}
	x, y := v.Args[0], v.Args[1]
	if c, ok := s.immediate(y); ok && s.Live(x) && fits32(-c) {
		s.lea(v, x, nil, 1, -c)
		return
	}
	s.intBinary(v, &opSUB, x, y)
}

func logic(op *widths) lowering {
	return func(s *selector, v *ssa.Value) {
		x, y := s.order(v)
		if op == &opAND && s.andAsExtension(v, x, y) {
			return
		}
		s.intBinary(v, op, x, y)
	}
}

// andAsExtension masks by 0xff, 0xffff, 0xffffffff with a zero extension.
func (s *selector) andAsExtension(v, x, y *ssa.Value) bool {
	if y.Op != ssa.OpConst || narrow(v.Type) {
		return false
	}
	var op x86.Op
	switch y.AuxInt {
	case 0xff:
		op = x86.MOVBLZX
	case 0xffff:
		op = x86.MOVWLZX
	case 0xffffffff:
		op = x86.MOVL
	default:
		return false
	}
	d := s.Result(v)
	in := s.ins(op)
	a := s.Before(in, func() codegen.Arg { return in.UseAny(s.Reg(x)) })
	in.Set(a, in.Def(d))
	return true
}

func lowerNeg(s *selector, v *ssa.Value) {
	if v.Type.IsFloat() {
		s.maskFloat(v, expandNegFloat)
		return
	}
	s.unary(v, opNEG.of(v.Type))
}

func lowerNot(s *selector, v *ssa.Value) {
	if v.Type == ssa.Bool {
		if c, ok := s.condition(v); ok {
			s.setcc(v, c)
			return
		}
		d := s.Result(v)
		in := s.ins(x86.XORL)
		a := s.Register(in, v.Args[0])
		in.Set(codegen.Imm(1), in.DefSame(d, a))
		return
	}
	s.unary(v, opNOT.of(v.Type))
}

func (s *selector) unary(v *ssa.Value, op x86.Op) {
	d := s.Result(v)
	in := s.ins(op)
	a := s.Register(in, v.Args[0])
	in.Set(in.DefSame(d, a))
}

func lowerMul(s *selector, v *ssa.Value) {
	if v.Type.IsFloat() {
		s.floatBinary(v, &floatMUL)
		return
	}
	x, y := s.order(v)
	c, ok := s.immediate(y)
	if !ok {
		s.intBinary(v, &opIMUL, x, y)
		return
	}
	switch {
	case c == 3 || c == 5 || c == 9:
		s.lea(v, x, x, uint8(c-1), 0)
	case c > 0 && s.mulByShift(v, x, c):
	case c > 0 && c&(c-1) == 0:
		s.shiftImm(v, opSHL.of(v.Type), x, int64(bits.TrailingZeros64(uint64(c))))
	default:
		d := s.Result(v)
		in := s.ins(opIMUL3.of(v.Type))
		var a codegen.Arg
		if narrow(v.Type) {
			a = s.Before(in, func() codegen.Arg { return in.UseAny(s.Reg(x)) })
		} else {
			a = s.source(in, x, v.Type.Size())
		}
		in.Set(codegen.Imm(c), a, in.Def(d))
	}
}

// mulByShift multiplies by 3, 5 or 9 times a power of two in two quick steps.
func (s *selector) mulByShift(v, x *ssa.Value, c int64) bool {
	k := bits.TrailingZeros64(uint64(c))
	odd := c >> k
	if k == 0 || odd != 3 && odd != 5 && odd != 9 {
		return false
	}
	r, t := s.Reg(x), s.NewTemp(wide(v.Type))
	in := s.ins(opLEA.of(v.Type))
	b := in.Use(r)
	in.Set(codegen.MemArg(codegen.Mem{Base: b.Reg, Index: b.Reg, Scale: uint8(odd - 1)}), in.Def(t))
	in = s.ins(opSHL.of(v.Type))
	a := in.Use(t)
	in.Set(codegen.Imm(int64(k)), in.DefSame(s.Result(v), a))
	return true
}

// shiftImm is v = x op count.
func (s *selector) shiftImm(v *ssa.Value, op x86.Op, x *ssa.Value, count int64) {
	d := s.Result(v)
	in := s.ins(op)
	a := s.Register(in, x)
	in.Set(codegen.Imm(count), in.DefSame(d, a))
}

// lowerMulHi is the high half of a product: one operand in AX, the result in DX.
func lowerMulHi(s *selector, v *ssa.Value) {
	d := s.Result(v)
	t := v.Type
	signed := v.Op == ssa.OpMulHi
	if narrow(t) {
		s.narrowMulHi(v, signed)
		return
	}
	op := opMUL1.of(t)
	if signed {
		op = opIMUL1.of(t)
	}
	x, y := s.order(v)
	if y.Op == ssa.OpConst {
		x, y = y, x
	}
	in := s.ins(op)
	s.Before(in, func() codegen.Arg { return in.UseFixed(s.Reg(x), preg(x86.AX)) })
	b := s.source(in, y, t.Size())
	in.Set(b)
	in.DefFixed(d, preg(x86.DX))
	in.Clobbers = in.Clobbers.With(preg(x86.AX))
}

// narrowMulHi multiplies 1- and 2-byte numbers in 4 bytes.
func (s *selector) narrowMulHi(v *ssa.Value, signed bool) {
	t := v.Type
	x := s.extend(v.Args[0], signed)
	y := s.extend(v.Args[1], signed)
	p := s.NewTemp(ssa.I32)
	in := s.ins(x86.IMULL)
	a := in.Use(x)
	in.Set(in.UseAny(y), in.DefSame(p, a))
	in = s.ins(x86.SHRL)
	a = in.Use(p)
	in.Set(codegen.Imm(int64(t.Bits())), in.DefSame(s.Result(v), a))
}

// lowerMulWideU is hi, lo = x * y.
func lowerMulWideU(s *selector, v *ssa.Value) {
	x, y := v.Args[0], v.Args[1]
	t := x.Type
	r := s.Tuple(v, 2, t)
	if narrow(t) {
		s.Fail(v, "no wide product of this width")
		return
	}
	in := s.ins(opMUL1.of(t))
	s.Before(in, func() codegen.Arg { return in.UseFixed(s.Reg(x), preg(x86.AX)) })
	in.Set(s.source(in, y, t.Size()))
	in.DefFixed(r[0], preg(x86.DX))
	in.DefFixed(r[1], preg(x86.AX))
}

// lowerDivWideU is quo, rem = hi:lo / y.
func lowerDivWideU(s *selector, v *ssa.Value) {
	t := v.Args[0].Type
	r := s.Tuple(v, 2, t)
	if narrow(t) {
		s.Fail(v, "no wide division of this width")
		return
	}
	in := s.ins(opDIV.of(t))
	s.Before(in, func() codegen.Arg { return in.UseFixed(s.Reg(v.Args[0]), preg(x86.DX)) })
	s.Before(in, func() codegen.Arg { return in.UseFixed(s.Reg(v.Args[1]), preg(x86.AX)) })
	in.Set(s.Before(in, func() codegen.Arg { return in.UseAny(s.Reg(v.Args[2])) }))
	in.DefFixed(r[0], preg(x86.AX))
	in.DefFixed(r[1], preg(x86.DX))
}

// lowerCarry is sum, carry = x + y + c, or diff, borrow = x - y - c.
func lowerCarry(s *selector, v *ssa.Value) {
	t := v.Args[0].Type
	if narrow(t) {
		s.Fail(v, "no carry at this width")
		return
	}
	first, next := opADD.of(t), x86.ADCL
	if v.Op == ssa.OpSubBorrow {
		first, next = opSUB.of(t), x86.SBBL
	}
	if t.Size() == 8 {
		if v.Op == ssa.OpSubBorrow {
			next = x86.SBBQ
		} else {
			next = x86.ADCQ
		}
	}
	r := s.Tuple(v, 2, t)
	op := first
	x := s.Reg(v.Args[0])
	y := s.Reg(v.Args[1])
	if c, ok := s.immediate(v.Args[2]); !ok || c != 0 {
		op = next
		cr := s.Reg(v.Args[2])
		in := s.ins(x86.BTL) // CF = lowest bit
		in.Set(codegen.Imm(0), in.Use(cr))
	}
	in := s.ins(op)
	a := in.Use(x)
	in.Set(in.UseAny(y), in.DefSame(r[0], a))
	if list := s.Results[v.ID]; len(list) > 1 && list[1] != nil && s.VRegs[list[1].ID] != 0 {
		flag := s.NewTemp(ssa.Bool)
		in = s.ins(x86.SETCS)
		in.Set(in.Def(flag))
		in = s.ins(x86.MOVBLZX)
		in.Set(in.Use(flag), in.Def(r[1]))
	}
}
