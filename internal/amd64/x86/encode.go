package x86

import (
	"encoding/binary"
	"fmt"
	"math"
)

// encoder accumulates the code of one function.
type encoder struct {
	code    []byte
	relocs  []Reloc
	byteAX  bool // a byte operation on AX has an immediate operand
	shortAX bool // encode those as if it were spelled AL
}

// classify returns the properties of an operand that forms ask for.
func classify(a *Operand) operand {
	switch a.Kind {
	case Register:
		if a.Reg < numRegs {
			return regTable[a.Reg].class
		}
	case Memory:
		return classifyMem(&a.Mem)
	case Immediate:
		if a.Wide {
			return isS32
		}
		return classifyImm(a.Imm)
	case SymImm:
		return isAddr
	case Branch:
		return isTarget
	case RegList:
		c := regTable[a.Reg].class
		if c&isZ != 0 {
			return isListZ | c&isHigh
		}
		return isListX | c&isHigh
	}
	return 0
}

func classifyMem(m *Mem) operand {
	if m.Index == NoReg || m.Index <= R15 {
		return isMem
	}
	c := regTable[m.Index].class
	switch {
	case c&isX != 0:
		return isVMX | c&isHigh
	case c&isY != 0:
		return isVMY | c&isHigh
	case c&isZ != 0:
		return isVMZ | c&isHigh
	}
	return isMem
}

func classifyImm(v int64) operand {
	switch {
	case v == 0:
		return is0
	case v == 1:
		return is1
	case v < -128 || v > 255:
		switch {
		case v == int64(int32(v)):
			return isS32
		case v>>32 == 0:
			return isU32
		}
		return isI64
	case v < 0:
		return isI8
	case v <= 3:
		return isU2
	case v <= 127:
		return isU7
	}
	return isU8
}

// find returns the first form of in's Op that takes its operands, and whether
// EVEX is needed. The last but one operand is a mask when masked is set.
func (e *encoder) find(in *Inst) (f *form, evex, masked bool) {
	if in.Op == invalidOp || in.Op >= numOps {
		return nil, false, false
	}
	var cls [len(in.Args)]operand
	n := int(in.NArgs)
	var high operand
	for i := 0; i < n; i++ {
		cls[i] = classify(&in.Args[i])
		high |= cls[i] & isHigh
		if e.shortAX && cls[i]&isAX != 0 {
			cls[i] |= isAL
		}
	}
	list := forms[opForms[in.Op]:opForms[in.Op+1]]
next:
	for i := range list {
		f := &list[i]
		nargs, masked := n, false
		if int(f.n) != n {
			if f.flags&fMask == 0 || int(f.n) != n-1 || cls[n-2]&isMask == 0 {
				continue
			}
			nargs, masked = n-1, true
		}
		var vec operand
		for j := 0; j < nargs; j++ {
			c := cls[j]
			if masked && j == nargs-1 {
				c = cls[n-1]
			}
			if c&classSet[f.args[j]] == 0 {
				continue next
			}
			vec |= c
		}
		evex := masked || in.Suffix != 0 || high != 0 || vec&(isZ|isVMZ) != 0 || f.enc == encEVEX
		if evex && f.enc != encEVEX && f.enc != encVEXEVEX {
			continue
		}
		if f.flags&fLVec != 0 && !lengthsAgree(f, &cls, n, masked) {
			continue
		}
		return f, evex, masked
	}
	return nil, false, false
}

// lengthsAgree checks the vector operands of a form whose length they choose.
func lengthsAgree(f *form, cls *[6]operand, n int, masked bool) bool {
	length := -1
	for pass := 0; pass < 2; pass++ {
		for j := 0; j < int(f.n); j++ {
			c := cls[j]
			if masked && j == int(f.n)-1 {
				c = cls[n-1]
			}
			shrink := vecShrink[f.args[j]]
			if shrink == 0 || c&isMem != 0 {
				continue
			}
			l := vecLevel(c)
			if shrink == 1 { // full length
				if l == 0 && f.flags&fNoX != 0 {
					return false
				}
				if length >= 0 && l != length {
					return false
				}
				length = l
			} else if pass == 1 && length >= 0 && l != max(length-int(shrink)+1, 0) {
				return false
			}
		}
	}
	return true
}

