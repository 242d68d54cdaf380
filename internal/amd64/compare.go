package amd64

import (
	"strata/internal/amd64/x86"
	"strata/internal/codegen"
	"strata/internal/regalloc"
	"strata/internal/rtcall"
	"strata/internal/ssa"
)

// cond is a condition of the flags. Equality of floats also looks at the
// parity flag, which is set when the operands are unordered.
type cond struct {
	cc     cc
	parity parity
}

type parity uint8

const (
	noParity parity = iota
	andOrdered
	orUnordered
)

func (c cond) not() cond {
	c.cc = c.cc.not()
	switch c.parity {
	case andOrdered:
		c.parity = orUnordered
	case orUnordered:
		c.parity = andOrdered
	}
	return c
}

// intCC are the conditions of integer comparisons.
var intCC = map[ssa.Op]cc{
	ssa.OpEq: ccEQ, ssa.OpNe: ccNE, ssa.OpLt: ccLT, ssa.OpLe: ccLE, ssa.OpLtU: ccCS, ssa.OpLeU: ccLS,
}

// flags emits what sets the flags by the boolean v and returns the condition under
// which v is true. It may compute v anew if that is cheap and v is no longer wanted otherwise.
func (s *selector) flags(v *ssa.Value) cond {
	v = s.Root(v)
	if c, ok := s.condition(v); ok {
		return c
	}
	r := s.Reg(v)
	in := s.ins(x86.TESTB)
	a := in.Use(r)
	in.Set(a, a)
	return cond{cc: ccNE}
}

// condition emits the comparison behind v itself; false if v is no comparison
// or has to be computed into a register anyway.
func (s *selector) condition(v *ssa.Value) (cond, bool) {
	neg := false
	for v.Op == ssa.OpNot && v.Type == ssa.Bool {
		neg = !neg
		v = s.Root(v.Args[0])
	}
	c, ok := s.compareHere(v)
	if neg {
		c = c.not()
	}
	return c, ok
}

func (s *selector) compareHere(v *ssa.Value) (cond, bool) {
	switch v.Op {
	case ssa.OpEq, ssa.OpNe, ssa.OpLt, ssa.OpLe, ssa.OpLtU, ssa.OpLeU:
		// Another use keeps v in a register: then testing that is as cheap.
		if s.VRegs[v.ID] != 0 && v.Block != s.B || v.Uses > 1 && v.Block != s.B {
			return cond{}, false
		}
		if v.Args[0].Type.IsFloat() {
			return s.compareFloat(v), true
		}
		return s.compareInt(v), true
	case ssa.OpWB, ssa.OpGetCPUFlag:
		if v.Uses != 1 || v.Block != s.B || s.At > s.Color[v.ID]+1 || s.VRegs[v.ID] != 0 {
			return cond{}, false
		}
		s.Folded[v.ID] = true
		return s.testFlag(v), true
	case ssa.OpMemEqConst:
		if v.Uses != 1 || v.Block != s.B || s.At != s.Color[v.ID] || s.VRegs[v.ID] != 0 {
			return cond{}, false
		}
		return s.compareMem(v), true
	}
	return cond{}, false
}

// compareInt emits the comparison of two integers or pointers.
func (s *selector) compareInt(v *ssa.Value) cond {
	x, y := v.Args[0], v.Args[1]
	t := x.Type
	c := intCC[v.Op]
	if _, ok := s.immediate(x); ok {
		x, y, c = y, x, c.swapped()
	}
	imm, isImm := s.immediate(y)
	if isImm && imm == 0 && s.testZero(x, &c) {
		return cond{cc: c}
	}
	in := s.ins(opCMP.of(t))
	size := t.Size()
	switch {
	case isImm:
		in.Set(s.source(in, x, size), codegen.Imm(imm))
	case s.Foldable(x, size) != nil && s.Foldable(y, size) == nil:
		a := s.source(in, x, size)
		in.Set(a, s.Register(in, y))
	default:
		a := s.Register(in, x)
		in.Set(a, s.source(in, y, size))
	}
	return cond{cc: c}
}

// testZero emits the comparison of x with 0 as a TEST when c allows that.
func (s *selector) testZero(x *ssa.Value, c *cc) bool {
	switch *c {
	case ccEQ, ccNE, ccLT, ccGE, ccLE, ccGT:
	case ccHI: // x > 0, unsigned
		*c = ccNE
	case ccLS:
		*c = ccEQ
	default:
		return false
	}
	t := x.Type
	if s.Foldable(x, t.Size()) != nil {
		return false // CMP $0 with memory
	}
	op := opTEST.of(t)
	r := s.Root(x)
	// A mask that only feeds the test; conditions that look at the sign need the mask's own width.
	if r.Op == ssa.OpAnd && r.Block == s.B && s.VRegs[r.ID] == 0 && r.Type == t {
		a, b := r.Args[0], r.Args[1]
		if _, ok := s.immediate(a); ok {
			a, b = b, a
		}
		in := s.ins(op)
		if imm, ok := s.immediate(b); ok {
			if s.Foldable(a, t.Size()) != nil {
				in.Set(codegen.Imm(imm), s.source(in, a, t.Size()))
			} else {
				in.Set(codegen.Imm(imm), s.Register(in, a))
			}
			return true
		}
		ra := s.Register(in, a)
		in.Set(ra, s.source(in, b, t.Size()))
		return true
	}
	rx := s.Reg(x)
	in := s.ins(op)
	a := in.Use(rx)
	in.Set(a, a)
	return true
}

