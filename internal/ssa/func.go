// Package ssa is the compiler's intermediate representation: functions made of
// basic blocks, whose instructions are Values in static single assignment form.
//
// # Laws
//
//   - A block's Values are ordered. Phis come first. Operations with effects
//     (loads, stores, calls, checks) happen in that order; pure ones may be moved
//     anywhere their arguments dominate.
//   - Every argument dominates its use; an argument of a Phi dominates the end
//     of the corresponding predecessor. A Phi has one argument per Block.Preds, in that order.
//   - Type Ptr marks every value that may point into the heap or a stack. An
//     integer never holds such a pointer across a call.
//   - Value.Uses counts arguments and controls; change arguments only through methods.
//   - IDs are dense per function and given in order of creation, so every
//     traversal is deterministic.
//
// A Func owns its Blocks, Values and Slots. Functions share nothing mutable, so
// they are compiled in parallel.
package ssa

import (
	"go/token"

	"strata/internal/abi"
)

// Pos is a source position inside an inlining tree.
type Pos struct {
	P   token.Pos
	Inl int32 // 1 + index into Func.Inlines; 0 when not inlined
}

// Inline is one inlined call: the node of the inlining tree that positions refer to.
type Inline struct {
	Parent  int32  // as Pos.Inl
	Callee  string // display name
	Sym     string // linker symbol
	Call    token.Pos
	Start   token.Pos // position of the callee's declaration
	Wrapper bool
}

// Pragma is the set of directives that a function carries.
type Pragma uint32

const (
	NoSplit Pragma = 1 << iota
	NoInline
	NoEscape           // bodyless: pointer arguments do not escape
	SystemStack        // must run on the system stack
	NoWriteBarrier     // must contain no write barrier
	NoWriteBarrierRec  // nor its callees
	YesWriteBarrierRec // stops NoWriteBarrierRec
	UintptrEscapes
	UintptrKeepAlive
	WrapperFunc   // compiler-made, transparent to recover and tracebacks
	NeedCtxt      // uses the closure context
	ABI0Func      // entry point follows ABI0
	ReflectMethod // calls reflect.Type.Method or MethodByName
	NoReturn      // never returns
	RuntimeFunc   // belongs to package runtime or its internal packages: no asynchronous preemption
	Linknamed     // its symbol may be reached by other packages
	NoRace        // //go:norace: not instrumented for the race detector
	AlwaysInline  // small enough wrappers that must vanish when possible
)

// MaxFrame is gc's limit of a frame, and of what a function's arguments and results take on the stack.
const MaxFrame = 1 << 30

// Func is one function.
type Func struct {
	Name        string // linker symbol
	DisplayName string // what programs see: type arguments as [...]
	PkgPath     string
	Pos         token.Pos // of the declaration
	End         token.Pos
	Pragma      Pragma

	// ABI tells where parameters and results live. OpArg and OpArgAddr name
	// its parameters, Ret blocks carry one control per scalar or memory result.
	ABI *abi.Signature

	Blocks []*Block
	Entry  *Block
	// Recover is where a recovered panic resumes: entered by the runtime with
	// nothing but SP and the frame's slots. It may use slots and nothing else. Nil without defer.
	// To keep it in the graph the entry block ends in BlockDefer with Recover as second successor.
	Recover *Block

	Slots   []*Slot
	Inlines []Inline
	// Debug: the function is compiled for a debugger. Its variables stay in memory, optional passes
	// leave it alone, and it is inlined nowhere.
	Debug bool
	// Vars are its source variables, as far as debuggers are told.
	Vars []DebugVar

	OpenDeferBits  *Slot   // byte of active open-coded defers, nil when unused
	OpenDeferSlots []*Slot // their closures

	nextBlock, nextValue int32
	dom                  *domTree
	body                 *packed // instead of Blocks, Entry and Recover while f waits
}

