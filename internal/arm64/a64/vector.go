package a64

// Formats of vectors.

// arrangement is what an arrangement puts into an instruction: Q, the size of elements, elements of an immediate.
type arrangement struct{ q, size uint32 }

var arrangements = [...]arrangement{
	B8: {0, 0}, B16: {1, 0}, H4: {0, 1}, H8: {1, 1}, S2: {0, 2}, S4: {1, 2}, D1: {0, 3}, D2: {1, 3}, Q1: {0, 0},
	ArrB: {0, 0}, ArrH: {0, 1}, ArrS: {0, 2}, ArrD: {0, 3},
}

func vectors(list ...*Operand) bool {
	for _, a := range list {
		if a.Kind != Vector || a.Arr != list[0].Arr {
			return false
		}
	}
	return true
}

func (a *Operand) shape() uint32 {
	s := arrangements[a.Arr]
	return s.q<<30 | s.size<<22
}

func vthree(e *encoder, in *Inst, b uint32) (uint32, error) {
	m, n, d, ok := threeArgs(in)
	if ok && m.Kind == Register && floats(m, n, d) && (b == 0x0e208400 || b == 0x2e208400) {
		return b | 0x50c00000 | m.Reg.num()<<16 | n.Reg.num()<<5 | d.Reg.num(), nil // of D registers
	}
	if !ok || !vectors(m, n, d) {
		return 0, errOperands
	}
	return b | m.shape() | m.Reg.num()<<16 | n.Reg.num()<<5 | d.Reg.num(), nil
}

func vpermute(e *encoder, in *Inst, b uint32) (uint32, error) { return vthree(e, in, b) }

// vlogic works on bytes.
func vlogic(e *encoder, in *Inst, b uint32) (uint32, error) {
	m, n, d, ok := threeArgs(in)
	if !ok || !vectors(m, n, d) || m.Arr != B8 && m.Arr != B16 {
		return 0, errOperands
	}
	return b | arrangements[m.Arr].q<<30 | m.Reg.num()<<16 | n.Reg.num()<<5 | d.Reg.num(), nil
}

// vtwo: one source; VUADDLV and VADDV have a scalar result.
func vtwo(e *encoder, in *Inst, b uint32) (uint32, error) {
	n, d := &in.Args[0], &in.Args[1]
	if in.NArgs != 2 || n.Kind != Vector || d.Kind != Vector && d.Kind != Register {
		return 0, errOperands
	}
	return b | n.shape() | n.Reg.num()<<5 | d.Reg.num(), nil
}

// vshift: VSHL $n, Vn, Vd.
func vshift(e *encoder, in *Inst, b uint32) (uint32, error) {
	m, n, d := &in.Args[0], &in.Args[1], &in.Args[2]
	if in.NArgs != 3 || m.Kind != Immediate || !vectors(n, d) {
		return 0, errOperands
	}
	a := arrangements[n.Arr]
	width := int64(8) << a.size
	c := m.Imm
	left := b&0xf000 == 0x5000
	if c < 0 || c > width || left && c == width || !left && c == 0 {
		return 0, errOperands
	}
	immh := uint32(2*width - c)
	if left {
		immh = uint32(width + c)
	}
	return b | a.q<<30 | immh<<16 | n.Reg.num()<<5 | d.Reg.num(), nil
}

// imm5 names an element.
func imm5(arr Arr, idx int8) uint32 {
	s := arrangements[arr].size
	return (uint32(idx)<<1 | 1) << s
}

// vdup: VDUP Vn[i], Vd or VDUP Rn, Vd.
func vdup(e *encoder, in *Inst, b uint32) (uint32, error) {
	n, d := &in.Args[0], &in.Args[1]
	if in.NArgs != 2 {
		return 0, errOperands
	}
	switch {
	case n.Kind == Element && d.Kind == Vector:
		return b | arrangements[d.Arr].q<<30 | imm5(n.Arr, n.Idx)<<16 | n.Reg.num()<<5 | d.Reg.num(), nil
	case n.Kind == Element && d.Kind == Register:
		return b | 0x50000000 | imm5(n.Arr, n.Idx)<<16 | n.Reg.num()<<5 | d.Reg.num(), nil
	case regs(n) && d.Kind == Vector:
		a := arrangements[d.Arr]
		return b | 0x800 | a.q<<30 | 1<<a.size<<16 | n.Reg.num()<<5 | d.Reg.num(), nil
	}
	return 0, errOperands
}

// vmov: between vectors, elements and general registers.
func vmov(e *encoder, in *Inst, b uint32) (uint32, error) {
	n, d := &in.Args[0], &in.Args[1]
	if in.NArgs != 2 {
		return 0, errOperands
	}
	nd := n.Reg.num()<<5 | d.Reg.num()
	switch {
	case n.Kind == Vector && d.Kind == Vector && n.Arr == d.Arr:
		return b | arrangements[n.Arr].q<<30 | n.Reg.num()<<16 | nd, nil
	case n.Kind == Element && regs(d):
		q := uint32(0)
		if n.Arr == ArrD {
			q = 1
		}
		return 0x0e003c00 | q<<30 | imm5(n.Arr, n.Idx)<<16 | nd, nil
	case regs(n) && d.Kind == Element:
		return 0x4e001c00 | imm5(d.Arr, d.Idx)<<16 | nd, nil
	case n.Kind == Element && d.Kind == Element && n.Arr == d.Arr:
		return 0x6e000400 | imm5(d.Arr, d.Idx)<<16 | uint32(n.Idx)<<arrangements[n.Arr].size<<11 | nd, nil
	case n.Kind == Element && d.Kind == Register, regs(n) && d.Kind == Vector:
		return vdup(e, in, rows[VDUP].bits)
	}
	return 0, errOperands
}

