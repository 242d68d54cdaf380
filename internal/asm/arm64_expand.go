package asm

import (
	"math"
	"strings"

	"strata/internal/arm64"
	"strata/internal/arm64/a64"
)

// statement emits one statement.
func (b *armBody) statement(at pos, s *armStmt) {
	if s.op == a64.RET {
		b.ret(at, s)
		return
	}
	in := a64.Inst{Op: s.op, NArgs: uint8(s.nargs)}
	sym, addr := -1, -1 // operands that are memory at a symbol, an address
	for i := range s.args[:s.nargs] {
		a := &s.args[i]
		in.Args[i] = b.operand(at, s, a)
		if a.pseudo == pseudoSB && in.Args[i].Kind == a64.Memory {
			sym = i
		}
		if a.addr && in.Args[i].Kind == a64.Memory {
			addr = i
		}
	}
	if addr >= 0 {
		b.address(at, s, &in, addr)
		return
	}
	if s.op == a64.SVC && s.nargs == 0 {
		in.NArgs, in.Args[0] = 1, a64.I(0)
	}
	if sym >= 0 {
		b.symbolic(at, &in, sym)
		return
	}
	b.expand(at, in)
	b.moves(spChange(&in))
}

// spChange is by how much an instruction that names SP lowers it.
func spChange(in *a64.Inst) int32 {
	switch last := in.Args[max(in.NArgs, 1)-1]; {
	case (in.Op == a64.ADD || in.Op == a64.SUB) && last.Kind == a64.Register && last.Reg == a64.SP && in.Args[0].Kind == a64.Immediate:
		if in.NArgs == 3 && in.Args[1].Reg != a64.SP {
			return 0
		}
		if in.Op == a64.SUB {
			return int32(in.Args[0].Imm)
		}
		return -int32(in.Args[0].Imm)
	}
	for i := range in.Args[:in.NArgs] {
		if m := &in.Args[i]; m.Kind == a64.Memory && m.Mode != a64.Offset && m.Reg == a64.SP {
			return -int32(m.Imm)
		}
	}
	return 0
}

// operand resolves pseudo-registers, labels and symbols.
func (b *armBody) operand(at pos, s *armStmt, a *armArg) a64.Operand {
	op := a.op
	switch {
	case a.label != "":
		target, ok := b.f.labels[a.label]
		if !ok {
			b.f.errorf(at, "undefined label %s", a.label)
		}
		return a64.To(target)
	case a.rel:
		return a64.To(int32(len(b.index)-1) + int32(op.Imm))
	case a.pseudo == pseudoFP:
		op.Imm += int64(b.frame) + 8
	case a.pseudo == pseudoSP:
		op.Imm += int64(b.frame - b.extra)
	case a.pseudo == pseudoSB && !a.addr && branches(s.op.String()):
		t := a64.CallSym(b.f.p.funcName(a.sym))
		t.Imm = op.Imm
		return t
	case a.pseudo == pseudoSB:
		op.Sym = b.f.p.reference(a.sym)
	}
	return op
}

// address is MOVD $sym(SB), R or MOVD $off(R), R.
func (b *armBody) address(at pos, s *armStmt, in *a64.Inst, i int) {
	m, d := in.Args[i], in.Args[1]
	if i != 0 || in.Op != a64.MOVD || in.NArgs != 2 || d.Kind != a64.Register || m.Reg2 != a64.NoReg {
		b.f.errorf(at, "%v: an address can only be moved to a register", in.Op)
		return
	}
	if m.Sym == "" {
		b.expand(at, a64.New(a64.ADD, a64.I(m.Imm), a64.R(m.Reg), d))
		return
	}
	b.emit(at, a64.ADRP, a64.Addr(m.Sym, m.Imm), d)
	b.emit(at, a64.ADD, a64.Low(m.Sym, m.Imm), d, d)
}

// symbolic is an access to the memory at a symbol, whose page goes through the register for that.
func (b *armBody) symbolic(at pos, in *a64.Inst, i int) {
	m := in.Args[i]
	b.emit(at, a64.ADRP, a64.Addr(m.Sym, m.Imm), a64.R(armTmp))
	if in.Args[1-min(i, 1)].Kind == a64.Pair {
		b.emit(at, a64.ADD, a64.Low(m.Sym, m.Imm), a64.R(armTmp), a64.R(armTmp))
		in.Args[i] = a64.M(armTmp, 0)
		b.add(at, *in)
		return
	}
	in.Args[i] = a64.LowMem(armTmp, m.Sym, m.Imm)
	b.add(at, *in)
}