// vecShrink is 1 for operands of full vector length, 2 for half, 3 and 4.
var vecShrink = [numClasses]uint8{cV: 1, cVM: 1, cH: 2, cHM: 2, cQ: 3, cQM: 3, cE: 4, cEM: 4}

func vecLevel(c operand) int {
	switch {
	case c&isZ != 0:
		return 2
	case c&isY != 0:
		return 1
	}
	return 0
}

// inst appends the code of one instruction that is not a branch.
func (e *encoder) inst(in *Inst) error {
	f, evex, masked := e.find(in)
	if f == nil {
		return fmt.Errorf("no encoding for %v", in)
	}
	var p parts
	if masked {
		p.mask = regTable[in.Args[in.NArgs-2].Reg].hw
	}
	for i := 0; i < int(f.n); i++ {
		a := &in.Args[i]
		if masked && i == int(f.n)-1 {
			a = &in.Args[i+1]
		}
		p.put(f.slots[i], a)
	}
	switch f.enc {
	case encLegacy:
		return e.legacy(in, f, &p)
	case encData:
		return e.data(in, f)
	case encBranch:
		return fmt.Errorf("branch out of place: %v", in)
	}
	return e.vector(in, f, &p, evex, masked)
}

// parts are the operands of an instruction by their place in the encoding.
type parts struct {
	reg, vvvv, is4, mask uint8
	opc                  uint8
	rm                   *Operand // register or memory
	imm                  *Operand
}

func (p *parts) put(s slot, a *Operand) {
	switch s {
	case sReg:
		p.reg = regTable[a.Reg].hw
	case sRM:
		p.rm = a
	case sVvvv:
		p.vvvv = regTable[a.Reg].hw
	case sOpc:
		p.opc = regTable[a.Reg].hw
		p.rm = a
	case sImm:
		p.imm = a
	case sIs4:
		p.is4 = regTable[a.Reg].hw
	case sMask:
		p.mask = regTable[a.Reg].hw
	case sBoth:
		p.reg = regTable[a.Reg].hw
		p.rm = a
	}
}

// rmBits returns the high bits (as REX.B and REX.X, unshifted) of the rm operand.
func (p *parts) rmBits() (b, x uint8) {
	if p.rm == nil {
		return 0, 0
	}
	if p.rm.Kind != Memory {
		hw := regTable[p.rm.Reg].hw
		return hw >> 3 & 1, hw >> 4 & 1
	}
	m := &p.rm.Mem
	if m.Base <= R15 {
		b = uint8(m.Base) >> 3
	}
	if m.Index != NoReg {
		x = regTable[m.Index].hw >> 3 & 1
	}
	return b, x
}

const (
	rexBase = 0x40
	rexW    = 8
	rexR    = 4
	rexX    = 2
	rexB    = 1
)

// legacy encodes everything that has neither VEX nor EVEX.
func (e *encoder) legacy(in *Inst, f *form, p *parts) error {
	e.segment(p.rm)
	if f.flags&fO16 != 0 {
		e.code = append(e.code, 0x66)
	}
	if f.pp != 0 {
		e.code = append(e.code, f.pp)
	}
	b, x := p.rmBits()
	rex := p.reg>>3&1*rexR | x*rexX | b*rexB
	if f.flags&fREXW != 0 {
		rex |= rexW
	}
	if f.flags&fBytes8 != 0 {
		if byteRegs(in, f) {
			rex |= rexBase
		}
		if f.imm == imm8 && p.rm != nil && p.rm.Kind == Register && p.rm.Reg == AX {
			e.byteAX = true
		}
		if rex != 0 && usesHigh8(in) {
			return fmt.Errorf("%v: a high byte register cannot be combined with these operands", in)
		}
	}
	if rex != 0 {
		e.code = append(e.code, rexBase|rex)
	}
	switch f.omap {
	case 1:
		e.code = append(e.code, 0x0F)
	case 2:
		e.code = append(e.code, 0x0F, 0x38)
	case 3:
		e.code = append(e.code, 0x0F, 0x3A)
	}
	e.code = append(e.code, f.opc|p.opc&7)
	return e.tail(in, f, p, 0)
}