// vmovi: VMOVI $imm8, Vd of bytes.
func vmovi(e *encoder, in *Inst, b uint32) (uint32, error) {
	m, d := &in.Args[0], &in.Args[1]
	if in.NArgs != 2 || m.Kind != Immediate || uint64(m.Imm) > 255 || d.Kind != Vector || d.Arr != B8 && d.Arr != B16 {
		return 0, errOperands
	}
	v := uint32(m.Imm)
	return b | 0xe000 | arrangements[d.Arr].q<<30 | v>>5<<16 | v&31<<5 | d.Reg.num(), nil
}

// vext: VEXT $n, Vm, Vn, Vd.
func vext(e *encoder, in *Inst, b uint32) (uint32, error) {
	i, m, n, d := &in.Args[0], &in.Args[1], &in.Args[2], &in.Args[3]
	if in.NArgs != 4 || i.Kind != Immediate || uint64(i.Imm) > 15 || !vectors(m, n, d) {
		return 0, errOperands
	}
	return b | arrangements[m.Arr].q<<30 | m.Reg.num()<<16 | uint32(i.Imm)<<11 | n.Reg.num()<<5 | d.Reg.num(), nil
}

// vtbl: VTBL Vm, [Vn...], Vd.
func vtbl(e *encoder, in *Inst, b uint32) (uint32, error) {
	m, n, d := &in.Args[0], &in.Args[1], &in.Args[2]
	if in.NArgs != 3 || n.Kind != List || !vectors(m, d) {
		return 0, errOperands
	}
	return b | arrangements[d.Arr].q<<30 | m.Reg.num()<<16 | uint32(n.N-1)<<13 | n.Reg.num()<<5 | d.Reg.num(), nil
}

// listOps are the opcodes of loads of 1 to 4 registers.
var listOps = [...]uint32{1: 0x7000, 2: 0xa000, 3: 0x6000, 4: 0x2000}

// vload: VLD1 (Rn), [V...] and VST1 [V...], (Rn).
func vload(e *encoder, in *Inst, b uint32) (uint32, error) {
	m, l := &in.Args[0], &in.Args[1]
	if b&0x400000 == 0 {
		m, l = l, m
	}
	if in.NArgs != 2 || m.Kind != Memory {
		return 0, errOperands
	}
	if l.Kind == ElemList {
		return vloadLane(m, l, b)
	}
	if l.Kind != List || l.N < 1 || l.N > 4 {
		return 0, errOperands
	}
	a := arrangements[l.Arr]
	b |= a.q<<30 | a.size<<10 | listOps[l.N] | m.Reg.num()<<5 | l.Reg.num()
	return postIndex(m, b, int64(l.N)*8<<a.q)
}

// postIndex adds the change of the base register behind an access of n bytes.
func postIndex(m *Operand, b uint32, n int64) (uint32, error) {
	switch {
	case m.Mode == Offset && m.Reg2 == NoReg && m.Imm == 0:
		return b, nil
	case m.Mode == Post && m.Reg2 != NoReg:
		return b | 0x00800000 | m.Reg2.num()<<16, nil
	case m.Mode == Post && (m.Imm == n || m.Imm == 0):
		return b | 0x009f0000, nil
	}
	return 0, errOperands
}

func vloadLane(m, l *Operand, b uint32) (uint32, error) {
	a := arrangements[l.Arr]
	b = b&0x400000 | 0x0d000000 | m.Reg.num()<<5 | l.Reg.num()
	i := uint32(l.Idx)
	switch a.size {
	case 0:
		b |= i>>3<<30 | i&7<<10
	case 1:
		b |= 0x4000 | i>>2<<30 | i&3<<11
	case 2:
		b |= 0x8000 | i>>1<<30 | i&1<<12
	case 3:
		b |= 0x8400 | i<<30
	}
	return postIndex(m, b, 1<<a.size)
}

// vloadr: VLD1R (Rn), [V]: one element into all places.
func vloadr(e *encoder, in *Inst, b uint32) (uint32, error) {
	m, l := &in.Args[0], &in.Args[1]
	want := uint8(1)
	if b&0x200000 != 0 {
		want = 4
	}
	if in.NArgs != 2 || m.Kind != Memory || l.Kind != List || l.N != want {
		return 0, errOperands
	}
	a := arrangements[l.Arr]
	return postIndex(m, b|a.q<<30|a.size<<10|m.Reg.num()<<5|l.Reg.num(), int64(want)<<a.size)
}

func vcrypto(e *encoder, in *Inst, b uint32) (uint32, error) {
	n, d := &in.Args[0], &in.Args[1]
	if in.NArgs != 2 || !vectors(n, d) || n.Arr != B16 {
		return 0, errOperands
	}
	return b | n.Reg.num()<<5 | d.Reg.num(), nil
}
