package ssa

// GroupMatch kinds: what OpCtrlGroup looks for among the eight control bytes of a map's group.
const (
	GroupMatchH2             = iota // bytes equal to the second argument
	GroupMatchEmpty                 // 0x80
	GroupMatchEmptyOrDeleted        // highest bit set
	GroupMatchFull                  // highest bit clear
)

// MatchGroup is what OpCtrlGroup of a kind computes: bit i tells about byte i of the control word.
func MatchGroup(kind int64, ctrl, h2 uint64) uint64 {
	set := uint64(0)
	for i := range 8 {
		c := byte(ctrl >> (8 * i))
		match := false
		switch kind {
		case GroupMatchH2:
			match = c == byte(h2)
		case GroupMatchEmpty:
			match = c == 0x80
		case GroupMatchEmptyOrDeleted:
			match = c >= 0x80
		case GroupMatchFull:
			match = c < 0x80
		}
		if match {
			set |= 1 << i
		}
	}
	return set
}

// BoundsKind says which message a failed OpBounds gives. The first operand of
// the message is the index, the second the length or capacity.
type BoundsKind int64

const (
	BoundsIndex      BoundsKind = iota // s[x], 0 <= x < len(s)
	BoundsSliceAlen                    // s[?:x], 0 <= x <= len(s)
	BoundsSliceAcap                    // s[?:x], 0 <= x <= cap(s)
	BoundsSliceB                       // s[x:y], 0 <= x <= y
	BoundsSlice3Alen                   // s[::x], 0 <= x <= len(s)
	BoundsSlice3Acap                   // s[::x], 0 <= x <= cap(s)
	BoundsSlice3B                      // s[:x:y], 0 <= x <= y
	BoundsSlice3C                      // s[x:y:], 0 <= x <= y
	BoundsConvert                      // (*[x]T)(s), 0 <= x <= len(s)
	// BoundsUnsigned is added when the index is of an unsigned type, so that the
	// message prints it as such.
	BoundsUnsigned BoundsKind = 16
)

// Inclusive tells whether index == length is allowed.
func (k BoundsKind) Inclusive() bool { return k&^BoundsUnsigned != BoundsIndex }

