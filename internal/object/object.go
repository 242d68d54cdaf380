// Package object holds what the compiler and the assembler give the linker:
// symbols with their bytes, relocations, and for functions the tables that the
// runtime reads (frame layout, lines, inlining, stack maps).
//
// A symbol is named by its linker name. ABIInternal entry points of Go
// functions carry the plain name ("fmt.Println"); entry points that follow
// ABI0 carry the suffix "<ABI0>" ("reflect.callReflect<ABI0>").
//
// Symbols are immutable once handed over; two symbols of one name are the same
// symbol if both are DupOK, or if at most one has content (tentative variables
// shared by linkname).
package object

// Kind tells which part of the executable a symbol belongs to.
type Kind uint8

const (
	Text         Kind = iota // machine code, read-only
	ROData                   // read-only data without addresses that need relocation at run time (none do: executables are static)
	Data                     // initialised, writable
	BSS                      // zero, writable
	TypeDesc                 // type descriptors, names, itabs: inside the module's types section, reachable by int32 offset
	CoverCounter             // counters of coverage: as BSS without pointers, but all together, for the runtime to walk
	EdgeCounter              // counters of control flow for fuzzing, likewise
)

// Variables that begin and end where the counters do: the linker places them, and nothing is stored in them.
const (
	CoverCounters    = "runtime.covctrs"
	CoverCountersEnd = "runtime.ecovctrs"
	EdgeCounters     = "internal/fuzz._counters"
	EdgeCountersEnd  = "internal/fuzz._ecounters"
)

// IsBound tells whether a variable is one of these, and so has an address of its own without having a size.
func IsBound(name string) bool {
	switch name {
	case CoverCounters, CoverCountersEnd, EdgeCounters, EdgeCountersEnd:
		return true
	}
	return false
}

// Flags of a symbol.
type Flags uint32

const (
	DupOK         Flags = 1 << iota // identical definitions may exist; keep one
	Static                          // file-local: no entry under this name for others
	NoSplit                         // function has no stack check
	Wrapper                         // compiler-made wrapper: transparent to recover, hidden in tracebacks
	NeedCtxt                        // function reads the closure context register
	TopFrame                        // unwinding stops here
	NoFrame                         // assembly function without frame
	ReflectMethod                   // function calls reflect's Method or MethodByName: keep exported methods
	ABI0                            // function follows ABI0
	Asm                             // function comes from an assembly file
	Cold                            // function is rarely run; lay out apart
	Weak                            // a missing definition is address 0, not an error
)

// Symbol is one named piece of the executable.
type Symbol struct {
	Name   string
	Kind   Kind
	Flags  Flags
	Align  int32
	Size   int64  // at least len(Data); the rest is zero
	Data   []byte // content; nil for BSS
	Relocs []Reloc
	Func   *FuncInfo // Text only

	// PtrMask has one bit per word of the symbol, set where a Data or BSS
	// word may hold a pointer into the heap. Nil means no pointers.
	PtrMask []byte

	// GoType is the type symbol of a variable, for DWARF; may be empty.
	GoType string

	// Methods of a type descriptor, see Method. For interface types they are
	// the interface's methods: they count as called once the type itself can
	// be reached by reflection.
	Methods []Method
}

// RelocKind tells how a relocation's value is computed. S is the target's
// address, A the addend, P the address of the relocated field.
type RelocKind uint8

const (
	Abs64          RelocKind = iota // 8 bytes: S + A
	PCRel32                         // 4 bytes: S + A - (P + 4)
	Call32                          // as PCRel32, the target of a call or jump
	Abs32                           // 4 bytes: S + A, must fit
	TypeOff                         // 4 bytes: S + A - start of the types section; 0 if the target is empty
	TextOff                         // 4 bytes: S + A - start of the text section
	WeakTypeOff                     // as TypeOff, but does not keep the target; 0 if it is not reachable
	MethodOff                       // as TextOff, does not keep the target by itself (see Method); -1 if not reachable
	UseIface                        // 0 bytes: the type named by Target is converted to an interface: its methods are candidates for reachability
	UseIfaceMethod                  // 0 bytes: an interface method with the key Target (see MethodKey) is called: matching methods of candidate types are reachable
	UseNamedMethod                  // 0 bytes: reflection reaches exported methods named Target
	Keep                            // 0 bytes: the target is reachable if this symbol is
	SecRel32                        // 4 bytes, DWARF: offset in the target's section
	MethodTypeOff                   // as TypeOff, part of a method entry: not kept by itself; 0 if the type is not reachable
	MethodAbs64                     // as Abs64, a method in an itab: not kept by itself (the type's method entry does); runtime.unreachableMethod if not reachable
	LebFunc                         // WebAssembly, to be inserted: the target's index among the functions, as LEB128
	LebType                         // the same: the index of the function type that Target spells, which is no symbol
	LebAddr                         // the same: S + A, signed
	FuncSig                         // 0 bytes: the function's own type, spelled by Target
	LebImport                       // as LebFunc: the import "module\x00name\x00type" that Target spells

	// MachineReloc and those behind it change fields of instructions in ways of the machine, which tells the linker how.
	MachineReloc RelocKind = 32
)

// Spells tells of kinds whose Target is no symbol.
func (k RelocKind) Spells() bool { return k == LebType || k == FuncSig || k == LebImport }

// Reloc is one reference of a symbol to another.
type Reloc struct {
	Off    int32
	Kind   RelocKind
	Target string
	Add    int64
}

