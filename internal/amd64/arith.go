package amd64

import (
	"math/bits"
	"slices"

	"strata/internal/amd64/x86"
	"strata/internal/ssa"
)

// binary is d = x op y in two-address form, with y as an immediate, from memory or a register.
func (s *selector) binary(v *ssa.Value, op x86.Op, x, y *ssa.Value) {
	d := s.result(v)
	in := s.ins(op)
	a := s.register(in, x)
	var b arg
	if c, ok := s.immediate(y); ok && !v.Type.IsFloat() {
		b = immArg(c)
	} else {
		b = s.source(in, y, v.Type.Size())
	}
	in.set(b, in.defSame(d, a))
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
	if s.foldable(y, size) != nil {
		return x, y
	}
	switch {
	case s.foldable(x, size) != nil:
		return y, x
	case accumulates(v, x):
		return x, y
	case accumulates(v, y), s.live(x) && !s.live(y):
		return y, x
	}
	if !s.live(y) && s.crossesCall(x, v) && !s.crossesCall(y, v) {
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
	d := s.result(v)
	in := s.ins(op.of(v.Type))
	a := s.register(in, x)
	var b arg
	if c, ok := s.immediate(y); ok {
		b = immArg(c)
	} else {
		b = s.before(in, func() arg { return in.useAny(s.reg(y)) })
	}
	in.set(b, in.defSame(d, a))
}

// addByLEA adds without destroying x, or with a scaled y.
func (s *selector) addByLEA(v, x, y *ssa.Value) bool {
	if s.foldable(y, v.Type.Size()) != nil && !narrow(v.Type) {
		return false
	}
	c, isImm := s.immediate(y)
	if !isImm {
		for range 2 {
			if k, z := s.scaled(s.root(y)); k > 1 && s.foldHere(s.root(y)) && v.Type == ssa.I64 {
				s.lea(v, x, z, k, 0)
				return true
			}
			x, y = y, x
		}
		if s.live(x) && s.live(y) {
			s.lea(v, x, y, 1, 0)
			return true
		}
		return false
	}
	if r := s.root(x); r.Op == ssa.OpAdd && r.Type == v.Type && s.foldHere(r) && r.Uses == 1 {
		if _, ok := s.immediate(r.Args[1]); !ok {
			s.lea(v, r.Args[0], r.Args[1], 1, c)
			return true
		}
	}
	if s.live(x) {
		s.lea(v, x, nil, 1, c)
		return true
	}
	return false
}

// lea is v = x + y*scale + c.
func (s *selector) lea(v, x, y *ssa.Value, scale uint8, c int64) {
	d := s.result(v)
	in := s.ins(opLEA.of(v.Type))
	in.isSum = true
	m := mem{base: s.register(in, x).reg, index: -1, scale: scale, disp: c}
	if y != nil {
		m.index = s.register(in, y).reg
	}
	in.set(memArg(m), in.def(d))
}

func lowerSub(s *selector, v *ssa.Value) {
	if v.Type.IsFloat() {
		s.floatBinary(v, &floatSUB)
		return
	}
	x, y := v.Args[0], v.Args[1]
	if c, ok := s.immediate(y); ok && s.live(x) && fits32(-c) {
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
	d := s.result(v)
	in := s.ins(op)
	a := s.before(in, func() arg { return in.useAny(s.reg(x)) })
	in.set(a, in.def(d))
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
		d := s.result(v)
		in := s.ins(x86.XORL)
		a := s.register(in, v.Args[0])
		in.set(immArg(1), in.defSame(d, a))
		return
	}
	s.unary(v, opNOT.of(v.Type))
}

func (s *selector) unary(v *ssa.Value, op x86.Op) {
	d := s.result(v)
	in := s.ins(op)
	a := s.register(in, v.Args[0])
	in.set(in.defSame(d, a))
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
		d := s.result(v)
		in := s.ins(opIMUL3.of(v.Type))
		var a arg
		if narrow(v.Type) {
			a = s.before(in, func() arg { return in.useAny(s.reg(x)) })
		} else {
			a = s.source(in, x, v.Type.Size())
		}
		in.set(immArg(c), a, in.def(d))
	}
}

// mulByShift multiplies by 3, 5 or 9 times a power of two in two quick steps.
func (s *selector) mulByShift(v, x *ssa.Value, c int64) bool {
	k := bits.TrailingZeros64(uint64(c))
	odd := c >> k
	if k == 0 || odd != 3 && odd != 5 && odd != 9 {
		return false
	}
	r, t := s.reg(x), s.newTemp(wide(v.Type))
	in := s.ins(opLEA.of(v.Type))
	b := in.use(r)
	in.set(memArg(mem{base: b.reg, index: b.reg, scale: uint8(odd - 1)}), in.def(t))
	in = s.ins(opSHL.of(v.Type))
	a := in.use(t)
	in.set(immArg(int64(k)), in.defSame(s.result(v), a))
	return true
}