// OpTable describes every op: name, number of arguments, flags, what Aux holds, rule of types, cost, accessed arguments, ranges of memory.
var OpTable = [...]OpInfo{
	OpInvalid:    {"Invalid", -1, 0, AuxNone, nil, 1, 0, nil},
	OpConst:      {"Const", 0, Pure | Remat, AuxIntOnly, nil, 0, 0, nil},
	OpConstF:     {"ConstF", 0, Pure, AuxFloatBits, nil, 0, 0, nil},
	OpArg:        {"Arg", 0, 0, AuxIntOnly, nil, 0, 0, nil},
	OpArgAddr:    {"ArgAddr", 0, Pure | Remat, AuxIntOnly, nil, Fixed, 0, nil},
	OpGlobalAddr: {"GlobalAddr", 0, Pure | Remat, AuxSym, nil, 0, 0, nil},
	OpFuncAddr:   {"FuncAddr", 0, Pure | Remat, AuxSym, nil, 0, 0, nil},
	OpLocalAddr:  {"LocalAddr", 0, Pure | Remat, AuxSlot, nil, 0, 0, nil},
	OpClosurePtr: {"ClosurePtr", 0, 0, AuxNone, nil, 0, 0, nil},
	OpGetG:       {"GetG", 0, Effect, AuxNone, nil, 1, 0, nil}, // a goroutine may change threads but never its g; on the system stack it may
	OpCallerPC:   {"CallerPC", 0, Pure, AuxNone, nil, Fixed, 0, nil},
	OpCallerSP:   {"CallerSP", 0, Pure | Remat, AuxNone, nil, Fixed, 0, nil},
	OpSP:         {"SP", 0, Effect, AuxNone, nil, Fixed, 0, nil},
	OpPhi:        {"Phi", -1, Derives, AuxNone, alike, 0, 0, nil},
	OpCopy:       {"Copy", 1, Pure | Derives, AuxNone, alike, 0, 0, nil},

	OpAdd:    {"Add", 2, Pure | Commutative, AuxNone, alike, 1, 0, nil},
	OpSub:    {"Sub", 2, Pure, AuxNone, alike, 1, 0, nil},
	OpMul:    {"Mul", 2, Pure | Commutative, AuxNone, alike, 1, 0, nil},
	OpNeg:    {"Neg", 1, Pure, AuxNone, alike, 1, 0, nil},
	OpDiv:    {"Div", 2, Pure | CanPanic, AuxNone, alike, 1, 0, nil}, // pure, but not to be hoisted over the check of its divisor
	OpDivU:   {"DivU", 2, Pure | CanPanic, AuxNone, alike, 1, 0, nil},
	OpMod:    {"Mod", 2, Pure | CanPanic, AuxNone, alike, 1, 0, nil},
	OpModU:   {"ModU", 2, Pure | CanPanic, AuxNone, alike, 1, 0, nil},
	OpMulHi:  {"MulHi", 2, Pure | Commutative, AuxNone, alike, 1, 0, nil},
	OpMulHiU: {"MulHiU", 2, Pure | Commutative, AuxNone, alike, 1, 0, nil},
	OpAnd:    {"And", 2, Pure | Commutative, AuxNone, alike, 1, 0, nil},
	OpOr:     {"Or", 2, Pure | Commutative, AuxNone, alike, 1, 0, nil},
	OpXor:    {"Xor", 2, Pure | Commutative, AuxNone, alike, 1, 0, nil},
	OpNot:    {"Not", 1, Pure, AuxNone, alike, 1, 0, nil},
	OpShl:    {"Shl", 2, Pure, AuxIntOnly, first, 1, 0, nil},
	OpShr:    {"Shr", 2, Pure, AuxIntOnly, first, 1, 0, nil},
	OpSar:    {"Sar", 2, Pure, AuxIntOnly, first, 1, 0, nil},
	OpRotL:   {"RotL", 2, Pure, AuxNone, first, 1, 0, nil},

	OpCtz:    {"Ctz", 1, Pure, AuxNone, nil, 1, 0, nil},
	OpBitLen: {"BitLen", 1, Pure, AuxNone, nil, 1, 0, nil},
	OpPopCnt: {"PopCnt", 1, Pure, AuxNone, nil, 1, 0, nil},
	OpBswap:  {"Bswap", 1, Pure, AuxNone, nil, 1, 0, nil},

	OpAddCarry:  {"AddCarry", 3, Pure, AuxNone, nil, 1, 0, nil},
	OpSubBorrow: {"SubBorrow", 3, Pure, AuxNone, nil, 1, 0, nil},
	OpMulWideU:  {"MulWideU", 2, Pure | Commutative, AuxNone, nil, 1, 0, nil},
	OpDivWideU:  {"DivWideU", 3, Pure | CanPanic, AuxNone, nil, 1, 0, nil},

	OpSqrt:      {"Sqrt", 1, Pure, AuxNone, nil, 1, 0, nil},
	OpAbs:       {"Abs", 1, Pure, AuxNone, nil, 1, 0, nil},
	OpCopySign:  {"CopySign", 2, Pure, AuxNone, nil, 1, 0, nil},
	OpFloor:     {"Floor", 1, Pure, AuxNone, nil, 1, 0, nil},
	OpCeil:      {"Ceil", 1, Pure, AuxNone, nil, 1, 0, nil},
	OpTruncF:    {"TruncF", 1, Pure, AuxNone, nil, 1, 0, nil},
	OpRoundEven: {"RoundEven", 1, Pure, AuxNone, nil, 1, 0, nil},
	OpFMA:       {"FMA", 3, Pure, AuxNone, nil, 1, 0, nil},
	OpMinF:      {"MinF", 2, Pure, AuxNone, nil, 1, 0, nil},
	OpMaxF:      {"MaxF", 2, Pure, AuxNone, nil, 1, 0, nil},

	OpAddPtr: {"AddPtr", 2, Pure | Derives, AuxNone, address, 1, 0, nil},
	OpOffPtr: {"OffPtr", 1, Pure | Derives, AuxIntOnly, address, 0, 0, nil},

	OpEq:  {"Eq", 2, Pure | Commutative, AuxNone, comparison, 1, 2, nil},
	OpNe:  {"Ne", 2, Pure | Commutative, AuxNone, comparison, 1, 2, nil},
	OpLt:  {"Lt", 2, Pure, AuxNone, comparison, 1, 0, nil},
	OpLe:  {"Le", 2, Pure, AuxNone, comparison, 1, 0, nil},
	OpLtU: {"LtU", 2, Pure, AuxNone, comparison, 1, 0, nil},
	OpLeU: {"LeU", 2, Pure, AuxNone, comparison, 1, 0, nil},

	OpSignExt:    {"SignExt", 1, Pure, AuxNone, wider, 1, 0, nil},
	OpZeroExt:    {"ZeroExt", 1, Pure, AuxNone, wider, 1, 0, nil},
	OpTrunc:      {"Trunc", 1, Pure, AuxNone, narrower, 1, 0, nil},
	OpIntToFloat: {"IntToFloat", 1, Pure, AuxNone, nil, 1, 0, nil},
	OpFloatToInt: {"FloatToInt", 1, Pure, AuxNone, nil, 1, 0, nil},
	OpFloatCvt:   {"FloatCvt", 1, Pure, AuxNone, nil, 1, 0, nil},
	OpBitcast:    {"Bitcast", 1, Pure, AuxNone, nil, 1, 0, nil},
	OpPtrToInt:   {"PtrToInt", 1, Effect, AuxNone, nil, 1, 0, nil}, // not to be moved over calls: the stack it points into may move
	OpIntToPtr:   {"IntToPtr", 1, Effect, AuxIntOnly, nil, 1, 0, nil},

	OpSelect: {"Select", 3, Pure | Derives, AuxNone, choice, 1, 0, nil},
	OpResult: {"Result", 1, Pure | Derives, AuxIntOnly, component, 0, 0, nil}, // of a call it stays right behind it

	OpLoad:     {"Load", 1, Reads, AuxIntOnly, address, 1, 1, []MemAccess{reads(0, sizeOfResult)}},
	OpStore:    {"Store", 2, Writes, AuxIntOnly, address, 1, 1, []MemAccess{writes(0, sizeOfValue)}},
	OpMove:     {"Move", 2, Reads | Writes, AuxType, address, 1, 2, []MemAccess{writes(0, sizeInAux), reads(1, sizeInAux)}},
	OpZero:     {"Zero", 1, Writes, AuxType, address, 1, 1, []MemAccess{writes(0, sizeInAux)}},
	OpMemCopy:  {"MemCopy", 3, CallOp | Reads | Writes, AuxNone, nil, 6, 2, []MemAccess{writes(0, sizeUnknown), reads(1, sizeUnknown)}},
	OpMemClear: {"MemClear", 2, CallOp | Writes, AuxNone, nil, 6, 1, []MemAccess{writes(0, sizeUnknown)}},
	OpAlloc:    {"Alloc", 0, Effect, AuxAlloc, nil, 6, 0, nil},

	OpNilCheck: {"NilCheck", 1, CanPanic | Derives, AuxNone, address, 0, 0, nil},
	OpBounds:   {"Bounds", 2, CanPanic, AuxIntOnly, index, 1, 0, nil},
	OpCheck:    {"Check", 1, CanPanic, AuxText, nil, 1, 0, nil},

	OpCall:        {"Call", -1, CallOp | Reads | Writes | CanPanic, AuxCall, nil, 1, 0, nil},
	OpClosureCall: {"ClosureCall", -1, CallOp | Reads | Writes | CanPanic, AuxCall, nil, 1, 0, nil},
	OpInterCall:   {"InterCall", -1, CallOp | Reads | Writes | CanPanic, AuxCall, nil, 1, 0, nil},

	OpAtomicLoad:  {"AtomicLoad", 1, Reads | Effect | Orders, AuxIntOnly, nil, 1, 1, nil},
	OpAtomicStore: {"AtomicStore", 2, Writes | Effect | Orders, AuxIntOnly, nil, 1, 1, nil},
	OpAtomicXchg:  {"AtomicXchg", 2, Reads | Writes | Effect | Orders, AuxIntOnly, nil, 1, 1, nil},
	OpAtomicAdd:   {"AtomicAdd", 2, Reads | Writes | Effect | Orders, AuxIntOnly, nil, 1, 1, nil},
	OpAtomicCAS:   {"AtomicCAS", 3, Reads | Writes | Effect | Orders, AuxIntOnly, nil, 1, 1, nil},
	OpAtomicAnd:   {"AtomicAnd", 2, Reads | Writes | Effect | Orders, AuxIntOnly, nil, 1, 1, nil},
	OpAtomicOr:    {"AtomicOr", 2, Reads | Writes | Effect | Orders, AuxIntOnly, nil, 1, 1, nil},

	OpKeepAlive:       {"KeepAlive", 1, Effect, AuxNone, nil, 1, 1, nil},
	OpVarDef:          {"VarDef", 0, Effect, AuxSlot, nil, 0, 0, nil},
	OpWB:              {"WB", 0, Reads | Effect | Orders, AuxNone, nil, 1, 0, nil},
	OpWBPtr:           {"WBPtr", 2, Effect | Reads | Writes | Orders, AuxNone, nil, 1, 2, nil},
	OpPrefetch:        {"Prefetch", 1, Effect, AuxIntOnly, nil, 1, 1, nil},
	OpRace:            {"Race", 1, Effect, AuxIntOnly, nil, 0, 1, nil}, // made calls of before instructions are selected
	OpNop:             {"Nop", 0, Effect, AuxNone, nil, 0, 0, nil},
	OpUnsafePointMark: {"UnsafePointMark", 0, Effect | Orders, AuxIntOnly, nil, Fixed, 0, nil},
	OpPublish:         {"Publish", 1, Effect, AuxNone, nil, 1, 1, nil},
	OpCtrlGroup:       {"CtrlGroup", -1, Pure, AuxIntOnly, nil, 1, 0, nil},
	OpMemEqConst:      {"MemEqConst", 2, Reads, AuxIntOnly, nil, 1, 2, []MemAccess{reads(0, sizeInAux), reads(1, sizeInAux)}},
	OpGetCPUFlag:      {"GetCPUFlag", 0, Reads, AuxText, nil, 1, 0, nil},
}

// Info returns the description of op; machine ops have none here.
func (op Op) Info() *OpInfo {
	if int(op) < len(OpTable) {
		return &OpTable[op]
	}
	return &OpTable[OpInvalid]
}

func (op Op) String() string { return op.Info().Name }

// Has tells whether op has any of the flags.
func (op Op) Has(f OpFlags) bool { return op.Info().Flags&f != 0 }

// IsCall tells whether op is one of the three calls that carry a *Call.
func (op Op) IsCall() bool { return op == OpCall || op == OpClosureCall || op == OpInterCall }
