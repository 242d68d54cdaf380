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

// OpTable describes every op.
var OpTable = [...]OpInfo{
	OpInvalid:    {"Invalid", -1, 0, AuxNone},
	OpConst:      {"Const", 0, Pure | Remat, AuxIntOnly},
	OpConstF:     {"ConstF", 0, Pure, AuxFloatBits},
	OpArg:        {"Arg", 0, 0, AuxIntOnly},
	OpArgAddr:    {"ArgAddr", 0, Pure | Remat, AuxIntOnly},
	OpGlobalAddr: {"GlobalAddr", 0, Pure | Remat, AuxSym},
	OpFuncAddr:   {"FuncAddr", 0, Pure | Remat, AuxSym},
	OpLocalAddr:  {"LocalAddr", 0, Pure | Remat, AuxSlot},
	OpClosurePtr: {"ClosurePtr", 0, 0, AuxNone},
	OpGetG:       {"GetG", 0, Effect, AuxNone}, // a goroutine may change threads but never its g; on the system stack it may
	OpCallerPC:   {"CallerPC", 0, Pure, AuxNone},
	OpCallerSP:   {"CallerSP", 0, Pure | Remat, AuxNone},
	OpSP:         {"SP", 0, Effect, AuxNone},
	OpPhi:        {"Phi", -1, 0, AuxNone},
	OpCopy:       {"Copy", 1, Pure, AuxNone},

	OpAdd:    {"Add", 2, Pure | Commutative, AuxNone},
	OpSub:    {"Sub", 2, Pure, AuxNone},
	OpMul:    {"Mul", 2, Pure | Commutative, AuxNone},
	OpNeg:    {"Neg", 1, Pure, AuxNone},
	OpDiv:    {"Div", 2, Pure | CanPanic, AuxNone}, // pure, but not to be hoisted over the check of its divisor
	OpDivU:   {"DivU", 2, Pure | CanPanic, AuxNone},
	OpMod:    {"Mod", 2, Pure | CanPanic, AuxNone},
	OpModU:   {"ModU", 2, Pure | CanPanic, AuxNone},
	OpMulHi:  {"MulHi", 2, Pure | Commutative, AuxNone},
	OpMulHiU: {"MulHiU", 2, Pure | Commutative, AuxNone},
	OpAnd:    {"And", 2, Pure | Commutative, AuxNone},
	OpOr:     {"Or", 2, Pure | Commutative, AuxNone},
	OpXor:    {"Xor", 2, Pure | Commutative, AuxNone},
	OpNot:    {"Not", 1, Pure, AuxNone},
	OpShl:    {"Shl", 2, Pure, AuxIntOnly},
	OpShr:    {"Shr", 2, Pure, AuxIntOnly},
	OpSar:    {"Sar", 2, Pure, AuxIntOnly},
	OpRotL:   {"RotL", 2, Pure, AuxNone},

	OpCtz:    {"Ctz", 1, Pure, AuxNone},
	OpBitLen: {"BitLen", 1, Pure, AuxNone},
	OpPopCnt: {"PopCnt", 1, Pure, AuxNone},
	OpBswap:  {"Bswap", 1, Pure, AuxNone},

	OpAddCarry:  {"AddCarry", 3, Pure, AuxNone},
	OpSubBorrow: {"SubBorrow", 3, Pure, AuxNone},
	OpMulWideU:  {"MulWideU", 2, Pure | Commutative, AuxNone},
	OpDivWideU:  {"DivWideU", 3, Pure | CanPanic, AuxNone},

	OpSqrt:      {"Sqrt", 1, Pure, AuxNone},
	OpAbs:       {"Abs", 1, Pure, AuxNone},
	OpCopySign:  {"CopySign", 2, Pure, AuxNone},
	OpFloor:     {"Floor", 1, Pure, AuxNone},
	OpCeil:      {"Ceil", 1, Pure, AuxNone},
	OpTruncF:    {"TruncF", 1, Pure, AuxNone},
	OpRoundEven: {"RoundEven", 1, Pure, AuxNone},
	OpFMA:       {"FMA", 3, Pure, AuxNone},
	OpMinF:      {"MinF", 2, Pure, AuxNone},
	OpMaxF:      {"MaxF", 2, Pure, AuxNone},

	OpAddPtr: {"AddPtr", 2, Pure, AuxNone},
	OpOffPtr: {"OffPtr", 1, Pure, AuxIntOnly},

	OpEq:  {"Eq", 2, Pure | Commutative, AuxNone},
	OpNe:  {"Ne", 2, Pure | Commutative, AuxNone},
	OpLt:  {"Lt", 2, Pure, AuxNone},
	OpLe:  {"Le", 2, Pure, AuxNone},
	OpLtU: {"LtU", 2, Pure, AuxNone},
	OpLeU: {"LeU", 2, Pure, AuxNone},

	OpSignExt:    {"SignExt", 1, Pure, AuxNone},
	OpZeroExt:    {"ZeroExt", 1, Pure, AuxNone},
	OpTrunc:      {"Trunc", 1, Pure, AuxNone},
	OpIntToFloat: {"IntToFloat", 1, Pure, AuxNone},
	OpFloatToInt: {"FloatToInt", 1, Pure, AuxNone},
	OpFloatCvt:   {"FloatCvt", 1, Pure, AuxNone},
	OpBitcast:    {"Bitcast", 1, Pure, AuxNone},
	OpPtrToInt:   {"PtrToInt", 1, Effect, AuxNone}, // not to be moved over calls: the stack it points into may move
	OpIntToPtr:   {"IntToPtr", 1, Effect, AuxIntOnly},

	OpSelect: {"Select", 3, Pure, AuxNone},
	OpResult: {"Result", 1, Pure, AuxIntOnly}, // of a call it stays right behind it

	OpLoad:     {"Load", 1, Reads, AuxIntOnly},
	OpStore:    {"Store", 2, Writes, AuxIntOnly},
	OpMove:     {"Move", 2, Reads | Writes, AuxType},
	OpZero:     {"Zero", 1, Writes, AuxType},
	OpMemCopy:  {"MemCopy", 3, CallOp | Reads | Writes, AuxNone},
	OpMemClear: {"MemClear", 2, CallOp | Writes, AuxNone},
	OpAlloc:    {"Alloc", 0, Effect, AuxAlloc},

	OpNilCheck: {"NilCheck", 1, CanPanic, AuxNone},
	OpBounds:   {"Bounds", 2, CanPanic, AuxIntOnly},
	OpCheck:    {"Check", 1, CanPanic, AuxText},

	OpCall:        {"Call", -1, CallOp | Reads | Writes | CanPanic, AuxCall},
	OpClosureCall: {"ClosureCall", -1, CallOp | Reads | Writes | CanPanic, AuxCall},
	OpInterCall:   {"InterCall", -1, CallOp | Reads | Writes | CanPanic, AuxCall},

	OpAtomicLoad:  {"AtomicLoad", 1, Reads | Effect, AuxIntOnly},
	OpAtomicStore: {"AtomicStore", 2, Writes | Effect, AuxIntOnly},
	OpAtomicXchg:  {"AtomicXchg", 2, Reads | Writes | Effect, AuxIntOnly},
	OpAtomicAdd:   {"AtomicAdd", 2, Reads | Writes | Effect, AuxIntOnly},
	OpAtomicCAS:   {"AtomicCAS", 3, Reads | Writes | Effect, AuxIntOnly},
	OpAtomicAnd:   {"AtomicAnd", 2, Reads | Writes | Effect, AuxIntOnly},
	OpAtomicOr:    {"AtomicOr", 2, Reads | Writes | Effect, AuxIntOnly},

	OpKeepAlive:       {"KeepAlive", 1, Effect, AuxNone},
	OpVarDef:          {"VarDef", 0, Effect, AuxSlot},
	OpWB:              {"WB", 0, Reads | Effect, AuxNone},
	OpWBPtr:           {"WBPtr", 2, Effect | Reads | Writes, AuxNone},
	OpPrefetch:        {"Prefetch", 1, Effect, AuxIntOnly},
	OpNop:             {"Nop", 0, Effect, AuxNone},
	OpUnsafePointMark: {"UnsafePointMark", 0, Effect, AuxIntOnly},
	OpPublish:         {"Publish", 1, Effect, AuxNone},
	OpCtrlGroup:       {"CtrlGroup", -1, Pure, AuxIntOnly},
	OpMemEqConst:      {"MemEqConst", 2, Reads, AuxIntOnly},
	OpGetCPUFlag:      {"GetCPUFlag", 0, Reads, AuxText},
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
