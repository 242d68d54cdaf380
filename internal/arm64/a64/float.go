package a64

import "math"

// Formats of floating point.

func floats(list ...*Operand) bool {
	for _, a := range list {
		if a.Kind != Register || !a.Reg.IsFloat() {
			return false
		}
	}
	return true
}

func fthree(e *encoder, in *Inst, b uint32) (uint32, error) {
	m, n, d, ok := threeArgs(in)
	if !ok || !floats(m, n, d) {
		return 0, errOperands
	}
	return b | m.Reg.num()<<16 | n.Reg.num()<<5 | d.Reg.num(), nil
}

// ffour: FMADDD Fm, Fa, Fn, Fd.
func ffour(e *encoder, in *Inst, b uint32) (uint32, error) {
	if in.NArgs != 4 || !floats(&in.Args[0], &in.Args[1], &in.Args[2], &in.Args[3]) {
		return 0, errOperands
	}
	return b | in.Args[0].Reg.num()<<16 | in.Args[1].Reg.num()<<10 | in.Args[2].Reg.num()<<5 | in.Args[3].Reg.num(), nil
}

// ftwo: one source; conversions have a general register on one side.
func ftwo(e *encoder, in *Inst, b uint32) (uint32, error) {
	if in.NArgs != 2 || in.Args[0].Kind != Register || in.Args[1].Kind != Register {
		return 0, errOperands
	}
	n, d := in.Args[0].Reg, in.Args[1].Reg
	// Conversions from integers and to integers have a general register on one side.
	fromInt, toInt := b&0x3e0000 == 0x220000 && b&0x7c00 == 0, b&0x3e0000 == 0x380000
	if n.IsFloat() == fromInt || d.IsFloat() == toInt {
		return 0, errOperands
	}
	return b | n.num()<<5 | d.num(), nil
}

// fcmp: FCMPD Fm, Fn or FCMPD $(0.0), Fn.
func fcmp(e *encoder, in *Inst, b uint32) (uint32, error) {
	if in.NArgs != 2 || !floats(&in.Args[1]) {
		return 0, errOperands
	}
	m := &in.Args[0]
	if m.Kind == Float && m.Imm == 0 {
		return b | 8 | in.Args[1].Reg.num()<<5, nil
	}
	if !floats(m) {
		return 0, errOperands
	}
	return b | m.Reg.num()<<16 | in.Args[1].Reg.num()<<5, nil
}

// fcsel: FCSELD cond, Fn, Fm, Fd.
func fcsel(e *encoder, in *Inst, b uint32) (uint32, error) {
	c, ok := cond(&in.Args[0])
	if in.NArgs != 4 || !ok || !floats(&in.Args[1], &in.Args[2], &in.Args[3]) {
		return 0, errOperands
	}
	return b | c<<12 | in.Args[2].Reg.num()<<16 | in.Args[1].Reg.num()<<5 | in.Args[3].Reg.num(), nil
}

// fccmp: FCCMPD cond, Fm, Fn, $flags.
func fccmp(e *encoder, in *Inst, b uint32) (uint32, error) {
	c, ok := cond(&in.Args[0])
	if in.NArgs != 4 || !ok || !floats(&in.Args[1], &in.Args[2]) || in.Args[3].Kind != Immediate {
		return 0, errOperands
	}
	return b | c<<12 | in.Args[1].Reg.num()<<16 | in.Args[2].Reg.num()<<5 | uint32(in.Args[3].Imm&15), nil
}

// FloatImm encodes a float64 as the 8 bits of FMOV's immediate.
func FloatImm(bits uint64) (uint8, bool) {
	f := math.Float64frombits(bits)
	if f == 0 || bits&(1<<48-1) != 0 {
		return 0, false
	}
	exp := int(bits>>52&0x7ff) - 1023
	if exp < -3 || exp > 4 {
		return 0, false
	}
	e := uint64(exp - 1)
	if exp < 1 {
		e = 4 | uint64(exp+3)
	}
	return uint8(bits>>63<<7 | e<<4 | bits>>48&0xf), true
}