// DebugVar is a source variable that lives in a slot or in the argument area.
type DebugVar struct {
	Name    string
	Type    string // type symbol
	PtrType string // type symbol of a pointer to it, for variables that are moved to the heap
	Slot    *Slot  // nil until the variable has a place, and for variables in the argument area
	InArgs  bool   // it lives in the argument area, at ArgOff
	ArgOff  int64
	Param   bool // parameter or result
	Result  bool
	Pos     token.Pos
	// Scope is the extent of the block that declares it; NoPos for the whole function.
	Scope [2]token.Pos
}

// Escaped makes v, whose object is on the heap, the pointer to it that the frame keeps.
// Debuggers know the notation &x for this.
func (v *DebugVar) Escaped(s *Slot) {
	v.Name, v.Type, v.Slot = "&"+v.Name, v.PtrType, s
}

// Slot is an object in the function's frame.
type Slot struct {
	ID    int32
	Name  string
	Size  int64
	Align int64
	// PtrMask has a bit per word that may hold a pointer; nil for none.
	PtrMask []byte
	// Zeroed: the slot must be zeroed in the prologue because a stack scan may
	// come before its first complete write.
	Zeroed bool
	Pos    token.Pos
	// Area is an argument area in which the slot is the place at Off, instead of having a place of its own.
	Area Area
	Off  int64
}

// Area is where a slot stands.
type Area uint8

const (
	OwnPlace     Area = iota
	OutgoingArea      // what the function passes to the next call, or got from the last
	ResultArea        // the function's own results
)

// BlockKind says how control leaves a block.
type BlockKind uint8

const (
	BlockInvalid     BlockKind = iota
	BlockJump                  // to Succs[0]
	BlockIf                    // Controls[0] true: Succs[0], else Succs[1]
	BlockSwitch                // Controls[0], an I64 in [0,len(Succs)): jump table
	BlockRet                   // return Controls (one per ABI result component)
	BlockUnreachable           // after a call that does not return
	BlockDefer                 // entry of a function with defer: to Succs[0]; Succs[1] is Func.Recover
	BlockTailCall              // jump to the function Aux with Controls as arguments: wrappers
)

var blockKindNames = [...]string{"invalid", "jump", "if", "switch", "ret", "unreachable", "defer", "tailcall"}

func (k BlockKind) String() string { return blockKindNames[k] }

// Likely is the predicted direction of an If.
type Likely int8

const (
	Unlikely Likely = -1 // Succs[1] is usually taken
	Unknown  Likely = 0
	Taken    Likely = 1 // Succs[0] is usually taken
)

// Block is a basic block.
type Block struct {
	ID       int32
	Kind     BlockKind
	Likely   Likely
	Cold     bool // rarely executed: laid out at the end
	Pos      Pos
	Func     *Func
	Values   []*Value // phis first, in order of execution
	Controls []*Value
	Succs    []*Block
	Preds    []*Block
	Aux      any   // *Call for BlockTailCall
	Freq     int64 // samples by profile, 0 for none or when there is no profile
}

// Release drops f's body, which has been compiled; what callers and tables want to know of f stays.
func (f *Func) Release() {
	f.Blocks, f.Entry, f.Recover, f.dom, f.body = nil, nil, nil, nil, nil
	f.Slots, f.Inlines, f.Vars, f.OpenDeferBits, f.OpenDeferSlots = nil, nil, nil, nil, nil
}

// NewBlock adds an empty block to f.
func (f *Func) NewBlock(k BlockKind) *Block {
	b := &Block{ID: f.nextBlock, Kind: k, Func: f}
	f.nextBlock++
	f.Blocks = append(f.Blocks, b)
	return b
}

// NewSlot adds a frame object.
func (f *Func) NewSlot(name string, size, align int64, ptrMask []byte) *Slot {
	s := &Slot{ID: int32(len(f.Slots)), Name: name, Size: size, Align: align, PtrMask: ptrMask}
	f.Slots = append(f.Slots, s)
	return s
}

// NumBlocks bounds the IDs of f's blocks.
func (f *Func) NumBlocks() int { return int(f.nextBlock) }

// NumValues bounds the IDs of f's values.
func (f *Func) NumValues() int { return int(f.nextValue) }

// AddEdge makes s a successor of b.
func (b *Block) AddEdge(s *Block) {
	b.Succs = append(b.Succs, s)
	s.Preds = append(s.Preds, b)
}

