package codegen

import "strata/internal/ssa"

// AtMost bounds the unsigned number v from above by the ops that it is made of.
func AtMost(v *ssa.Value, depth int) uint64 {
	width := ^uint64(0) >> (64 - v.Type.Bits())
	if depth == 0 {
		return width
	}
	switch v.Op {
	case ssa.OpConst:
		return uint64(v.AuxInt) & width
	case ssa.OpZeroExt, ssa.OpCopy:
		return AtMost(v.Args[0], depth-1)
	case ssa.OpTrunc:
		return min(width, AtMost(v.Args[0], depth-1))
	case ssa.OpAnd:
		return min(AtMost(v.Args[0], depth-1), AtMost(v.Args[1], depth-1))
	case ssa.OpShr:
		if c := v.Args[1]; c.Op == ssa.OpConst && c.AuxInt >= 0 && c.AuxInt < 64 {
			return AtMost(v.Args[0], depth-1) >> c.AuxInt
		}
	case ssa.OpModU:
		if c := v.Args[1]; c.Op == ssa.OpConst && c.AuxInt > 0 {
			return min(width, uint64(c.AuxInt)-1)
		}
	case ssa.OpDivU:
		if c := v.Args[1]; c.Op == ssa.OpConst && c.AuxInt > 0 {
			return AtMost(v.Args[0], depth-1) / uint64(c.AuxInt)
		}
	case ssa.OpSelect:
		return max(AtMost(v.Args[1], depth-1), AtMost(v.Args[2], depth-1))
	}
	return width
}
