package arm64

import (
	"strata/internal/arm64/a64"
	"strata/internal/codegen"
	"strata/internal/ssa"
)

// Return gives the frame back and returns.
func (e *emitter) Return() {
	e.epilogue()
	e.op(a64.RET)
	e.body()
}

// branchTo goes to yes if c holds, else to no. If neither comes next, the likelier one takes a single jump.
func (e *emitter) branchTo(c a64.Cond, yes, no int32, likely ssa.Likely) {
	if likely == ssa.Unlikely && e.Resolve(no) != e.Next {
		c, yes, no = c.Not(), no, yes
	}
	switch {
	case e.Resolve(yes) == e.Resolve(no):
		e.JumpTo(no)
	case e.Resolve(yes) == e.Next:
		e.LeadTo(e.branchIf(c.Not()), no)
	default:
		e.LeadTo(e.branchIf(c), yes)
		e.JumpTo(no)
	}
}

// expandSwitch jumps through a table of distances from the table.
func expandSwitch(e *emitter, in *codegen.Inst) {
	t := in.Aux.(*codegen.JumpTable)
	i, base, off := e.reg(in, 0), a64.R(e.reg(in, 1)), a64.R(e.reg(in, 2))
	e.op(a64.ADR, a64.Addr(codegen.PoolSym, int64(t.Off)), base)
	e.op(a64.MOVW, a64.MX(base.Reg, i, 2), off)
	e.op(a64.ADD, off, base, base)
	e.op(a64.JMP, base)
}
