package arm64

import "strata/internal/ssa"

// lowerings says how each op becomes instructions. Ops that are missing are
// made at their uses (see atUse) or are other names of their argument (see root).
var lowerings [ssa.FirstMachineOp]lowering

func init() {
	// Filled here because lowerings refer to each other through the table.
	lowerings = [ssa.FirstMachineOp]lowering{
		ssa.OpArg:        lowerArg,
		ssa.OpClosurePtr: lowerClosurePtr,
		ssa.OpGetG:       lowerGetG,
		ssa.OpCallerPC:   lowerCallerPC,
		ssa.OpSP:         lowerSP,

		ssa.OpAdd:    lowerAdd,
		ssa.OpSub:    lowerSub,
		ssa.OpMul:    lowerMul,
		ssa.OpNeg:    lowerNeg,
		ssa.OpNot:    lowerNot,
		ssa.OpAnd:    logic(&opAND),
		ssa.OpOr:     logic(&opORR),
		ssa.OpXor:    logic(&opEOR),
		ssa.OpDiv:    lowerDiv,
		ssa.OpDivU:   lowerDiv,
		ssa.OpMod:    lowerDiv,
		ssa.OpModU:   lowerDiv,
		ssa.OpMulHi:  lowerMulHi,
		ssa.OpMulHiU: lowerMulHi,
		ssa.OpShl:    lowerShl,
		ssa.OpShr:    lowerShr,
		ssa.OpSar:    lowerSar,
		ssa.OpRotL:   lowerRotL,

		ssa.OpCtz:    lowerCtz,
		ssa.OpBitLen: lowerBitLen,
		ssa.OpPopCnt: lowerPopCnt,
		ssa.OpBswap:  lowerBswap,

		ssa.OpAddCarry:  lowerCarry,
		ssa.OpSubBorrow: lowerCarry,
		ssa.OpMulWideU:  lowerMulWideU,

		ssa.OpSqrt:      lowerSqrt,
		ssa.OpAbs:       lowerAbs,
		ssa.OpCopySign:  lowerCopySign,
		ssa.OpFloor:     lowerRound,
		ssa.OpCeil:      lowerRound,
		ssa.OpTruncF:    lowerRound,
		ssa.OpRoundEven: lowerRound,
		ssa.OpFMA:       lowerFMA,
		ssa.OpMinF:      lowerMinMax,
		ssa.OpMaxF:      lowerMinMax,

		ssa.OpAddPtr: lowerAddPtr,
		ssa.OpOffPtr: lowerOffPtr,

		ssa.OpEq:  lowerCompare,
		ssa.OpNe:  lowerCompare,
		ssa.OpLt:  lowerCompare,
		ssa.OpLe:  lowerCompare,
		ssa.OpLtU: lowerCompare,
		ssa.OpLeU: lowerCompare,

		ssa.OpSignExt:    lowerSignExt,
		ssa.OpZeroExt:    lowerZeroExt,
		ssa.OpIntToFloat: convert(intToFloat),
		ssa.OpFloatToInt: convert(floatToInt),
		ssa.OpFloatCvt:   lowerFloatCvt,
		ssa.OpBitcast:    lowerBitcast,
		ssa.OpPtrToInt:   lowerMoveReg,
		ssa.OpIntToPtr:   lowerMoveReg,

		ssa.OpSelect: lowerSelect,

		ssa.OpLoad:     lowerLoad,
		ssa.OpStore:    lowerStore,
		ssa.OpMove:     lowerMove,
		ssa.OpZero:     lowerZero,
		ssa.OpMemCopy:  lowerMemCopy,
		ssa.OpMemClear: lowerMemClear,

		ssa.OpNilCheck: lowerNilCheck,
		ssa.OpBounds:   lowerBounds,
		ssa.OpCheck:    lowerCheck,

		ssa.OpCall:        lowerCall,
		ssa.OpClosureCall: lowerCall,
		ssa.OpInterCall:   lowerCall,

		ssa.OpAtomicLoad:  lowerAtomicLoad,
		ssa.OpAtomicStore: lowerAtomicStore,
		ssa.OpAtomicXchg:  lowerAtomicRMW(nil),
		ssa.OpAtomicAdd:   lowerAtomicRMW(&opADD),
		ssa.OpAtomicCAS:   lowerAtomicCAS,
		ssa.OpAtomicAnd:   lowerAtomicRMW(&opAND),
		ssa.OpAtomicOr:    lowerAtomicRMW(&opORR),

		ssa.OpKeepAlive:       lowerKeepAlive,
		ssa.OpVarDef:          lowerNothing,
		ssa.OpWB:              lowerBarrierFlag,
		ssa.OpWBPtr:           lowerWBPtr,
		ssa.OpPrefetch:        lowerPrefetch,
		ssa.OpNop:             lowerNop,
		ssa.OpUnsafePointMark: lowerUnsafeMark,
		ssa.OpPublish:         lowerPublish,
		ssa.OpMemEqConst:      lowerMemEqConst,
	}
}

func lowerNothing(s *selector, v *ssa.Value) {}