// segment emits the prefix of a memory operand with a segment base.
func (e *encoder) segment(rm *Operand) {
	if rm == nil || rm.Kind != Memory {
		return
	}
	for _, r := range [2]Reg{rm.Mem.Base, rm.Mem.Index} {
		switch r {
		case FS, TLS:
			e.code = append(e.code, 0x64)
		case GS:
			e.code = append(e.code, 0x65)
		}
	}
}

// byteRegs reports whether a byte operand is one of SP, BP, SI, DI, which mean
// SPL..DIL only under a REX prefix.
func byteRegs(in *Inst, f *form) bool {
	for i := 0; i < int(f.n); i++ {
		a := &in.Args[i]
		if a.Kind == Register && (f.args[i] == cR8 || f.args[i] == cRM8) && a.Reg >= SP && a.Reg <= DI {
			return true
		}
	}
	return false
}

func usesHigh8(in *Inst) bool {
	for i := 0; i < int(in.NArgs); i++ {
		if in.Args[i].Kind == Register && in.Args[i].Reg >= AH && in.Args[i].Reg <= BH {
			return true
		}
	}
	return false
}

// tail emits ModRM, SIB, displacement and immediate.
func (e *encoder) tail(in *Inst, f *form, p *parts, disp8 int64) error {
	nimm := immSize[f.imm]
	if f.flags&fModRM != 0 {
		reg := p.reg & 7
		switch {
		case f.flags&fFixed != 0:
			e.code = append(e.code, f.digit)
		case p.rm == nil:
			e.code = append(e.code, 0xC0|f.digit<<3|reg)
		default:
			if f.digit != 0 {
				reg = f.digit
			}
			if p.rm.Kind != Memory {
				e.code = append(e.code, 0xC0|reg<<3|regTable[p.rm.Reg].hw&7)
			} else if err := e.mem(&p.rm.Mem, reg, disp8, nimm); err != nil {
				return fmt.Errorf("%v: %w", in, err)
			}
		}
	}
	if f.imm == immNone {
		return nil
	}
	if p.imm == nil { // the byte holds only a register
		e.code = append(e.code, p.is4<<4)
		return nil
	}
	v := p.imm.Imm
	if p.imm.Kind == SymImm {
		e.reloc(Abs32, p.imm.Mem.Sym, p.imm.Mem.Disp)
		v = 0
	}
	switch f.imm {
	case imm8:
		e.code = append(e.code, byte(v)|p.is4<<4)
	case imm16:
		e.code = binary.LittleEndian.AppendUint16(e.code, uint16(v))
	case imm32:
		e.code = binary.LittleEndian.AppendUint32(e.code, uint32(v))
	case imm64:
		e.code = binary.LittleEndian.AppendUint64(e.code, uint64(v))
	}
	return nil
}

var immSize = [...]int{immNone: 0, imm8: 1, imm16: 2, imm32: 4, imm64: 8}

func (e *encoder) reloc(kind RelocKind, sym string, add int64) {
	size := uint8(4)
	if kind == Abs64 {
		size = 8
	}
	e.relocs = append(e.relocs, Reloc{Off: int32(len(e.code)), Size: size, Kind: kind, Sym: sym, Add: add})
}

