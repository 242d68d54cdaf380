package ssa

import (
	"go/token"

	"strata/internal/abi"
)

// Op is an operation. What it does depends on the types of its arguments and
// result; see the table.
type Op uint16

// Properties of an op.
type OpFlags uint16

const (
	Pure        OpFlags = 1 << iota // no effect, depends on arguments only: may be moved, merged, dropped
	Commutative                     // the first two arguments may change places
	Reads                           // reads memory
	Writes                          // writes memory
	CallOp                          // calls: clobbers all registers, is a safepoint
	CanPanic                        // may panic; must not be dropped or moved over effects
	Effect                          // other effect, must stay in place
	Remat                           // cheap to compute again instead of keeping in a register
	Orders                          // no access to memory may change places with it
	Derives                         // the result is an address in an object that an argument is an address in
)

// AuxKind tells what Aux and AuxInt mean for an op.
type AuxKind uint8

const (
	AuxNone      AuxKind = iota
	AuxIntOnly           // AuxInt is a number
	AuxFloatBits         // AuxInt holds the bits of an F32 or F64
	AuxSym               // Aux is a symbol name (string), AuxInt an offset
	AuxSlot              // Aux is *Slot, AuxInt an offset
	AuxAlloc             // Aux is *AllocInfo
	AuxCall              // Aux is *Call
	AuxType              // Aux is *MemType, AuxInt the size in bytes
	AuxText              // Aux is a string
)

// OpInfo describes an op: all that passes know of it without lowering it.
type OpInfo struct {
	Name   string
	NArgs  int8 // -1: variable
	Flags  OpFlags
	Aux    AuxKind
	Types  TypeRule    // nil: any
	Cost   int8        // of a copy of it in another function, in about an instruction, or Fixed; calls cost more, see analyze
	Access int8        // how many leading arguments are addresses that it takes only to access what is there, or to compare
	Mem    []MemAccess // the ranges that it reads and writes; what calls and ops that order do is not in it
}

// Fixed is the Cost of an op that means something in its own function alone.
const Fixed int8 = -1

// MemAccess is a range of memory that an op reads or writes: it begins at an argument, AuxInt further where AuxInt is an offset.
type MemAccess struct {
	Arg   int8
	Write bool
	size  memSize
}

// memSize says how long a range is.
type memSize uint8

const (
	sizeUnknown  memSize = iota // it may even begin before the address
	sizeOfResult                // and AuxInt is an offset
	sizeOfValue                 // of the second argument, and AuxInt is an offset
	sizeInAux                   // AuxInt is the size
)

func reads(arg int8, size memSize) MemAccess  { return MemAccess{Arg: arg, size: size} }
func writes(arg int8, size memSize) MemAccess { return MemAccess{Arg: arg, Write: true, size: size} }

// Range gives the offset and size of the range for v, of which it is an access; ok is false if they are not known.
func (m MemAccess) Range(v *Value) (off, size int64, ok bool) {
	switch m.size {
	case sizeOfResult:
		return v.AuxInt, v.Type.Size(), true
	case sizeOfValue:
		return v.AuxInt, v.Args[1].Type.Size(), true
	case sizeInAux:
		return 0, v.AuxInt, true
	}
	return 0, 0, false
}

// AllocInfo describes an object whose place, heap or frame, escape analysis chooses.
type AllocInfo struct {
	Name    string   // variable or "new(T)" for messages
	Mem     *MemType // layout
	TypeSym string   // type descriptor, argument of runtime.newobject
	// NoPromote: must live in memory (results of functions with defer,
	// variables that a debugger build must find), though it may live in the frame.
	NoPromote bool
	// OnStack is escape analysis' verdict: the object lives in the frame.
	OnStack bool
	// Heap forces the heap (too large, or asked for by directive or stress mode).
	Heap bool
	// Stack forces the frame: escape analysis must not be asked (call-argument temporaries).
	Stack bool
	Param bool
	// Var is 1 + the index in Func.Vars of the variable whose object this is, for debuggers; 0 for none.
	Var   int32
	Named bool      // a declared variable
	Box   BoxKind   // of a value in an interface
	Site  token.Pos // of the variable or expression that made it, for messages
}

// BoxKind tells of an object that holds a value in an interface, and that nobody writes to after that, which values of it may stand
// in static data instead.
type BoxKind uint8

