package a64

// Formats of cryptography: vectors whose arrangement the instruction fixes.

func vectorRegs(list ...*Operand) bool {
	for _, a := range list {
		if !a.Reg.IsFloat() || a.Kind != Vector && a.Kind != Register {
			return false
		}
	}
	return true
}

func vraw2(e *encoder, in *Inst, b uint32) (uint32, error) {
	n, d := &in.Args[0], &in.Args[1]
	if in.NArgs != 2 || !vectorRegs(n, d) {
		return 0, errOperands
	}
	return b | n.Reg.num()<<5 | d.Reg.num(), nil
}

func vraw3(e *encoder, in *Inst, b uint32) (uint32, error) {
	m, n, d := &in.Args[0], &in.Args[1], &in.Args[2]
	if in.NArgs != 3 || !vectorRegs(m, n, d) {
		return 0, errOperands
	}
	return b | m.Reg.num()<<16 | n.Reg.num()<<5 | d.Reg.num(), nil
}

// vraw4: VEOR3 Va, Vm, Vn, Vd.
func vraw4(e *encoder, in *Inst, b uint32) (uint32, error) {
	a, m, n, d := &in.Args[0], &in.Args[1], &in.Args[2], &in.Args[3]
	if in.NArgs != 4 || !vectorRegs(a, m, n, d) {
		return 0, errOperands
	}
	return b | m.Reg.num()<<16 | a.Reg.num()<<10 | n.Reg.num()<<5 | d.Reg.num(), nil
}

// vxar: VXAR $n, Vm, Vn, Vd.
func vxar(e *encoder, in *Inst, b uint32) (uint32, error) {
	i, m, n, d := &in.Args[0], &in.Args[1], &in.Args[2], &in.Args[3]
	if in.NArgs != 4 || i.Kind != Immediate || uint64(i.Imm) > 63 || !vectorRegs(m, n, d) {
		return 0, errOperands
	}
	return b | m.Reg.num()<<16 | uint32(i.Imm)<<10 | n.Reg.num()<<5 | d.Reg.num(), nil
}

// vpmull: VPMULL Vm, Vn, Vd, whose size is that of the sources.
func vpmull(e *encoder, in *Inst, b uint32) (uint32, error) {
	m, n, d := &in.Args[0], &in.Args[1], &in.Args[2]
	if in.NArgs != 3 || m.Kind != Vector || n.Kind != Vector || d.Kind != Vector || m.Arr != n.Arr {
		return 0, errOperands
	}
	return b | arrangements[m.Arr].size<<22 | m.Reg.num()<<16 | n.Reg.num()<<5 | d.Reg.num(), nil
}