// compareFloat emits UCOMISD so that unordered operands make every
// comparison but != false: a < b is tested as b above a.
func (s *selector) compareFloat(v *ssa.Value) cond {
	x, y := v.Args[0], v.Args[1]
	c := cond{cc: ccEQ, parity: andOrdered}
	switch v.Op {
	case ssa.OpNe:
		c = cond{cc: ccNE, parity: orUnordered}
	case ssa.OpLt:
		x, y, c = y, x, cond{cc: ccHI}
	case ssa.OpLe:
		x, y, c = y, x, cond{cc: ccCC}
	}
	in := s.ins(floatUCM.of(x.Type))
	a := s.Register(in, x)
	in.Set(s.source(in, y, x.Type.Size()), a)
	return c
}

func lowerCompare(s *selector, v *ssa.Value) {
	var c cond
	if v.Args[0].Type.IsFloat() {
		c = s.compareFloat(v)
	} else {
		c = s.compareInt(v)
	}
	s.setcc(v, c)
}

// setcc turns the flags into a boolean.
func (s *selector) setcc(v *ssa.Value, c cond) {
	d := s.Result(v)
	if c.parity == noParity {
		in := s.ins(setccOps[c.cc])
		in.Set(in.Def(d))
		return
	}
	in := s.pseudo(expandSetParity)
	in.Aux = c
	in.Def(d)
	in.Temp(s.NewTemp(ssa.Bool))
}

func expandSetParity(e *emitter, in *codegen.Inst) {
	d, t := e.reg(in, 0), e.reg(in, 1)
	c := in.Aux.(cond)
	e.op(setccOps[c.cc], d)
	if c.parity == andOrdered {
		e.op(x86.SETPC, t)
		e.op(x86.ANDL, t, d)
		return
	}
	e.op(x86.SETPS, t)
	e.op(x86.ORL, t, d)
}

func lowerSelect(s *selector, v *ssa.Value) {
	x, y := v.Args[1], v.Args[2]
	rx, ry := s.Reg(x), s.Reg(y)
	c := s.flags(v.Args[0])
	d := s.Result(v)
	if c.parity != noParity || codegen.ClassOf(v.Type) == regalloc.FloatClass {
		in := s.pseudo(expandSelect)
		in.Aux = c
		in.UseLate(rx)
		a := in.Use(ry)
		in.DefSame(d, a)
		return
	}
	ops := &cmovlOps
	if v.Type.Size() == 8 {
		ops = &cmovqOps
	}
	in := s.ins(ops[c.cc])
	a := in.Use(ry)
	in.Set(in.UseAny(rx), in.DefSame(d, a))
}

// expandSelect jumps over a move; the flags are set.
func expandSelect(e *emitter, in *codegen.Inst) {
	c := in.Aux.(cond)
	mov := x86.MOVQ
	if e.reg(in, 2).Reg.IsVector() {
		mov = x86.MOVAPS
	}
	take, skip := e.condJump(c)
	for _, j := range take {
		e.bind(j)
	}
	e.op(mov, e.reg(in, 0), e.reg(in, 2))
	for _, j := range skip {
		e.bind(j)
	}
}

// condJump emits jumps for a condition: control falls through or takes one of
// take when c holds, and takes one of skip when it does not.
func (e *emitter) condJump(c cond) (take, skip []int) {
	switch c.parity {
	case andOrdered:
		return nil, []int{e.branch(jccOps[c.cc.not()]), e.branch(x86.JPS)}
	case orUnordered:
		take = []int{e.branch(x86.JPS)}
		return take, []int{e.branch(jccOps[c.cc.not()])}
	}
	return nil, []int{e.branch(jccOps[c.cc.not()])}
}

// lowerFlag reads a flag of the runtime into a register.
func lowerFlag(s *selector, v *ssa.Value) {
	if s.Folded[v.ID] {
		return
	}
	if s.VRegs[v.ID] == 0 {
		return
	}
	s.setcc(v, s.testFlag(v))
}

// testFlag compares a boolean variable of the runtime with zero.
func (s *selector) testFlag(v *ssa.Value) cond {
	if v.Op == ssa.OpWB {
		in := s.ins(x86.CMPL)
		in.Set(codegen.SymAt(rtcall.BarrierOn, 0), codegen.Imm(0))
		return cond{cc: ccNE}
	}
	name, _ := v.Aux.(string)
	off, ok := cpuFlags[name]
	if !ok {
		s.Fail(v, "unknown processor feature")
	}
	in := s.ins(x86.CMPB)
	in.Set(codegen.SymAt("internal/cpu.X86", off), codegen.Imm(0))
	return cond{cc: ccNE}
}

// cpuFlags are the offsets of the fields of internal/cpu.X86 behind its 64 bytes of padding.
var cpuFlags = func() map[string]int64 {
	m := map[string]int64{}
	for i, name := range []string{
		"AES", "ADX", "AVX", "AVXVNNI", "AVX2", "AVX512", "AVX512F", "AVX512CD", "AVX512BW", "AVX512DQ", "AVX512VL",
		"AVX512GFNI", "AVX512VAES", "AVX512VNNI", "AVX512VBMI", "AVX512VBMI2", "AVX512BITALG", "AVX512VPOPCNTDQ",
		"AVX512VPCLMULQDQ", "BMI1", "BMI2", "ERMS", "FSRM", "FMA", "GFNI", "OSXSAVE", "PCLMULQDQ", "POPCNT", "RDTSCP",
		"SHA", "SSE3", "SSSE3", "SSE41", "SSE42", "VAES",
	} {
		m[name], m["Has"+name] = 64+int64(i), 64+int64(i)
	}
	return m
}()
