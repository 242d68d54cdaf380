package codegen

import (
	"strata/internal/regalloc"
	"strata/internal/ssa"
)

// ArgKind tells which fields of an Arg count.
type ArgKind uint8

const (
	ArgNone  ArgKind = iota
	ArgReg           // the place of register operand reg of the instruction
	ArgPhys          // machine register phys
	ArgImm           // imm
	ArgMem           // m
	ArgBlock         // branch to block imm
)

// Arg is an operand of a machine instruction before registers are known.
type Arg struct {
	Kind ArgKind
	Reg  int8
	Phys regalloc.PReg
	Imm  int64
	M    *Mem
}

// Place is what a memory operand's displacement is relative to.
type Place uint8

const (
	InReg  Place = iota // base register
	InSlot              // frame object slot
	InArgs              // incoming argument area
	InOut               // outgoing argument area
	InBody              // SP of the body
	InSym               // symbol sym
	InPool              // constant pool of the function
	InTLS               // thread-local storage
)

// Mem is a memory operand. base and index are operand numbers of the
// instruction, -1 for none; an index may go with every place but inPool and inTLS.
type Mem struct {
	Place       Place
	Base, Index int8
	Scale       uint8
	Disp        int64
	Sym         string
	Slot        *ssa.Slot
}

// Op is an instruction's number among the machine's own.
type Op uint16

// Inst is a machine instruction over virtual registers. Plain ones are an op of the machine with its operands;
// those that become several instructions of the machine have expand.
type Inst struct {
	Op    Op
	NArgs uint8
	Args  [3]Arg

	Regs         []regalloc.Operand
	Clobbers     regalloc.RegSet
	Safepoint    bool
	Move         bool // plain copy of a register, may be coalesced away
	IsSum        bool // sum that may be made in place: the flags are free here
	IsUnsafeMark bool // begins (imm 1) or ends a region without asynchronous preemption

	Expand any        // the machine's function that emits it, nil for plain ones
	Aux    any        // private to expand
	Val    *ssa.Value // that it was made for, nil at the end of a block
	Imm    int64
	Pos    ssa.Pos
}

// Block is a machine block.
type Block struct {
	SSA         *ssa.Block
	Index       int32 // in Func.Blocks
	First, Last int32 // instructions
	Succs       []int32
	preds       []int32
	Params      []regalloc.VReg
	Args        [][]regalloc.VReg
	Depth       int32
	Apart       bool // in the cold part
}

// Func is a function of machine instructions.
type Func struct {
	Target *Target
	SSA    *ssa.Func
	Life   *Lifetimes
	Blocks []*Block // reverse postorder, entry first
	Insts  []*Inst
	VRegs  []regalloc.VRegInfo // [0] is unused
	// OutSize is the size of the outgoing argument area.
	OutSize  int64
	Pool     Pool
	Tables   []*JumpTable
	UsesCtxt bool
	HasCalls bool            // calls outside of stubs
	Returns  bool            // one of them returns: callees that never do check the stack themselves, once
	StubOut  int64           // argument area of calls in stubs, which never return
	Args     []regalloc.VReg // by component of the parameters: its register's value, 0 for none
}

func (m *Func) NewVReg(t ssa.Type) regalloc.VReg {
	m.VRegs = append(m.VRegs, regalloc.VRegInfo{
		Class: ClassOf(t), Ptr: t == ssa.Ptr, Wide: t == ssa.V128, Remat: -1, Hint: regalloc.NoPReg,
	})
	return regalloc.VReg(len(m.VRegs) - 1)
}

func ClassOf(t ssa.Type) regalloc.Class {
	if t.IsFloat() || t == ssa.V128 {
		return regalloc.FloatClass
	}
	return regalloc.IntClass
}

// RegallocFunc is m as the allocator sees it.
func (m *Func) RegallocFunc() *regalloc.Func {
	rf := &regalloc.Func{
		Name:    m.SSA.Name,
		VRegs:   m.VRegs,
		Regs:    [regalloc.NumClasses][]regalloc.PReg{regalloc.IntClass: m.Target.Ints, regalloc.FloatClass: m.Target.Floats},
		Scratch: m.Target.Scratch,
	}
	rf.Insts = make([]regalloc.Inst, len(m.Insts))
	for i, in := range m.Insts {
		rf.Insts[i] = regalloc.Inst{Operands: in.Regs, Clobbers: in.Clobbers, Safepoint: in.Safepoint, Move: in.Move}
	}
	rf.Blocks = make([]regalloc.Block, len(m.Blocks))
	for i, b := range m.Blocks {
		rf.Blocks[i] = regalloc.Block{
			First: b.First, Last: b.Last, Succs: b.Succs, Preds: b.preds,
			Params: b.Params, Args: b.Args, Depth: b.Depth, Cold: b.SSA.Cold,
		}
	}
	return rf
}

