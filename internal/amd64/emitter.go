package amd64

import (
	"fmt"

	"strata/internal/amd64/x86"
	"strata/internal/codegen"
	"strata/internal/regalloc"
)

// emitter makes x86 instructions.
type emitter struct {
	codegen.Emitter
	prog []x86.Inst
}

// Places of operands.

// placed is the operand at a place of the allocator.
func (e *emitter) placed(l regalloc.Loc) x86.Operand {
	if l.IsReg() {
		return x86.R(x86.Reg(l.Reg()))
	}
	return x86.M(x86.SP, e.Frame.Spill(l.Slot()))
}

// reg is the i-th register operand of the current instruction.
func (e *emitter) reg(in *codegen.Inst, i int) x86.Operand { return e.placed(e.Loc[i]) }

// operand is a with its registers.
func (e *emitter) operand(in *codegen.Inst, a codegen.Arg) x86.Operand {
	switch a.Kind {
	case codegen.ArgReg:
		return e.reg(in, int(a.Reg))
	case codegen.ArgPhys:
		return x86.R(x86.Reg(a.Phys))
	case codegen.ArgImm:
		return x86.I(a.Imm)
	case codegen.ArgMem:
		return e.memory(a.M)
	}
	panic("amd64: operand without kind")
}

func (e *emitter) memory(m *codegen.Mem) x86.Operand {
	o := x86.Operand{Kind: x86.Memory, Mem: x86.Mem{Base: x86.NoReg, Index: x86.NoReg, Disp: m.Disp}}
	switch m.Place {
	case codegen.InReg:
		o.Mem.Base = x86.Reg(e.Loc[m.Base].Reg())
	case codegen.InSym:
		o.Mem.Sym = m.Sym // executables are static and below 2 GB, so an index may go with it
	case codegen.InPool:
		o.Mem.Sym = codegen.PoolSym
		return o
	case codegen.InTLS:
		o.Mem.Base = x86.TLS
		return o
	default:
		o.Mem.Base = x86.SP
		o.Mem.Disp += e.Frame.Base(m)
	}
	if m.Index >= 0 {
		o.Mem.Index, o.Mem.Scale = x86.Reg(e.Loc[m.Index].Reg()), m.Scale
	}
	return o
}

// Emission.

func (e *emitter) op(op x86.Op, args ...x86.Operand) {
	e.prog = append(e.prog, x86.New(op, args...))
	e.Pos = append(e.Pos, e.At)
}

// branch emits a branch whose target bind sets.
func (e *emitter) branch(op x86.Op) int {
	e.op(op, x86.To(0))
	return len(e.prog) - 1
}

func (e *emitter) bind(branch int) { e.prog[branch].Args[0].Target = int32(len(e.prog)) }

func (e *emitter) call(sym string, m int32) {
	e.NoteCall(sym, e.Delta())
	e.CallMap(m)
	e.op(x86.CALL, x86.CallSym(sym))
}

// callIndirect calls through a register or memory.
func (e *emitter) callIndirect(target x86.Operand, m int32) {
	e.CallMap(m)
	e.op(x86.CALL, target)
}

func (e *emitter) loadG() {
	e.op(x86.MOVQ, x86.M(x86.TLS, 0), x86.R(regG))
}

// Blocks.

// Emit emits one instruction.
func (e *emitter) Emit(in *codegen.Inst) {
	if in.Expand != nil {
		in.Expand.(expansion)(e, in)
		return
	}
	if in.Move && e.Loc[0] == e.Loc[1] {
		return
	}
	if in.IsSum && e.sum(in) {
		return
	}
	x := x86.Inst{Op: x86.Op(in.Op), NArgs: in.NArgs}
	for i := range in.Args[:in.NArgs] {
		x.Args[i] = e.operand(in, in.Args[i])
	}
	e.prog = append(e.prog, x)
	e.Pos = append(e.Pos, e.At)
}

// Edits emits a move of the allocator, or an exchange of two registers.
func (e *emitter) Edits(d []regalloc.Edit) int {
	if e.exchange(d) {
		return 3
	}
	e.edit(&d[0])
	return 1
}

