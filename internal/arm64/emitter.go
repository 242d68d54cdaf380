package arm64

import (
	"fmt"

	"strata/internal/arm64/a64"
	"strata/internal/codegen"
	"strata/internal/regalloc"
)

// emitter makes arm64 instructions.
type emitter struct {
	codegen.Emitter
	prog []a64.Inst
}

// Places of operands.

// reg is the i-th register operand of the current instruction.
func (e *emitter) reg(in *codegen.Inst, i int) a64.Reg { return a64.Reg(e.Loc[i].Reg()) }

// last is the last register operand.
func (e *emitter) last(in *codegen.Inst) a64.Reg { return e.reg(in, len(in.Regs)-1) }

// operand is a with its registers; memory has operands of its own.
func (e *emitter) operand(in *codegen.Inst, a codegen.Arg) a64.Operand {
	switch a.Kind {
	case codegen.ArgReg:
		return a64.R(e.reg(in, int(a.Reg)))
	case codegen.ArgPhys:
		return a64.R(a64.Reg(a.Phys))
	case codegen.ArgImm:
		return a64.I(a.Imm)
	}
	panic("arm64: operand without kind")
}

// base is the register and displacement of a place without index. A symbol's address is put into tmp.
func (e *emitter) base(m *codegen.Mem, tmp a64.Reg) (a64.Reg, int64) {
	switch m.Place {
	case codegen.InReg:
		return a64.Reg(e.Loc[m.Base].Reg()), m.Disp
	case codegen.InSym:
		e.symbol(m.Sym, m.Disp, tmp)
		return tmp, 0
	case codegen.InPool, codegen.InTLS:
		panic("arm64: place without address")
	}
	return a64.SP, m.Disp + e.Frame.Base(m)
}

// symbol computes the address of a symbol.
func (e *emitter) symbol(sym string, off int64, d a64.Reg) {
	e.op(a64.ADRP, a64.Addr(sym, off), a64.R(d))
	e.op(a64.ADD, a64.Low(sym, off), a64.R(d), a64.R(d))
}

// memory is the operand for an access of size bytes; what it cannot hold is computed into tmp.
func (e *emitter) memory(m *codegen.Mem, size int64, tmp a64.Reg) a64.Operand {
	base, disp := e.base(m, tmp)
	if m.Index < 0 {
		if a64.FitsOffset(disp, uint(log2(size))) {
			return a64.M(base, disp)
		}
		e.addImm(disp, base, tmp)
		return a64.M(tmp, 0)
	}
	if base == a64.SP || disp != 0 {
		e.addImm(disp, base, tmp)
		base = tmp
	}
	amt := uint8(0)
	if m.Scale > 1 {
		amt = uint8(log2(int64(m.Scale)))
	}
	return a64.MX(base, a64.Reg(e.Loc[m.Index].Reg()), amt)
}

// area is memory of n bytes, all of which can be reached by displacements of aligned accesses or of single bytes.
func (e *emitter) area(m *codegen.Mem, n int64, tmp a64.Reg) a64.Operand {
	base, disp := e.base(m, tmp)
	if disp >= 0 && disp+n <= 255 || disp >= 0 && disp+n <= 4096 && disp%16 == 0 && n%8 == 0 {
		return a64.M(base, disp)
	}
	e.addImm(disp, base, tmp)
	return a64.M(tmp, 0)
}

// pointer is memory whose address stands in a register.
func (e *emitter) pointer(m *codegen.Mem) a64.Operand {
	base, disp := e.base(m, tmpA)
	if disp != 0 || base == a64.SP {
		e.addImm(disp, base, tmpA)
		base = tmpA
	}
	return a64.M(base, 0)
}

// lea computes an address.
func (e *emitter) lea(m *codegen.Mem, d a64.Reg) {
	base, disp := e.base(m, d)
	if m.Index >= 0 {
		panic("arm64: address with index")
	}
	if disp != 0 || base != d {
		e.addImm(disp, base, d)
	}
}

// load loads size bytes.
func (e *emitter) load(op a64.Op, size int64, m *codegen.Mem, d a64.Reg) {
	from := e.memory(m, size, tmpA)
	e.op(op, from, a64.R(d))
}

// Arithmetic of the emitter.

// addImm is d = r + c. It uses d alone, or if d is r, tmpC; the flags stay.
func (e *emitter) addImm(c int64, r, d a64.Reg) {
	switch {
	case c == 0 && r == d:
	case arithImm(c):
		e.op(a64.ADD, a64.I(c), a64.R(r), a64.R(d))
	case c > 0 && c>>24 == 0:
		e.op(a64.ADD, a64.I(c&0xfff), a64.R(r), a64.R(d))
		e.op(a64.ADD, a64.I(c&^0xfff), a64.R(d), a64.R(d))
	default:
		t := d
		if r == d || d == a64.SP {
			t = tmpC
		}
		e.number(c, t)
		e.op(a64.ADD, a64.R(t), a64.R(r), a64.R(d))
	}
}

// number loads an integer.
func (e *emitter) number(c int64, d a64.Reg) {
	for _, in := range LoadConst(a64.MOVD, c, d) {
		e.add(in)
	}
}

// Emission.