const (
	NoBox     BoxKind = iota
	NumberBox         // numbers, or other values of 2, 4 or 8 bytes in one scalar, below 256
	StringBox         // a string, if empty
	SliceBox          // a slice, if nil
)

// MemType is what memory operations know of the type they touch.
type MemType struct {
	Size    int64
	Align   int64
	PtrMask []byte // bit per word; nil: no pointers
	TypeSym string // type descriptor, may be empty when the type holds no pointers
}

// HasPointers tells whether the type holds pointers.
func (m *MemType) HasPointers() bool { return m != nil && m.PtrMask != nil }

// Call describes a call.
type Call struct {
	Sym    string // callee for OpCall; empty otherwise
	ABI    *abi.Signature
	Callee any // the front end's function object, for the inliner; may be nil
	// Pulled: the call is by a declaration (go:linkname) that has other parameters or results than the function.
	Pulled bool
	// NoReturn: the callee never returns.
	NoReturn bool
	// NoEscape: a callee without body promises that its pointer arguments do not escape.
	NoEscape bool
	// UintptrEscapes: pointers converted to uintptr in the arguments escape.
	UintptrEscapes bool
	// Lent has a bit for each of the first 63 components of ABI.In, and LentContext for the closure, that the callee
	// gives back: when it returns, nobody but the caller holds the address or one that can be reached from it.
	Lent LentSet
	// ResultSlots hold results that are returned in memory and do not fit registers,
	// one per memory result of ABI, in order: filled right after the call.
	ResultSlots []*Slot
	// Method is the key (object.MethodKey) of an interface call, for devirtualisation; the interface's type symbol is Iface.
	Method    string
	Iface     string
	Index     int      // index of the method in the interface
	Go, Defer bool     // callee of a go or defer statement (call made by the runtime)
	Guarded   bool     // behind a comparison with the target that a profile found
	Site      int32    // ordinal of the call in its function, for profiles
	Object    *MemType // what a call of the runtime makes: newobject, makeslice and growslice (an element), makemap and makemap_small (see typedesc.MapSize)
}

// Known is the callee for passes that know what it does with which argument; "" where the arguments are not those.
func (c *Call) Known() string {
	if c.Pulled {
		return ""
	}
	return c.Sym
}

// LentSet is a set of a call's arguments.
type LentSet uint64

// LentContext is the closure of a call.
const LentContext = 63

// Has tells whether component i, or LentContext, is in s.
func (s LentSet) Has(i int) bool { return i <= LentContext && s>>i&1 != 0 }

// Add puts component i, or LentContext, into s. There is no room for components beyond.
func (s *LentSet) Add(i int) {
	if i <= LentContext {
		*s |= 1 << i
	}
}

