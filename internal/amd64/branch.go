package amd64

import (
	"strata/internal/amd64/x86"
	"strata/internal/codegen"
	"strata/internal/ssa"
)

// Return gives the frame back and returns.
func (e *emitter) Return() {
	e.epilogue()
	e.op(x86.RET)
	e.body()
}

// branchOn goes to a block if a condition holds.
func (e *emitter) branchOn(op x86.Op, b int32) {
	e.LeadTo(e.branch(op), b)
}

// branchTo goes to yes if c holds, else to no. If neither comes next, the likelier one takes a single jump.
func (e *emitter) branchTo(c cond, yes, no int32, likely ssa.Likely) {
	unlikely := likely == ssa.Unlikely && c.parity == noParity && e.Resolve(no) != e.Next
	if c.parity == orUnordered || unlikely {
		c, yes, no = c.not(), no, yes
	}
	yesNext := e.Resolve(yes) == e.Next
	switch {
	case e.Resolve(yes) == e.Resolve(no):
		e.JumpTo(no)
	case c.parity == andOrdered && yesNext:
		e.branchOn(jccOps[c.cc.not()], no)
		e.branchOn(x86.JPS, no)
	case c.parity == andOrdered:
		e.branchOn(jccOps[c.cc.not()], no)
		e.branchOn(x86.JPC, yes)
		e.JumpTo(no)
	case yesNext:
		e.branchOn(jccOps[c.cc.not()], no)
	default:
		e.branchOn(jccOps[c.cc], yes)
		e.JumpTo(no)
	}
}

// expandSwitch jumps through a table.
func expandSwitch(e *emitter, in *codegen.Inst) {
	t := in.Aux.(*codegen.JumpTable)
	i, base, off := e.reg(in, 0), e.reg(in, 1), e.reg(in, 2)
	e.op(x86.LEAQ, x86.SymMem(codegen.PoolSym, int64(t.Off)), base)
	e.op(x86.MOVLQSX, x86.MI(base.Reg, i.Reg, 4, 0), off)
	e.op(x86.ADDQ, base, off)
	e.op(x86.JMP, off)
}
