package amd64

import (
	"strata/internal/amd64/x86"
	"strata/internal/ssa"
)

func lowerSignExt(s *selector, v *ssa.Value) {
	from := v.Args[0].Type
	op := opSXQ.of(from)
	if v.Type.Size() < 8 {
		op = opSXL.of(from)
	}
	s.extension(v, op)
}

func lowerZeroExt(s *selector, v *ssa.Value) {
	if s.ZeroExtended(v) {
		return
	}
	s.extension(v, opZX.of(v.Args[0].Type))
}

// extension is a move that reads its source, register or memory, in its own width.
func (s *selector) extension(v *ssa.Value, op x86.Op) {
	x := v.Args[0]
	in := s.ins(op)
	in.Set(s.source(in, x, x.Type.Size()), in.Def(s.Result(v)))
}

// lowerMoveReg changes what the collector thinks of a register.
func lowerMoveReg(s *selector, v *ssa.Value) { s.move(s.Result(v), s.Reg(v.Args[0]), v.Type) }
