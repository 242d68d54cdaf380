package codegen

import (
	"strata/internal/abi"
	"strata/internal/ssa"
)

// CompType is the type of a scalar component.
func CompType(c *abi.Component) ssa.Type {
	switch c.Class {
	case abi.Ptr:
		return ssa.Ptr
	case abi.Float:
		if c.Size == 4 {
			return ssa.F32
		}
		return ssa.F64
	}
	return ssa.IntType(c.Size)
}

// SlotMem is the memory of a slot.
func SlotMem(s *ssa.Slot) Mem {
	switch s.Area {
	case ssa.OutgoingArea:
		return Mem{Place: InOut, Base: -1, Index: -1, Disp: s.Off}
	case ssa.ResultArea:
		return Mem{Place: InArgs, Base: -1, Index: -1, Disp: s.Off}
	}
	return Mem{Place: InSlot, Base: -1, Index: -1, Slot: s}
}

// StandsIn tells whether a is the address of a slot that is the place at off of an argument area.
func StandsIn(a *ssa.Value, p Place, off int64) bool {
	if a.Op != ssa.OpLocalAddr {
		return false
	}
	area := ssa.OutgoingArea
	if p == InArgs {
		area = ssa.ResultArea
	}
	s := a.Aux.(*ssa.Slot)
	return s.Area == area && s.Off+a.AuxInt == off
}

// Chunks cuts n bytes into moves of 16, 8, 4, 2 and 1 bytes; the last one may
// overlap the one before. Multiples of 8 are cut at multiples of 8, so that no
// pointer is ever torn.
func Chunks(n int64, each func(off, size int64)) {
	size := int64(16)
	for size > n {
		size /= 2
	}
	off := int64(0)
	for ; n-off >= size && n > 0; off += size {
		each(off, size)
	}
	for rest := n - off; rest > 0; rest = n - off {
		part := int64(1)
		for part*2 <= rest {
			part *= 2
		}
		if part != rest && size >= 4 {
			// One overlapping move of the next power of two instead of several small ones.
			each(n-2*part, 2*part)
			return
		}
		each(off, part)
		off += part
	}
}

// RuntimeName completes the name of a runtime function.
func RuntimeName(fn string) string {
	for i := range fn {
		if fn[i] == '.' {
			return fn
		}
	}
	return "runtime." + fn
}