// expand emits an instruction, or those that do what it cannot: load constants, add large ones, reach far.
func (b *armBody) expand(at pos, in a64.Inst) {
	from := &in.Args[0]
	switch {
	case in.NArgs == 2 && from.Kind == a64.Immediate && arm64.IsMove(in.Op) && in.Args[1].Kind == a64.Register && !in.Args[1].Reg.IsFloat():
		for _, x := range arm64.LoadConst(in.Op, from.Imm, in.Args[1].Reg) {
			b.add(at, x)
		}
		return
	case from.Kind == a64.Float && (in.Op == a64.FMOVD || in.Op == a64.FMOVS):
		b.float(at, in)
		return
	}
	if _, err := a64.Encode(plainTarget(in)); err == nil {
		b.add(at, in)
		return
	}
	if from.Kind == a64.Immediate && from.Imm == 0 && from.Sym == "" {
		x := in
		x.Args[0] = a64.R(a64.ZR)
		if _, err := a64.Encode(&x); err == nil {
			b.add(at, x)
			return
		}
	}
	if from.Kind == a64.Immediate && from.Sym == "" && b.largeConst(at, in) {
		return
	}
	for i := range in.Args[:in.NArgs] {
		if m := &in.Args[i]; m.Kind == a64.Memory && m.Reg2 == a64.NoReg && m.Mode == a64.Offset && m.Imm != 0 {
			b.far(at, in, i)
			return
		}
	}
	b.add(at, in) // the encoder says what is wrong
}

// plainTarget is in, leading nowhere, for the question whether it has an encoding.
func plainTarget(in a64.Inst) *a64.Inst {
	for i := range in.Args {
		if in.Args[i].Kind == a64.Branch {
			in.Args[i].Target = 0
		}
	}
	return &in
}

// largeConst puts a constant that the instruction cannot hold into the register for that, or adds in two steps.
func (b *armBody) largeConst(at pos, in a64.Inst) bool {
	v := in.Args[0].Imm
	switch in.Op {
	case a64.ADD, a64.SUB, a64.ADDW, a64.SUBW:
		if v > 0 && v < 1<<24 && in.NArgs >= 2 {
			n, d := in.Args[in.NArgs-2], in.Args[in.NArgs-1]
			if in.NArgs == 2 {
				n = d
			}
			b.emit(at, in.Op, a64.I(v&0xfff), n, d)
			b.emit(at, in.Op, a64.I(v&^0xfff), d, d)
			return true
		}
	}
	x := in
	x.Args[0] = a64.R(armTmp)
	if _, err := a64.Encode(&x); err != nil {
		return false
	}
	move := a64.MOVD
	if strings.HasSuffix(in.Op.String(), "W") {
		move = a64.MOVW
	}
	for _, c := range arm64.LoadConst(move, v, armTmp) {
		b.add(at, c)
	}
	b.add(at, x)
	return true
}

// far is an access whose displacement does not fit: what is above it is added first.
func (b *armBody) far(at pos, in a64.Inst, i int) {
	m := in.Args[i]
	try := func(low int64) bool {
		high := m.Imm - low
		x := in
		x.Args[i].Reg, x.Args[i].Imm = armTmp, low
		add := a64.New(a64.ADD, a64.I(high), a64.R(m.Reg), a64.R(armTmp))
		if _, err := a64.Encode(&add); err != nil {
			return false
		}
		if _, err := a64.Encode(&x); err != nil {
			return false
		}
		b.add(at, add)
		b.add(at, x)
		return true
	}
	if m.Imm > 0 && try(m.Imm&0xfff) || try(0) {
		return
	}
	for _, c := range arm64.LoadConst(a64.MOVD, m.Imm, armTmp) {
		b.add(at, c)
	}
	in.Args[i] = a64.MX(m.Reg, armTmp, 0)
	b.add(at, in)
}

// float moves a floating-point constant: zero, one that the instruction holds, or one from memory.
func (b *armBody) float(at pos, in a64.Inst) {
	bits := uint64(in.Args[0].Imm)
	if in.Op == a64.FMOVS {
		bits = math.Float64bits(float64(float32(math.Float64frombits(bits))))
	}
	if bits == 0 {
		in.Args[0] = a64.R(a64.ZR)
		b.add(at, in)
		return
	}
	if f, ok := a64.FloatImm(bits); ok && f > 0 { // Go's assembler takes 0, which is 2.0, for none
		in.Args[0].Imm = int64(bits)
		b.add(at, in)
		return
	}
	sym := b.f.p.constant(bits, 8)
	if in.Op == a64.FMOVS {
		sym = b.f.p.constant(uint64(math.Float32bits(float32(math.Float64frombits(bits)))), 4)
	}
	in.Args[0] = a64.M(a64.SP, 0)
	in.Args[0].Sym = sym.name
	b.symbolic(at, &in, 0)
}
