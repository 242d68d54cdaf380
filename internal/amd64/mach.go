package amd64

import (
	"strata/internal/amd64/x86"
	"strata/internal/regalloc"
	"strata/internal/ssa"
)

// argKind tells which fields of an arg count.
type argKind uint8

const (
	argNone  argKind = iota
	argReg           // the place of register operand reg of the instruction
	argPhys          // machine register phys
	argImm           // imm
	argMem           // m
	argBlock         // branch to block imm
)

// arg is an operand of a machine instruction before registers are known.
type arg struct {
	kind argKind
	reg  int8
	phys x86.Reg
	imm  int64
	m    *mem
}

// place is what a memory operand's displacement is relative to.
type place uint8

const (
	inReg  place = iota // base register
	inSlot              // frame object slot
	inArgs              // incoming argument area
	inOut               // outgoing argument area
	inBody              // SP of the body
	inSym               // symbol sym
	inPool              // constant pool of the function
	inTLS               // thread-local storage
)

// mem is a memory operand. base and index are operand numbers of the
// instruction, -1 for none; an index may go with every place but inPool and inTLS.
type mem struct {
	place       place
	base, index int8
	scale       uint8
	disp        int64
	sym         string
	slot        *ssa.Slot
}

// inst is a machine instruction over virtual registers. Plain ones are an x86
// Op with its operands; those that become several x86 instructions have expand.
type inst struct {
	op    x86.Op
	nargs uint8
	args  [3]arg

	regs         []regalloc.Operand
	clobbers     regalloc.RegSet
	safepoint    bool
	move         bool // plain copy of a register, may be coalesced away
	isSum        bool // LEA that an ADD may replace: the flags are free here
	isUnsafeMark bool // begins (imm 1) or ends a region without asynchronous preemption

	expand func(e *emitter, in *inst)
	aux    any        // private to expand
	val    *ssa.Value // that it was made for, nil at the end of a block
	imm    int64
	pos    ssa.Pos
}

// mblock is a machine block.
type mblock struct {
	b           *ssa.Block
	index       int32 // in mfunc.blocks
	first, last int32 // instructions
	succs       []int32
	preds       []int32
	params      []regalloc.VReg
	args        [][]regalloc.VReg
	depth       int32
	apart       bool // in the cold part
}

// mfunc is a function of machine instructions.
type mfunc struct {
	f      *ssa.Func
	life   *lifetimes
	blocks []*mblock // reverse postorder, entry first
	insts  []*inst
	vregs  []regalloc.VRegInfo // [0] is unused
	// outSize is the size of the outgoing argument area.
	outSize  int64
	pool     pool
	tables   []*jumpTable
	usesCtxt bool
	hasCalls bool            // calls outside of stubs
	returns  bool            // one of them returns: callees that never do check the stack themselves, once
	stubOut  int64           // argument area of calls in stubs, which never return
	args     []regalloc.VReg // by component of the parameters: its register's value, 0 for none
}

func (m *mfunc) newVReg(t ssa.Type) regalloc.VReg {
	m.vregs = append(m.vregs, regalloc.VRegInfo{
		Class: classOf(t), Ptr: t == ssa.Ptr, Wide: t == ssa.V128, Remat: -1, Hint: regalloc.NoPReg,
	})
	return regalloc.VReg(len(m.vregs) - 1)
}

func classOf(t ssa.Type) regalloc.Class {
	if t.IsFloat() || t == ssa.V128 {
		return regalloc.FloatClass
	}
	return regalloc.IntClass
}

// regallocFunc is m as the allocator sees it.
func (m *mfunc) regallocFunc() *regalloc.Func {
	rf := &regalloc.Func{
		Name:    m.f.Name,
		VRegs:   m.vregs,
		Regs:    [regalloc.NumClasses][]regalloc.PReg{regalloc.IntClass: intRegs, regalloc.FloatClass: floatRegs},
		Scratch: preg(scratchX),
	}
	rf.Insts = make([]regalloc.Inst, len(m.insts))
	for i, in := range m.insts {
		rf.Insts[i] = regalloc.Inst{Operands: in.regs, Clobbers: in.clobbers, Safepoint: in.safepoint, Move: in.move}
	}
	rf.Blocks = make([]regalloc.Block, len(m.blocks))
	for i, b := range m.blocks {
		rf.Blocks[i] = regalloc.Block{
			First: b.first, Last: b.last, Succs: b.succs, Preds: b.preds,
			Params: b.params, Args: b.args, Depth: b.depth, Cold: b.b.Cold,
		}
	}
	return rf
}

// Building instructions. Each method adds a register operand and returns the arg that stands for it.

func (in *inst) operand(o regalloc.Operand) arg {
	in.regs = append(in.regs, o)
	return arg{kind: argReg, reg: int8(len(in.regs) - 1)}
}

func (in *inst) use(v regalloc.VReg) arg {
	return in.operand(regalloc.Operand{VReg: v, Kind: regalloc.Use, Want: regalloc.Reg})
}

// useLate is a use that stays intact until the results are written.
func (in *inst) useLate(v regalloc.VReg) arg {
	return in.operand(regalloc.Operand{VReg: v, Kind: regalloc.Use, When: regalloc.Late, Want: regalloc.Reg})
}

// useAny is a use that may be in memory.
func (in *inst) useAny(v regalloc.VReg) arg {
	return in.operand(regalloc.Operand{VReg: v, Kind: regalloc.Use, Want: regalloc.Any})
}

func (in *inst) useFixed(v regalloc.VReg, r x86.Reg) arg {
	return in.operand(regalloc.Operand{VReg: v, Kind: regalloc.Use, Want: regalloc.Fixed, PReg: preg(r)})
}

func (in *inst) def(v regalloc.VReg) arg {
	return in.operand(regalloc.Operand{VReg: v, Kind: regalloc.Def, When: regalloc.Late, Want: regalloc.Reg})
}

// temp is a scratch register, distinct from all uses and definitions.
func (in *inst) temp(v regalloc.VReg) arg {
	return in.operand(regalloc.Operand{VReg: v, Kind: regalloc.Def, When: regalloc.Early, Want: regalloc.Reg})
}

func (in *inst) defFixed(v regalloc.VReg, r x86.Reg) arg {
	return in.operand(regalloc.Operand{VReg: v, Kind: regalloc.Def, When: regalloc.Late, Want: regalloc.Fixed, PReg: preg(r)})
}

// defSame is a definition that takes the register of the use src.
func (in *inst) defSame(v regalloc.VReg, src arg) arg {
	return in.operand(regalloc.Operand{VReg: v, Kind: regalloc.Def, When: regalloc.Late, Want: regalloc.SameAsUse, Tied: src.reg})
}

func (in *inst) set(args ...arg) *inst {
	in.nargs = uint8(copy(in.args[:], args))
	return in
}

func immArg(v int64) arg           { return arg{kind: argImm, imm: v} }
func physArg(r x86.Reg) arg        { return arg{kind: argPhys, phys: r} }
func memArg(m mem) arg             { return arg{kind: argMem, m: &m} }
func preg(r x86.Reg) regalloc.PReg { return regalloc.PReg(r) }

// at is memory of a place without registers.
func at(p place, disp int64) arg { return memArg(mem{place: p, base: -1, index: -1, disp: disp}) }

// based is memory at disp(base).
func based(base arg, disp int64) arg {
	return memArg(mem{base: base.reg, index: -1, disp: disp})
}

func symAt(sym string, disp int64) arg {
	return memArg(mem{place: inSym, base: -1, index: -1, sym: sym, disp: disp})
}