// mem emits ModRM, SIB and displacement of a memory operand. disp8 is the EVEX
// scale of a one-byte displacement (0: not scaled), nimm the size of what follows.
func (e *encoder) mem(m *Mem, reg uint8, disp8 int64, nimm int) error {
	reg <<= 3
	if m.Disp != int64(int32(m.Disp)) && m.Disp>>32 != 0 {
		return fmt.Errorf("displacement %#x does not fit in 32 bits", m.Disp)
	}
	disp := int32(m.Disp)
	if m.Sym != "" && m.Base != NoReg {
		return fmt.Errorf("symbol %s with a base register", m.Sym)
	}
	if m.Sym != "" && m.Index == NoReg {
		e.code = append(e.code, 0x05|reg)
		e.reloc(PCRel32, m.Sym, m.Disp-4-int64(nimm))
		e.disp32(0)
		return nil
	}
	index := uint8(4)
	if m.Index != NoReg && m.Index != FS && m.Index != GS {
		if m.Index == SP || m.Index > R15 && !m.Index.IsVector() {
			return fmt.Errorf("%v cannot be an index register", m.Index)
		}
		index = regTable[m.Index].hw & 7
	}
	scale, ok := scaleBits(m.Scale)
	if !ok && index != 4 {
		return fmt.Errorf("bad scale %d", m.Scale)
	}
	hasIndex := m.Index != NoReg && m.Index != FS && m.Index != GS
	if !hasIndex {
		scale = 0
	}
	switch m.Base {
	case NoReg, FS, GS:
		e.code = append(e.code, 0x04|reg, scale<<6|index<<3|5)
		if m.Sym != "" { // no form is relative to the instruction and has an index
			e.reloc(Abs32, m.Sym, m.Disp)
			disp = 0
		}
		e.disp32(disp)
		return nil
	case TLS:
		e.code = append(e.code, 0x04|reg, 0x25)
		e.reloc(TLSOff32, "", m.Disp)
		e.disp32(0)
		return nil
	case PC:
		e.code = append(e.code, 0x05|reg)
		e.disp32(disp)
		return nil
	}
	if m.Base > R15 {
		return fmt.Errorf("%v cannot be a base register", m.Base)
	}
	base := uint8(m.Base) & 7
	mod, size := dispMode(disp, base, disp8)
	if hasIndex || base == 4 {
		e.code = append(e.code, mod<<6|reg|4, scale<<6|index<<3|base)
	} else {
		e.code = append(e.code, mod<<6|reg|base)
	}
	switch size {
	case 1:
		if disp8 > 1 {
			disp /= int32(disp8)
		}
		e.code = append(e.code, byte(disp))
	case 4:
		e.disp32(disp)
	}
	return nil
}

// dispMode chooses ModRM.mod and the size of the displacement.
func dispMode(disp int32, base uint8, disp8 int64) (mod uint8, size int) {
	if disp == 0 && base != 5 {
		return 0, 0
	}
	d := disp
	if disp8 > 1 {
		if disp%int32(disp8) != 0 {
			return 2, 4
		}
		d = disp / int32(disp8)
	}
	if d >= math.MinInt8 && d <= math.MaxInt8 {
		return 1, 1
	}
	return 2, 4
}

func scaleBits(s uint8) (uint8, bool) {
	switch s {
	case 0, 1:
		return 0, true
	case 2:
		return 1, true
	case 4:
		return 2, true
	case 8:
		return 3, true
	}
	return 0, false
}

func (e *encoder) disp32(v int32) {
	e.code = binary.LittleEndian.AppendUint32(e.code, uint32(v))
}

// data emits BYTE, WORD, LONG, QUAD; pseudo-instructions have size 0.
func (e *encoder) data(in *Inst, f *form) error {
	if f.digit == 0 {
		return nil
	}
	a := &in.Args[0]
	v := uint64(a.Imm)
	if a.Kind == SymImm {
		kind := Abs64
		if f.digit == 4 {
			kind = Abs32
		}
		e.reloc(kind, a.Mem.Sym, a.Mem.Disp)
		v = 0
	}
	for i := uint8(0); i < f.digit; i++ {
		e.code = append(e.code, byte(v))
		v >>= 8
	}
	return nil
}