func (e *emitter) op(op a64.Op, args ...a64.Operand) { e.add(a64.New(op, args...)) }

func (e *emitter) add(in a64.Inst) {
	e.prog = append(e.prog, in)
	e.Pos = append(e.Pos, e.At)
}

// branchIf emits a branch on a condition whose target bind or SetTarget sets.
func (e *emitter) branchIf(c a64.Cond) int {
	e.op(a64.BEQ+a64.Op(condIndex[c]), a64.To(0))
	return len(e.prog) - 1
}

// condIndex are the places of branches behind BEQ in the table, by condition: some have two names.
var condIndex = [...]uint8{a64.EQ: 0, a64.NE: 1, a64.HS: 2, a64.LO: 4, a64.MI: 6, a64.PL: 7, a64.VS: 8, a64.VC: 9, a64.HI: 10, a64.LS: 11, a64.GE: 12, a64.LT: 13, a64.GT: 14, a64.LE: 15}

func (e *emitter) bind(branch int) { e.SetTarget(branch, int32(len(e.prog))) }

func (e *emitter) call(sym string, m int32) {
	e.NoteCall(sym, e.Delta())
	e.CallMap(m)
	e.op(a64.BL, a64.CallSym(sym))
}

// callIndirect calls through a register.
func (e *emitter) callIndirect(r a64.Reg, m int32) {
	e.CallMap(m)
	e.op(a64.CALL, a64.R(r))
}

// Emit emits one instruction.
func (e *emitter) Emit(in *codegen.Inst) {
	if in.Expand != nil {
		in.Expand.(expansion)(e, in)
		return
	}
	if in.Move && e.Loc[0] == e.Loc[1] {
		return
	}
	x := a64.Inst{Op: a64.Op(in.Op), NArgs: in.NArgs}
	for i := range in.Args[:in.NArgs] {
		x.Args[i] = e.operand(in, in.Args[i])
	}
	e.add(x)
}

// Edits emits a move of the allocator. It leaves the flags alone.
func (e *emitter) Edits(list []regalloc.Edit) int {
	d := &list[0]
	switch {
	case d.Remat >= 0:
		panic(fmt.Sprintf("arm64: %s: no rematerialisation %d", e.F.Name, d.Remat))
	case d.From == d.To:
	case d.From.IsReg() && d.To.IsReg():
		e.moveReg(a64.Reg(d.From.Reg()), a64.Reg(d.To.Reg()), d.Wide)
	case d.From.IsReg():
		e.spill(d, a64.Reg(d.From.Reg()))
	case d.To.IsReg():
		e.reload(d, a64.Reg(d.To.Reg()))
	default:
		e.reload(d, scratchV)
		e.spill(d, scratchV)
	}
	return 1
}

func (e *emitter) moveReg(from, to a64.Reg, whole bool) {
	switch {
	case whole:
		e.op(a64.VMOV, a64.V(from, a64.B16), a64.V(to, a64.B16))
	case from.IsFloat() || to.IsFloat():
		e.op(a64.FMOVD, a64.R(from), a64.R(to))
	default:
		e.op(a64.MOVD, a64.R(from), a64.R(to))
	}
}

// slotOp is the instruction between a register and a spill slot, and its size.
func slotOp(r a64.Reg, whole bool) (a64.Op, int64) {
	switch {
	case whole:
		return a64.FMOVQ, 16
	case r.IsFloat():
		return a64.FMOVD, 8
	}
	return a64.MOVD, 8
}

func (e *emitter) spill(d *regalloc.Edit, r a64.Reg) {
	op, size := slotOp(r, d.Wide)
	e.op(op, a64.R(r), e.slot(d.To.Slot(), size))
}

func (e *emitter) reload(d *regalloc.Edit, r a64.Reg) {
	op, size := slotOp(r, d.Wide)
	e.op(op, e.slot(d.From.Slot(), size), a64.R(r))
}

func (e *emitter) slot(n int, size int64) a64.Operand {
	off := e.Frame.Spill(n)
	if a64.FitsOffset(off, uint(log2(size))) {
		return a64.M(a64.SP, off)
	}
	e.addImm(off, a64.SP, tmpA)
	return a64.M(tmpA, 0)
}

// Jump emits a jump.
func (e *emitter) Jump() int {
	e.op(a64.JMP, a64.To(0))
	return len(e.prog) - 1
}

// SetTarget sets where a branch leads.
func (e *emitter) SetTarget(branch int, to int32) {
	in := &e.prog[branch]
	in.Args[in.NArgs-1].Target = to
}

// AlignLoop begins a block at which loops begin.
func (e *emitter) AlignLoop() { e.op(a64.PCALIGN, a64.I(int64(Target.LoopAlign))) }

// Filler is an instruction that is never executed, and Trap one that stops whoever comes there.
func (e *emitter) Filler() { e.op(a64.NOOP) }
func (e *emitter) Trap()   { e.op(a64.UNDEF) }

// String prints an instruction; targets of branches are program counters.
func (e *emitter) String(i int, pc []int32) string {
	in := e.prog[i]
	for k := range in.Args[:in.NArgs] {
		if a := &in.Args[k]; a.Kind == a64.Branch && a.Sym == "" {
			a.Target = pc[a.Target]
		}
	}
	return in.String()
}
