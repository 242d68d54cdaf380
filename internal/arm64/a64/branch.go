package a64

import "errors"

// Formats of branches, conditions and the system.

func cond(a *Operand) (uint32, bool) { return uint32(a.Imm), a.Kind == Condition }

// csel: CSEL cond, Rn, Rm, Rd.
func csel(e *encoder, in *Inst, b uint32) (uint32, error) {
	c, ok := cond(&in.Args[0])
	if in.NArgs != 4 || !ok || !regs(&in.Args[1], &in.Args[2], &in.Args[3]) {
		return 0, errOperands
	}
	return b | c<<12 | in.Args[2].Reg.num()<<16 | in.Args[1].Reg.num()<<5 | in.Args[3].Reg.num(), nil
}

// cinc: CINC cond, Rn, Rd, which is CSINC of Rn twice with the opposite condition.
func cinc(e *encoder, in *Inst, b uint32) (uint32, error) {
	c, ok := cond(&in.Args[0])
	if in.NArgs != 3 || !ok || !regs(&in.Args[1], &in.Args[2]) {
		return 0, errOperands
	}
	n := in.Args[1].Reg.num()
	return b | (c^1)<<12 | n<<16 | n<<5 | in.Args[2].Reg.num(), nil
}

// cset: CSET cond, Rd.
func cset(e *encoder, in *Inst, b uint32) (uint32, error) {
	c, ok := cond(&in.Args[0])
	if in.NArgs != 2 || !ok || !regs(&in.Args[1]) {
		return 0, errOperands
	}
	return b&^0xf000 | (c^1)<<12 | in.Args[1].Reg.num(), nil
}

// ccmp: CCMP cond, Rn, (Rm or $imm5), $flags.
func ccmp(e *encoder, in *Inst, b uint32) (uint32, error) {
	c, ok := cond(&in.Args[0])
	if in.NArgs != 4 || !ok || !regs(&in.Args[1]) || in.Args[3].Kind != Immediate || uint64(in.Args[3].Imm) > 15 {
		return 0, errOperands
	}
	b |= c<<12 | in.Args[1].Reg.num()<<5 | uint32(in.Args[3].Imm)
	switch m := &in.Args[2]; {
	case regs(m):
		return b | m.Reg.num()<<16, nil
	case m.Kind == Immediate && uint64(m.Imm) < 32:
		return b | 0x800 | uint32(m.Imm)<<16, nil
	}
	return 0, errOperands
}

var errFar = errors.New("branch too far")

// distance is the field of a branch to a, counted in instructions, with n bits.
func (e *encoder) distance(a *Operand, n int) (uint32, error) {
	if a.Kind != Branch {
		return 0, errOperands
	}
	d := (e.pc[a.Target] - e.at) / 4
	if d < -1<<(n-1) || d >= 1<<(n-1) {
		return 0, errFar
	}
	return uint32(d) & (1<<n - 1), nil
}

// branch: B and BL to an instruction or symbol, or through a register.
func branch(e *encoder, in *Inst, b uint32) (uint32, error) {
	if in.NArgs != 1 {
		return 0, errOperands
	}
	a := &in.Args[0]
	switch {
	case a.Kind == Branch && a.Sym != "":
		e.reloc(Call26, a.Sym, a.Imm)
		return b, nil
	case a.Kind == Branch:
		d, err := e.distance(a, 26)
		return b | d, err
	case a.Kind == Memory && a.Reg2 == NoReg && a.Imm == 0 && a.Sym == "", a.Kind == Register:
		if is64(b) {
			return 0xd63f0000 | a.Reg.num()<<5, nil
		}
		return 0xd61f0000 | a.Reg.num()<<5, nil
	}
	return 0, errOperands
}

// ret: RET, through LR unless a register is named.
func ret(e *encoder, in *Inst, b uint32) (uint32, error) {
	r := LR
	if in.NArgs > 0 {
		if a := &in.Args[0]; in.NArgs > 1 || !regs(a) && !plain(a) {
			return 0, errOperands
		}
		r = in.Args[0].Reg
	}
	return b | r.num()<<5, nil
}

func bcond(e *encoder, in *Inst, b uint32) (uint32, error) {
	if in.NArgs != 1 {
		return 0, errOperands
	}
	if a := &in.Args[0]; a.Sym != "" {
		e.reloc(Near19, a.Sym, a.Imm)
		return 0x54000000 | b, nil
	}
	d, err := e.distance(&in.Args[0], 19)
	return 0x54000000 | b | d<<5, err
}

// cbz: CBZ Rt, label.
func cbz(e *encoder, in *Inst, b uint32) (uint32, error) {
	if in.NArgs != 2 || !regs(&in.Args[0]) {
		return 0, errOperands
	}
	d, err := e.distance(&in.Args[1], 19)
	return b | d<<5 | in.Args[0].Reg.num(), err
}