// Method describes one entry of a type's method array, whose relocations are
// MethodTypeOff, MethodOff, MethodOff: the method becomes reachable when the
// type is converted to an interface and an interface method of the same key is
// called. The i-th Method belongs to the i-th such three relocations.
type Method struct {
	Key      string // MethodKey(name, signature)
	Exported bool
	Name     string
}

// MethodKey is the identity under which interface methods match methods of
// types: the name (qualified by package path when not exported) and the
// canonical signature string.
func MethodKey(name, sig string) string { return name + " " + sig }

// PCValue is one row of a table over program counters: Value holds from PC
// (an offset in the function) up to the next row's PC.
type PCValue struct {
	PC    int32
	Value int32
}

// FuncInfo is what the runtime knows of a function.
type FuncInfo struct {
	ArgsSize  int32 // bytes of incoming stack arguments and results, with the spill area of register arguments
	FrameSize int32 // bytes between the return address and SP in the body (0 for leaf without frame); includes the saved frame pointer
	StartLine int32
	File      string // file of the declaration
	FuncID    uint8  // see FuncID constants
	// DisplayName is the name programs see (type arguments shown as [...]);
	// empty means the symbol's name.
	DisplayName string

	PCSP     []PCValue // SP delta: bytes pushed since entry (0 at entry, FrameSize in the body)
	Lines    []PCLine  // position of each instruction range
	Inlines  []InlinedCall
	StackMap []PCValue // index into Locals and Args by return address; -1 where no map is needed. The map in force at a call is looked up with the return address - 1
	Locals   []Bitmap  // one bit per word from SP+0 upwards over the frame (SP in the body of the function); bit set: live pointer slot
	Args     []Bitmap  // one bit per word of the incoming argument area

	// RecoverPC is the offset of the code that a recovered panic resumes at
	// (loads the results from their slots, runs remaining defers, returns); 0 if the function has no defer.
	RecoverPC int32
	// OpenDefer describes open-coded defers; nil when there are none.
	OpenDefer *OpenDefer

	// ArgInfo describes the values of the parameters for tracebacks, in codes of Args…; nil: there are none or nothing is known.
	ArgInfo []byte

	UnsafePoints []PCValue // 1 where an asynchronous preemption must not stop; nil: safe everywhere outside prologue and epilogue
	Vars         []Var     // for DWARF
	Scopes       []Scope   // blocks that declare some of Vars, outer ones first
	BodyPC       int32     // where parameters and results are in place, for breakpoints on the function; 0 if that is not known
	Debug        bool      // compiled for a debugger: not optimised
	NoSplitCalls []string  // direct callees with the stack used at the call, for the linker's nosplit check, see NoSplitUse
	NoSplitUse   []int32   // stack bytes in use at each of NoSplitCalls
	Cold         *ColdPart // of a function whose rarely run code is to be laid out apart; nil: it is one piece
}

// ColdPart is the end of a function's code that is laid out apart from the rest: the linker makes a symbol and a record of
// its own of it. What the two parts know of each other are relocations to the function's symbol; all
// offsets in the function and in its tables are those of the code in one piece.
type ColdPart struct {
	PC        int32   // where it begins
	RecoverPC int32   // as FuncInfo.RecoverPC, for frames that are in the cold part, relative to PC
	CallPCs   []int32 // as InlinedCall.CallPC, relative to PC; 0 for calls that the part has nothing of
}

// Codes of FuncInfo.ArgInfo. Each value of a parameter is one of ArgsUnknown, ArgsStack, ArgsFrame.
const (
	ArgsEnd     = iota
	ArgsOpen    // an aggregate begins
	ArgsClose   // it ends
	ArgsMore    // something is left out
	ArgsUnknown // a value in a register
	ArgsStack   // size (a byte), offset in the argument area (a uvarint)
	ArgsFrame   // size, distance below the argument area: a spilled value, perhaps stale
)

// OpenDefer tells where a frame keeps its open-coded defers: a byte of bits,
// and one closure pointer slot per bit, as offsets from SP in the body.
type OpenDefer struct {
	BitsOff   int32
	SlotsOffs []int32
}

// PCLine gives the source position in force from PC on.
type PCLine struct {
	PC   int32
	File string
	Line int32
	Inl  int32 // index into Inlines, -1 when not inlined
}

// InlinedCall is one node of a function's inlining tree.
type InlinedCall struct {
	Parent    int32  // index of the enclosing inlined call, -1 for the function itself
	Func      string // display name of the inlined function
	StartLine int32
	File      string // call site
	Line      int32
	CallPC    int32 // an offset whose position is the call site
	FuncID    uint8
}

// Bitmap has one bit per word, lowest bit first.
type Bitmap []byte

// Var is a local variable or parameter for the debugger.
type Var struct {
	Name   string
	GoType string
	SPOff  int32 // offset from the canonical frame address
	Param  bool
	Result bool
	Line   int32
	Scope  int32 // 1 + index into FuncInfo.Scopes, 0 for the function itself
}

// Scope is a block of the source with the code that belongs to it, nested blocks included.
type Scope struct {
	Parent int32 // as Var.Scope
	Ranges [][2]int32
}

// FuncID marks functions that unwinding and tracebacks treat specially.
const (
	FuncNormal uint8 = iota
	FuncWrapper
	FuncGoexit
	FuncMcall
	FuncMorestack
	FuncMstart
	FuncRTStart
	FuncSigpanic
	FuncSystemstack
	FuncAsyncPreempt
	FuncPanic
	FuncRuntimeMain
	FuncHandleAsync
	FuncDebugCall
	FuncReflectStub // reflect.makeFuncStub, reflect.methodValueCall: args found through the closure context
)