// Building instructions. Each method adds a register operand and returns the arg that stands for it.

func (in *Inst) operand(o regalloc.Operand) Arg {
	in.Regs = append(in.Regs, o)
	return Arg{Kind: ArgReg, Reg: int8(len(in.Regs) - 1)}
}

func (in *Inst) Use(v regalloc.VReg) Arg {
	return in.operand(regalloc.Operand{VReg: v, Kind: regalloc.Use, Want: regalloc.Reg})
}

// UseLate is a use that stays intact until the results are written.
func (in *Inst) UseLate(v regalloc.VReg) Arg {
	return in.operand(regalloc.Operand{VReg: v, Kind: regalloc.Use, When: regalloc.Late, Want: regalloc.Reg})
}

// UseAny is a use that may be in memory.
func (in *Inst) UseAny(v regalloc.VReg) Arg {
	return in.operand(regalloc.Operand{VReg: v, Kind: regalloc.Use, Want: regalloc.Any})
}

func (in *Inst) UseFixed(v regalloc.VReg, r regalloc.PReg) Arg {
	return in.operand(regalloc.Operand{VReg: v, Kind: regalloc.Use, Want: regalloc.Fixed, PReg: r})
}

func (in *Inst) Def(v regalloc.VReg) Arg {
	return in.operand(regalloc.Operand{VReg: v, Kind: regalloc.Def, When: regalloc.Late, Want: regalloc.Reg})
}

// Temp is a scratch register, distinct from all uses and definitions.
func (in *Inst) Temp(v regalloc.VReg) Arg {
	return in.operand(regalloc.Operand{VReg: v, Kind: regalloc.Def, When: regalloc.Early, Want: regalloc.Reg})
}

func (in *Inst) DefFixed(v regalloc.VReg, r regalloc.PReg) Arg {
	return in.operand(regalloc.Operand{VReg: v, Kind: regalloc.Def, When: regalloc.Late, Want: regalloc.Fixed, PReg: r})
}

// DefSame is a definition that takes the register of the use src.
func (in *Inst) DefSame(v regalloc.VReg, src Arg) Arg {
	return in.operand(regalloc.Operand{VReg: v, Kind: regalloc.Def, When: regalloc.Late, Want: regalloc.SameAsUse, Tied: src.Reg})
}

func (in *Inst) Set(args ...Arg) *Inst {
	in.NArgs = uint8(copy(in.Args[:], args))
	return in
}

func Imm(v int64) Arg          { return Arg{Kind: ArgImm, Imm: v} }
func Phys(r regalloc.PReg) Arg { return Arg{Kind: ArgPhys, Phys: r} }
func MemArg(m Mem) Arg         { return Arg{Kind: ArgMem, M: &m} }

// At is memory of a place without registers.
func At(p Place, disp int64) Arg { return MemArg(Mem{Place: p, Base: -1, Index: -1, Disp: disp}) }

// Based is memory at disp(base).
func Based(base Arg, disp int64) Arg {
	return MemArg(Mem{Base: base.Reg, Index: -1, Disp: disp})
}

func SymAt(sym string, disp int64) Arg {
	return MemArg(Mem{Place: InSym, Base: -1, Index: -1, Sym: sym, Disp: disp})
}

// NeedOut makes sure that the outgoing area has n bytes.
func (m *Func) NeedOut(n int64) { m.OutSize = max(m.OutSize, n) }

// UnsafeStates tells for each block whether it begins in a region that must not be preempted.
func (m *Func) UnsafeStates() []bool {
	in := make([]bool, len(m.Blocks))
	any := false
	for _, i := range m.Insts {
		if i.IsUnsafeMark {
			any = true
			break
		}
	}
	if !any {
		return in
	}
	for again := true; again; {
		again = false
		for _, b := range m.Blocks {
			state := in[b.Index]
			for _, i := range m.Insts[b.First:b.Last] {
				if i.IsUnsafeMark {
					state = i.Imm == 1
				}
			}
			for _, s := range b.Succs {
				if state && !in[s] {
					in[s], again = true, true
				}
			}
		}
	}
	return in
}