// exchange emits two registers' change of places, which the allocator does by way of
// the scratch register, as one instruction.
func (e *emitter) exchange(d []regalloc.Edit) bool {
	x := regalloc.RegLoc(preg(scratchX))
	if len(d) < 3 || d[0].Inst != d[2].Inst || d[0].To != x || d[2].From != x || d[0].Class != regalloc.IntClass ||
		d[1].To != d[0].From || d[2].To != d[1].From || !d[1].From.IsReg() || d[1].Remat >= 0 {
		return false
	}
	for _, m := range d[3:] {
		if m.Inst != d[0].Inst || m.To == x {
			break
		}
		if m.From == x {
			return false // somebody else wants the saved value too
		}
	}
	e.op(x86.XCHGQ, e.placed(d[1].From), e.placed(d[1].To))
	return true
}

// sum adds in place when LEA would write the register that it reads.
func (e *emitter) sum(in *codegen.Inst) bool {
	m, d := e.memory(in.Args[0].M), e.operand(in, in.Args[1])
	add := x86.ADDL
	if in.Op == mop(x86.LEAQ) {
		add = x86.ADDQ
	}
	switch {
	case m.Mem.Index == x86.NoReg && m.Mem.Base == d.Reg:
		switch {
		case m.Mem.Disp != 0:
			e.op(add, x86.I(m.Mem.Disp), d)
		case add == x86.ADDL:
			e.op(x86.MOVL, d, d) // others count on zeros above 4 bytes
		}
	case m.Mem.Index == x86.NoReg || m.Mem.Disp != 0 || m.Mem.Scale != 1 || m.Mem.Sym != "":
		return false
	case m.Mem.Base == d.Reg:
		e.op(add, x86.R(m.Mem.Index), d)
	case m.Mem.Index == d.Reg:
		e.op(add, x86.R(m.Mem.Base), d)
	default:
		return false
	}
	return true
}

// edit emits a move of the allocator. It leaves the flags alone.
func (e *emitter) edit(d *regalloc.Edit) {
	if d.Remat >= 0 {
		e.remat(d)
		return
	}
	if d.From == d.To {
		return
	}
	src, dst := e.placed(d.From), e.placed(d.To)
	op := x86.MOVQ
	switch {
	case d.Wide:
		op = x86.MOVUPS
	case d.Class == regalloc.FloatClass && d.From.IsReg() && d.To.IsReg():
		op = x86.MOVAPS
	}
	if !d.From.IsReg() && !d.To.IsReg() {
		x := x86.R(scratchX)
		e.op(op, src, x)
		e.op(op, x, dst)
		return
	}
	if d.Wide && d.From.IsReg() && d.To.IsReg() {
		op = x86.MOVAPS
	}
	e.op(op, src, dst)
}

func (e *emitter) remat(d *regalloc.Edit) {
	panic(fmt.Sprintf("amd64: %s: no rematerialisation %d", e.F.Name, d.Remat))
}

// Jump emits a jump.
func (e *emitter) Jump() int { return e.branch(x86.JMP) }

// SetTarget sets where a branch leads.
func (e *emitter) SetTarget(branch int, to int32) { e.prog[branch].Args[0].Target = to }

// AlignLoop begins a block at which loops begin.
func (e *emitter) AlignLoop() { e.op(x86.PCALIGN, x86.I(loopAlign)) }

// Filler is a byte that is never executed.
func (e *emitter) Filler() { e.op(x86.BYTE, x86.I(0x90)) }

// Trap is a byte that stops whoever comes there.
func (e *emitter) Trap() { e.op(x86.BYTE, x86.I(0xCC)) }

// String prints an instruction; targets of branches are program counters.
func (e *emitter) String(i int, pc []int32) string {
	in := &e.prog[i]
	if n := in.NArgs; n > 0 && in.Args[n-1].Kind == x86.Branch && (in.Args[n-1].Mem.Sym == "" || in.Args[n-1].Mem.Sym == codegen.CrossSym) {
		return fmt.Sprintf("%s\t%d", in.Op, pc[in.Args[n-1].Target])
	}
	return in.String()
}

// crossParts turns the branches from one part to the other into relocations.
func (e *emitter) crossParts() {
	if e.Cold == 0 {
		return
	}
	for i := range e.prog {
		in := &e.prog[i]
		if in.NArgs == 0 || in.Args[in.NArgs-1].Kind != x86.Branch {
			continue
		}
		a := &in.Args[in.NArgs-1]
		if a.Mem.Sym == "" && (i < e.Cold) != (int(a.Target) < e.Cold) {
			a.Mem.Sym, a.Mem.Disp = codegen.CrossSym, int64(a.Target)
		}
	}
}