const (
	OpInvalid Op = iota

	// Values without arguments.
	OpConst      // integer, bool or nil pointer: AuxInt
	OpConstF     // AuxInt holds the float's bits (F32: low 32 bits)
	OpArg        // AuxInt: index of the scalar parameter component (abi.Signature.InScalars)
	OpArgAddr    // address of an incoming parameter or result in the caller's frame: AuxInt is the offset in the argument area
	OpGlobalAddr // address of symbol Aux + AuxInt
	OpFuncAddr   // code address of function symbol Aux
	OpLocalAddr  // address of slot Aux + AuxInt
	OpClosurePtr // the closure context at entry
	OpGetG       // the current g
	OpCallerPC   // return address of this function
	OpCallerSP   // SP of the caller at the call: address of the argument area
	OpSP         // SP (body)

	OpPhi
	OpCopy

	// Integer and float arithmetic: type of the result = type of the arguments.
	OpAdd
	OpSub
	OpMul
	OpNeg
	OpDiv // integers: signed, divisor known non-zero, MinInt/-1 = MinInt; floats
	OpDivU
	OpMod // signed remainder, divisor known non-zero
	OpModU
	OpMulHi  // high half of the signed product
	OpMulHiU // high half of the unsigned product
	OpAnd
	OpOr
	OpXor
	OpNot // bitwise complement; for Bool logical not
	// Shifts: the count is any integer type, taken as unsigned; counts >= width give 0 (Sar: sign).
	// AuxInt 1: the count is known to be below the width.
	OpShl
	OpShr
	OpSar
	OpRotL // count modulo width

	// Bits.
	OpCtz    // trailing zeros; width for 0
	OpBitLen // length of the number in bits; 0 for 0. Result has the argument's type
	OpPopCnt
	OpBswap

	// Two results (Tuple), taken by OpResult.
	OpAddCarry  // a + b + carry(0/1): sum, carry
	OpSubBorrow // a - b - borrow: diff, borrow
	OpMulWideU  // a * b: hi, lo
	OpDivWideU  // hi:lo / y: quo, rem; y > hi is known

	// Floats.
	OpSqrt
	OpAbs
	OpCopySign
	OpFloor
	OpCeil
	OpTruncF
	OpRoundEven
	OpFMA
	OpMinF // Go's min: NaN and signed zero exact
	OpMaxF

	// Pointers.
	OpAddPtr // ptr + i64, stays in the object
	OpOffPtr // ptr + AuxInt, stays in the object

	// Comparisons: Bool. Argument types tell width, float or integer.
	OpEq
	OpNe
	OpLt // signed or float
	OpLe
	OpLtU
	OpLeU

	// Conversions.
	OpSignExt
	OpZeroExt
	OpTrunc
	OpIntToFloat // from signed I32 or I64
	OpFloatToInt // to signed I32 or I64, truncating; out of range: the machine's indefinite value
	OpFloatCvt   // F32 <-> F64
	OpBitcast    // same size, other class: I64 <-> F64, I32 <-> F32
	OpPtrToInt
	OpIntToPtr // AuxInt 1: made from an integer variable, so package unsafe lets it hide what it points to from escape analysis

	OpSelect // cond, a, b: cond ? a : b, both evaluated
	OpResult // AuxInt-th result of a Tuple

	// Memory. Loads and stores use address Args[0] + AuxInt.
	OpLoad
	OpStore    // ptr, value
	OpMove     // dst, src; AuxInt bytes of MemType Aux; may overlap only exactly
	OpZero     // dst
	OpMemCopy  // dst, src, n: memmove without barriers, any overlap
	OpMemClear // dst, n without barriers

	// Allocation of an object of AllocInfo Aux, zeroed. Escape analysis turns it into a slot or a call.
	OpAlloc

	// Checks.
	OpNilCheck // ptr: panics if nil; the result is ptr, known non-nil
	OpBounds   // index, length: panics by kind AuxInt (BoundsKind) unless 0 <= index < length (<= for slices); unsigned compare. Result: the index
	OpCheck    // cond: calls the runtime function Aux, which does not return, unless cond

	// Calls. Args: [code or closure,] one value per ABI scalar or memory parameter.
	OpCall        // Call.Sym
	OpClosureCall // Args[0] closure pointer, code is its first word, context in DX
	OpInterCall   // Args[0] code pointer (from the itab), no context

	// Atomics: sequentially consistent. ptr + AuxInt.
	OpAtomicLoad
	OpAtomicStore
	OpAtomicXchg // returns old
	OpAtomicAdd  // returns old
	OpAtomicCAS  // ptr, old, new: Bool
	OpAtomicAnd  // returns old
	OpAtomicOr   // returns old

	OpKeepAlive // Args[0] is live here
	OpVarDef    // slot Aux becomes uninitialised and dead before: starts its lifetime
	OpWB        // reads the runtime's write-barrier flag: Bool
	OpWBPtr     // Args[0] new, Args[1] slot address: hands pointers to the barrier buffer, no clobber of other registers
	OpPrefetch
	OpRace            // tells the race detector of an access to AuxInt>>1 bytes, a write if AuxInt is odd
	OpNop             // an instruction that does nothing, for a breakpoint at its position
	OpUnsafePointMark // AuxInt 1 begins, 0 ends a region that must not be preempted asynchronously
	OpPublish         // Args[0]: orders initialising stores before publication; no code on amd64
	OpCtrlGroup       // swiss-map control group match, AuxInt: kind (GroupMatch*); Args: ctrl word I64 [, h2]
	OpMemEqConst      // p, q: Bool, compares AuxInt bytes (1..64)
	OpGetCPUFlag      // Aux: name of an internal/cpu feature: Bool

	firstMachineOp // machine packages number their own ops from here
)

// FirstMachineOp is the first op that target packages may define.
const FirstMachineOp = firstMachineOp