// SetControls replaces b's controls.
func (b *Block) SetControls(vs ...*Value) {
	for _, v := range b.Controls {
		v.Uses--
	}
	b.Controls = append(b.Controls[:0:0], vs...)
	for _, v := range vs {
		v.Uses++
	}
}

// Value is an operation and its result.
type Value struct {
	ID     int32
	Op     Op
	Type   Type
	Uses   int32
	AuxInt int64
	Aux    any
	Args   []*Value
	Block  *Block
	Pos    Pos
	argbuf [3]*Value
}

// newValue makes a value that is in no block yet.
func (f *Func) newValue(op Op, t Type, pos Pos) *Value {
	v := &Value{ID: f.nextValue, Op: op, Type: t, Pos: pos}
	f.nextValue++
	v.Args = v.argbuf[:0]
	return v
}

// NewValue appends a value to b.
func (b *Block) NewValue(op Op, t Type, pos Pos, args ...*Value) *Value {
	v := b.Func.newValue(op, t, pos)
	v.Block = b
	v.AddArgs(args...)
	b.Values = append(b.Values, v)
	return v
}

// NewValueI appends a value with an AuxInt.
func (b *Block) NewValueI(op Op, t Type, pos Pos, auxInt int64, args ...*Value) *Value {
	v := b.NewValue(op, t, pos, args...)
	v.AuxInt = auxInt
	return v
}

// NewValueA appends a value with an AuxInt and an Aux.
func (b *Block) NewValueA(op Op, t Type, pos Pos, auxInt int64, aux any, args ...*Value) *Value {
	v := b.NewValue(op, t, pos, args...)
	v.AuxInt, v.Aux = auxInt, aux
	return v
}

// Detached makes a value of b that is in no instruction list yet; the caller
// places it into b.Values.
func (b *Block) Detached(op Op, t Type, pos Pos, args ...*Value) *Value {
	v := b.Func.newValue(op, t, pos)
	v.Block = b
	v.AddArgs(args...)
	return v
}

// NewPhi puts a Phi without arguments after the phis of b.
func (b *Block) NewPhi(t Type, pos Pos) *Value {
	v := b.Detached(OpPhi, t, pos)
	i := 0
	for i < len(b.Values) && b.Values[i].Op == OpPhi {
		i++
	}
	b.InsertAt(i, v)
	return v
}

// InsertAt places detached values before the i-th value of b.
func (b *Block) InsertAt(i int, vs ...*Value) {
	n := len(vs)
	b.Values = append(b.Values, vs...)
	copy(b.Values[i+n:], b.Values[i:])
	copy(b.Values[i:], vs)
	for _, v := range vs {
		v.Block = b
	}
}

// AddArgs appends arguments to v.
func (v *Value) AddArgs(args ...*Value) {
	v.Args = append(v.Args, args...)
	for _, a := range args {
		a.Uses++
	}
}

// SetArg replaces the i-th argument.
func (v *Value) SetArg(i int, a *Value) {
	a.Uses++
	v.Args[i].Uses--
	v.Args[i] = a
}

// ResetArgs removes all arguments.
func (v *Value) ResetArgs() {
	for _, a := range v.Args {
		a.Uses--
	}
	v.Args = v.argbuf[:0]
	v.argbuf = [3]*Value{}
}

// RemoveArg removes the i-th argument, keeping the order of the others.
func (v *Value) RemoveArg(i int) {
	v.Args[i].Uses--
	copy(v.Args[i:], v.Args[i+1:])
	v.Args = v.Args[:len(v.Args)-1]
}

// Reset turns v into an op without arguments or aux; its place and ID stay.
func (v *Value) Reset(op Op) {
	v.ResetArgs()
	v.Op, v.AuxInt, v.Aux = op, 0, nil
}

// CopyOf turns v into a copy of a.
func (v *Value) CopyOf(a *Value) {
	a.Uses++
	v.Reset(OpCopy)
	a.Uses--
	v.AddArgs(a)
}

// IsConst tells whether v is an integer, bool or pointer constant.
func (v *Value) IsConst() bool { return v.Op == OpConst }