// tbz: TBZ $bit, Rt, label.
func tbz(e *encoder, in *Inst, b uint32) (uint32, error) {
	if in.NArgs != 3 || in.Args[0].Kind != Immediate || uint64(in.Args[0].Imm) > 63 || !regs(&in.Args[1]) {
		return 0, errOperands
	}
	d, err := e.distance(&in.Args[2], 14)
	n := uint32(in.Args[0].Imm)
	return b | n>>5<<31 | n&31<<19 | d<<5 | in.Args[1].Reg.num(), err
}

// trap: SVC, BRK with a number.
func trap(e *encoder, in *Inst, b uint32) (uint32, error) {
	if in.NArgs == 0 {
		return b, nil
	}
	if in.NArgs != 1 || in.Args[0].Kind != Immediate || uint64(in.Args[0].Imm) > 0xffff {
		return 0, errOperands
	}
	return b | uint32(in.Args[0].Imm)<<5, nil
}

// barrier: DMB $option.
func barrier(e *encoder, in *Inst, b uint32) (uint32, error) {
	if in.NArgs != 1 || in.Args[0].Kind != Immediate || uint64(in.Args[0].Imm) > 15 {
		return 0, errOperands
	}
	return b&^0xf00 | uint32(in.Args[0].Imm)<<8, nil
}

func hint(e *encoder, in *Inst, b uint32) (uint32, error) {
	if in.NArgs != 1 || in.Args[0].Kind != Immediate || uint64(in.Args[0].Imm) > 127 {
		return 0, errOperands
	}
	return b | uint32(in.Args[0].Imm)<<5, nil
}

func none(e *encoder, in *Inst, b uint32) (uint32, error) {
	if in.NArgs != 0 {
		return 0, errOperands
	}
	return b, nil
}

// mrs: MRS sysreg, Rt. msr: MSR Rt, sysreg, or MSR $imm, field.
func mrs(e *encoder, in *Inst, b uint32) (uint32, error) {
	if in.NArgs != 2 || in.Args[0].Kind != System || !regs(&in.Args[1]) {
		return 0, errOperands
	}
	return b&^0x1fffe0 | 0xd5300000&b | uint32(in.Args[0].Imm) | in.Args[1].Reg.num(), nil
}

func msr(e *encoder, in *Inst, b uint32) (uint32, error) {
	if in.NArgs != 2 || in.Args[1].Kind != System {
		return 0, errOperands
	}
	if a := &in.Args[0]; a.Kind == Immediate && a.Imm == 0 {
		return b | uint32(in.Args[1].Imm) | ZR.num(), nil
	} else if a.Kind == Immediate {
		f, ok := sysFields[uint32(in.Args[1].Imm)]
		if !ok || uint64(a.Imm) > 15 {
			return 0, errOperands
		}
		return f | uint32(a.Imm)<<8, nil
	}
	return b | uint32(in.Args[1].Imm) | in.Args[0].Reg.num(), nil
}

// SysRegs are system registers by name, as MRS has them.
var (
	SysRegs = map[string]uint32{
		"NZCV": 0x1b4200, "FPCR": 0x1b4400, "FPSR": 0x1b4420, "TPIDR_EL0": 0x1bd040, "CNTVCT_EL0": 0x1be040, "CNTFRQ_EL0": 0x1be000,
		"DCZID_EL0": 0x1b00e0, "CTR_EL0": 0x1b0020, "MIDR_EL1": 0x180000, "DIT": 0x1b42a0,
		"ID_AA64ISAR0_EL1": 0x180600, "ID_AA64ISAR1_EL1": 0x180620, "ID_AA64PFR0_EL1": 0x180400, "ID_AA64PFR1_EL1": 0x180420, "ID_AA64ZFR0_EL1": 0x180480,
		"ID_AA64MMFR0_EL1": 0x180700,
	}

	// sysFields are the instructions that set them by an immediate.
	sysFields = map[uint32]uint32{0x1b42a0: 0xd503405f}
)

// prefetch: PRFM (Rn), op.
func prefetch(e *encoder, in *Inst, b uint32) (uint32, error) {
	m := &in.Args[0]
	if in.NArgs != 2 || m.Kind != Memory || m.Reg2 != NoReg || m.Imm < 0 || m.Imm&7 != 0 || m.Imm > 8*4095 || in.Args[1].Kind != Immediate {
		return 0, errOperands
	}
	return b | uint32(m.Imm/8)<<10 | m.Reg.num()<<5 | uint32(in.Args[1].Imm), nil
}

func word(e *encoder, in *Inst, b uint32) (uint32, error) {
	if in.NArgs != 1 || in.Args[0].Kind != Immediate || in.Args[0].Imm>>32 != 0 && in.Args[0].Imm>>31 != -1 {
		return 0, errOperands
	}
	return uint32(in.Args[0].Imm), nil
}

func align(e *encoder, in *Inst, b uint32) (uint32, error) { return 0, errOperands }
func label(e *encoder, in *Inst, b uint32) (uint32, error) { return 0, errOperands }
