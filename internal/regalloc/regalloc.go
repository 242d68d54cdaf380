// Package regalloc assigns registers and spill slots to the virtual registers
// of a function of any machine. It takes a Func, which a target's instruction
// selection filled in, and gives a Result: a place for each operand, moves to
// insert between instructions, and for each safepoint the spill slots that hold
// live pointers.
//
// # Laws
//
//   - No register survives a safepoint with Clobbers covering it; values live
//     across it are in spill slots there.
//   - Spill slots are numbered from 0, 8 bytes each (V128 values take two);
//     a slot that a stack map names holds nothing but pointers over its whole
//     life. The slot that breaks cycles of moves holds anything and is never named.
//   - Block parameters are SSA phis: Args of the predecessor's edge are moved to Params in parallel.
//   - Critical edges are split by the caller.
package regalloc

// VReg is a virtual register; 0 is none.
type VReg uint32

// Class is a register class.
type Class uint8

const (
	IntClass Class = iota
	FloatClass
	NumClasses
)

// PReg is a physical register: the index of its bit in a RegSet.
type PReg uint8

// NoPReg is no register.
const NoPReg PReg = 0xFF

// RegSet is a set of physical registers.
type RegSet uint64

func (s RegSet) Has(r PReg) bool       { return s>>r&1 != 0 }
func (s RegSet) With(r PReg) RegSet    { return s | 1<<r }
func (s RegSet) Without(r PReg) RegSet { return s &^ (1 << r) }

// OperandKind says whether an operand is read or written.
type OperandKind uint8

const (
	Use OperandKind = iota
	Def
)

// When says for how long an operand occupies its place: a use that is Late
// stays intact until the results are written (its register differs from all
// definitions); a Def that is Early is written before the uses are read.
type When uint8

const (
	Early When = iota // default of uses
	Late              // default of definitions
)

// Want constrains the place of an operand.
type Want uint8

const (
	Any       Want = iota // a register or a spill slot
	Reg                   // any register of the class
	Fixed                 // the register PReg
	SameAsUse             // a Def that takes the place of the use Operand[Tied] (two-address)
	StackSlot             // a spill slot (callee side of stack arguments)
)

// Operand is one register operand of an instruction.
type Operand struct {
	VReg VReg
	Kind OperandKind
	When When
	Want Want
	PReg PReg // for Fixed
	Tied int8 // for SameAsUse
}

// Inst is what the allocator sees of an instruction.
type Inst struct {
	Operands  []Operand
	Clobbers  RegSet // written besides the definitions, after the uses are read
	Safepoint bool   // a stack map is wanted here
	Move      bool   // Operands[0] (Def) = Operands[1] (Use): may be coalesced away
}

// Block is a basic block: instructions First..Last-1. The last one is the
// terminator; moves for the outgoing edge go before it if it has one successor,
// otherwise to the start of the successor (whose only predecessor it then is).
type Block struct {
	First, Last int32
	Succs       []int32
	Preds       []int32
	Params      []VReg
	Args        [][]VReg // per successor, as many as its Params
	Depth       int32    // loop depth
	Cold        bool
}

// VRegInfo describes a virtual register.
type VRegInfo struct {
	Class Class
	Ptr   bool
	Wide  bool // 16 bytes
	// Remat >= 0: instead of a reload, the definition can be computed again:
	// an opaque number handed back in Edit.
	Remat int32
	Hint  PReg // preferred register, NoPReg for none
}

// Func is the allocator's input. VRegs[0] is unused. Blocks[0] is the entry;
// the order of Blocks is the layout order.
type Func struct {
	Name   string
	Blocks []Block
	Insts  []Inst
	VRegs  []VRegInfo
	// Allocatable registers per class, in order of preference.
	Regs [NumClasses][]PReg
	// Scratch is a register outside Regs that can hold a value of any class, Wide or
	// not: edits use it to break cycles. The target moves memory to memory through it,
	// so no such move may stand while it is occupied.
	Scratch PReg
}

// Loc is a place: a physical register, or spill slot.
type Loc int32

const NoLoc Loc = -1 << 31

func RegLoc(r PReg) Loc   { return Loc(r) }
func SlotLoc(n int) Loc   { return Loc(-1 - n) }
func (l Loc) IsReg() bool { return l >= 0 }
func (l Loc) Reg() PReg   { return PReg(l) }
func (l Loc) Slot() int   { return int(-1 - l) }

// NoSlot is the slot of what stays in registers.
const NoSlot = -1

// Edit is a move to insert.
type Edit struct {
	Inst  int32 // before this instruction (all edits of one instruction in order)
	After bool  // or behind it
	From  Loc   // NoLoc when Remat is used
	To    Loc
	Class Class
	Wide  bool
	Remat int32 // -1: plain move
	VReg  VReg
}

// Result is the allocator's output.
type Result struct {
	// Allocs[i][j] is the place of operand j of instruction i.
	Allocs   [][]Loc
	Edits    []Edit // sorted by Inst, before-edits ahead of After-edits
	NumSlots int
	// Slots gives the slot that a VReg is spilled to, NoSlot for none. Others may use the slot before and after it.
	Slots []int32
	// PtrSlots[i] for safepoint instruction i: the spill slots that hold live pointers across it.
	PtrSlots map[int32][]int32
}

// Allocator is one way to allocate.
type Allocator func(*Func) (*Result, error)