// shiftImm is v = x op count.
func (s *selector) shiftImm(v *ssa.Value, op x86.Op, x *ssa.Value, count int64) {
	d := s.result(v)
	in := s.ins(op)
	a := s.register(in, x)
	in.set(immArg(count), in.defSame(d, a))
}

// lowerMulHi is the high half of a product: one operand in AX, the result in DX.
func lowerMulHi(s *selector, v *ssa.Value) {
	d := s.result(v)
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
	s.before(in, func() arg { return in.useFixed(s.reg(x), x86.AX) })
	b := s.source(in, y, t.Size())
	in.set(b)
	in.defFixed(d, x86.DX)
	in.clobbers = in.clobbers.With(preg(x86.AX))
}

// narrowMulHi multiplies 1- and 2-byte numbers in 4 bytes.
func (s *selector) narrowMulHi(v *ssa.Value, signed bool) {
	t := v.Type
	x := s.extend(v.Args[0], signed)
	y := s.extend(v.Args[1], signed)
	p := s.newTemp(ssa.I32)
	in := s.ins(x86.IMULL)
	a := in.use(x)
	in.set(in.useAny(y), in.defSame(p, a))
	in = s.ins(x86.SHRL)
	a = in.use(p)
	in.set(immArg(int64(t.Bits())), in.defSame(s.result(v), a))
}

// lowerMulWideU is hi, lo = x * y.
func lowerMulWideU(s *selector, v *ssa.Value) {
	x, y := v.Args[0], v.Args[1]
	t := x.Type
	r := s.tuple(v, 2, t)
	if narrow(t) {
		s.fail(v, "no wide product of this width")
		return
	}
	in := s.ins(opMUL1.of(t))
	s.before(in, func() arg { return in.useFixed(s.reg(x), x86.AX) })
	in.set(s.source(in, y, t.Size()))
	in.defFixed(r[0], x86.DX)
	in.defFixed(r[1], x86.AX)
}

// lowerDivWideU is quo, rem = hi:lo / y.
func lowerDivWideU(s *selector, v *ssa.Value) {
	t := v.Args[0].Type
	r := s.tuple(v, 2, t)
	if narrow(t) {
		s.fail(v, "no wide division of this width")
		return
	}
	in := s.ins(opDIV.of(t))
	s.before(in, func() arg { return in.useFixed(s.reg(v.Args[0]), x86.DX) })
	s.before(in, func() arg { return in.useFixed(s.reg(v.Args[1]), x86.AX) })
	in.set(s.before(in, func() arg { return in.useAny(s.reg(v.Args[2])) }))
	in.defFixed(r[0], x86.AX)
	in.defFixed(r[1], x86.DX)
}

// lowerCarry is sum, carry = x + y + c, or diff, borrow = x - y - c.
func lowerCarry(s *selector, v *ssa.Value) {
	t := v.Args[0].Type
	if narrow(t) {
		s.fail(v, "no carry at this width")
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
	r := s.tuple(v, 2, t)
	op := first
	x := s.reg(v.Args[0])
	y := s.reg(v.Args[1])
	if c, ok := s.immediate(v.Args[2]); !ok || c != 0 {
		op = next
		cr := s.reg(v.Args[2])
		in := s.ins(x86.BTL) // CF = lowest bit
		in.set(immArg(0), in.use(cr))
	}
	in := s.ins(op)
	a := in.use(x)
	in.set(in.useAny(y), in.defSame(r[0], a))
	if list := s.results[v.ID]; len(list) > 1 && list[1] != nil && s.vregs[list[1].ID] != 0 {
		flag := s.newTemp(ssa.Bool)
		in = s.ins(x86.SETCS)
		in.set(in.def(flag))
		in = s.ins(x86.MOVBLZX)
		in.set(in.use(flag), in.def(r[1]))
	}
}

func lowerAvgU(s *selector, v *ssa.Value) {
	if v.Type != ssa.I64 {
		s.fail(v, "no average of this width")
		return
	}
	sum := s.newTemp(ssa.I64)
	x, y := s.reg(v.Args[0]), s.reg(v.Args[1])
	in := s.ins(x86.ADDQ)
	a := in.use(x)
	in.set(in.useAny(y), in.defSame(sum, a))
	in = s.ins(x86.RCRQ)
	a = in.use(sum)
	in.set(immArg(1), in.defSame(s.result(v), a))
}
