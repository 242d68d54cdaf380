package arm64

import (
	"strata/internal/arm64/a64"
	"strata/internal/codegen"
	"strata/internal/regalloc"
	"strata/internal/rtcall"
	"strata/internal/ssa"
)

// intConds are the conditions of integer comparisons, floatConds of floats: those are false for unordered operands, but for !=.
var (
	intConds   = map[ssa.Op]a64.Cond{ssa.OpEq: a64.EQ, ssa.OpNe: a64.NE, ssa.OpLt: a64.LT, ssa.OpLe: a64.LE, ssa.OpLtU: a64.LO, ssa.OpLeU: a64.LS}
	floatConds = map[ssa.Op]a64.Cond{ssa.OpEq: a64.EQ, ssa.OpNe: a64.NE, ssa.OpLt: a64.MI, ssa.OpLe: a64.LS}
)

// swapped is the condition for the operands exchanged.
func swapped(c a64.Cond) a64.Cond {
	switch c {
	case a64.LO:
		return a64.HI
	case a64.HI:
		return a64.LO
	case a64.LS:
		return a64.HS
	case a64.HS:
		return a64.LS
	case a64.LT:
		return a64.GT
	case a64.GT:
		return a64.LT
	case a64.LE:
		return a64.GE
	case a64.GE:
		return a64.LE
	}
	return c
}

// flags emits what sets the flags by the boolean v and returns the condition under
// which v is true. It may compute v anew if that is cheap and v is no longer wanted otherwise.
func (s *selector) flags(v *ssa.Value) a64.Cond {
	v = s.Root(v)
	if c, ok := s.condition(v); ok {
		return c
	}
	r := s.Reg(v)
	in := s.ins(a64.TSTW)
	in.Set(codegen.Imm(1), in.Use(r))
	return a64.NE
}

// condition emits the comparison behind v itself; false if v is no comparison
// or has to be computed into a register anyway.
func (s *selector) condition(v *ssa.Value) (a64.Cond, bool) {
	neg := false
	for v.Op == ssa.OpNot && v.Type == ssa.Bool {
		neg = !neg
		v = s.Root(v.Args[0])
	}
	c, ok := s.compareHere(v)
	if neg {
		c = c.Not()
	}
	return c, ok
}

func (s *selector) compareHere(v *ssa.Value) (a64.Cond, bool) {
	switch v.Op {
	case ssa.OpEq, ssa.OpNe, ssa.OpLt, ssa.OpLe, ssa.OpLtU, ssa.OpLeU:
		// Another use keeps v in a register: then testing that is as cheap.
		if s.VRegs[v.ID] != 0 && v.Block != s.B || v.Uses > 1 && v.Block != s.B {
			return 0, false
		}
		return s.compare(v), true
	case ssa.OpWB:
		if v.Uses != 1 || v.Block != s.B || s.At > s.Color[v.ID]+1 || s.VRegs[v.ID] != 0 {
			return 0, false
		}
		s.Folded[v.ID] = true
		return s.testBarrier(), true
	case ssa.OpMemEqConst:
		if v.Uses != 1 || v.Block != s.B || s.At != s.Color[v.ID] || s.VRegs[v.ID] != 0 {
			return 0, false
		}
		return s.compareMem(v), true
	}
	return 0, false
}

func (s *selector) compare(v *ssa.Value) a64.Cond {
	if v.Args[0].Type.IsFloat() {
		return s.compareFloat(v)
	}
	return s.compareInt(v)
}

// compareInt emits the comparison of two integers or pointers. Narrow ones are extended.
func (s *selector) compareInt(v *ssa.Value) a64.Cond {
	x, y := v.Args[0], v.Args[1]
	t := x.Type
	c := intConds[v.Op]
	if _, ok := s.immediate(x); ok {
		x, y, c = y, x, swapped(c)
	}
	signed := v.Op == ssa.OpLt || v.Op == ssa.OpLe
	imm, isImm := s.immediate(y)
	if isImm && t.Size() < 8 && !signed {
		imm &= 1<<t.Bits() - 1
	}
	rx := s.extend(x, signed)
	switch {
	case isImm && imm >= 0 && arithImm(imm):
		in := s.ins(opCMP.of(t))
		in.Set(codegen.Imm(imm), in.Use(rx))
	case isImm && signed && imm < 0 && imm > -1<<24 && arithImm(imm), isImm && t.Size() == 8 && imm < 0 && imm > -1<<24 && arithImm(imm):
		in := s.ins(opCMN.of(t))
		in.Set(codegen.Imm(-imm), in.Use(rx))
	default:
		ry := s.extend(y, signed)
		in := s.ins(opCMP.of(t))
		a := in.Use(rx)
		in.Set(in.Use(ry), a)
	}
	return c
}

func (s *selector) compareFloat(v *ssa.Value) a64.Cond {
	x, y := s.Reg(v.Args[0]), s.Reg(v.Args[1])
	in := s.ins(floatCMP.of(v.Args[0].Type))
	a := in.Use(x)
	in.Set(in.Use(y), a)
	return floatConds[v.Op]
}

func lowerCompare(s *selector, v *ssa.Value) { s.setcc(v, s.compare(v)) }

// setcc turns the flags into a boolean.
func (s *selector) setcc(v *ssa.Value, c a64.Cond) { s.flagTo(s.Result(v), c) }

func lowerSelect(s *selector, v *ssa.Value) {
	rx, ry := s.Reg(v.Args[1]), s.Reg(v.Args[2])
	c := s.flags(v.Args[0])
	op := opCSEL.of(v.Type)
	if codegen.ClassOf(v.Type) == regalloc.FloatClass {
		op = floatSEL.of(v.Type)
	}
	in := s.pseudo(expandSelect)
	in.Op, in.Aux = mop(op), c
	in.Use(rx)
	in.Use(ry)
	in.Def(s.Result(v))
}

func expandSelect(e *emitter, in *codegen.Inst) {
	e.op(a64.Op(in.Op), a64.C(in.Aux.(a64.Cond)), a64.R(e.reg(in, 0)), a64.R(e.reg(in, 1)), a64.R(e.reg(in, 2)))
}

// lowerBarrierFlag reads the write barrier's flag into a register.
func lowerBarrierFlag(s *selector, v *ssa.Value) {
	if s.Folded[v.ID] || s.VRegs[v.ID] == 0 {
		return
	}
	s.setcc(v, s.testBarrier())
}

func (s *selector) testBarrier() a64.Cond {
	in := s.pseudo(expandTestBarrier)
	in.Args[0] = codegen.SymAt(rtcall.BarrierOn, 0)
	return a64.NE
}

func expandTestBarrier(e *emitter, in *codegen.Inst) {
	e.load(a64.MOVWU, 4, in.Args[0].M, tmpC)
	e.op(a64.CMPW, a64.I(0), a64.R(tmpC))
}
