package arm64

import "strata/internal/arm64/a64"

// IsMove tells whether an instruction moves an integer of 8 or fewer bytes.
func IsMove(op a64.Op) bool {
	switch op {
	case a64.MOVB, a64.MOVBU, a64.MOVH, a64.MOVHU, a64.MOVW, a64.MOVWU, a64.MOVD:
		return true
	}
	return false
}

// LoadConst is what MOVD $c, d becomes, as Go's assembler chooses: a move of 16 bits, a mask, or a move for each 16 bits that
// are not those that most have; masks come first where ADD would take the number too. Moves of less than 8 bytes are on 4.
func LoadConst(op a64.Op, c int64, d a64.Reg) []a64.Inst {
	if op != a64.MOVD {
		return loadConst32(uint32(c), d)
	}
	if c == 0 {
		return []a64.Inst{a64.New(a64.MOVD, a64.R(a64.ZR), a64.R(d))}
	}
	u := uint64(c)
	zeros, ones := 0, 0
	for i := range 4 {
		switch u >> (16 * i) & 0xffff {
		case 0:
			zeros++
		case 0xffff:
			ones++
		}
	}
	if zeros < 3 && ones < 3 || c > 0 && arithImm(c) {
		if _, ok := a64.MaskBits(u, true); ok {
			return []a64.Inst{a64.New(a64.ORR, a64.I(c), a64.R(a64.ZR), a64.R(d))}
		}
	}
	return pieces(u, ones > zeros, 4, [3]a64.Op{a64.MOVZ, a64.MOVN, a64.MOVK}, d)
}

// pieces moves n times 16 bits; where those are zeros, or inverted ones, nothing is to be done.
func pieces(u uint64, inverted bool, n int, ops [3]a64.Op, d a64.Reg) (list []a64.Inst) {
	first, skip := ops[0], uint64(0)
	if inverted {
		first, skip = ops[1], 0xffff
	}
	for i := range n {
		h := u >> (16 * i) & 0xffff
		switch {
		case h == skip && (list != nil || i < n-1):
		case list == nil:
			if h == skip {
				i = 0
			}
			list = append(list, a64.MoveWide(first, uint16(h^skip), uint8(i), d))
		default:
			list = append(list, a64.MoveWide(ops[2], uint16(h), uint8(i), d))
		}
	}
	return list
}

func loadConst32(u uint32, d a64.Reg) []a64.Inst {
	if u == 0 {
		return []a64.Inst{a64.New(a64.MOVWU, a64.R(a64.ZR), a64.R(d))}
	}
	lo, hi := u&0xffff, u>>16
	ops := [3]a64.Op{a64.MOVZW, a64.MOVNW, a64.MOVKW}
	if lo != 0 && hi != 0 && lo != 0xffff && hi != 0xffff || arithImm(int64(u)) {
		if _, ok := a64.MaskBits(uint64(u), false); ok {
			return []a64.Inst{a64.New(a64.ORRW, a64.I(int64(u)), a64.R(a64.ZR), a64.R(d))}
		}
	}
	return pieces(uint64(u), lo != 0 && hi != 0 && (lo == 0xffff || hi == 0xffff), 2, ops, d)
}
