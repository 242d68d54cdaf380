package a64

// Relocate puts the address s, as seen from an instruction at p, into the instruction's field. It tells whether that fits.
func Relocate(k RelocKind, word uint32, p, s uint64) (uint32, bool) {
	d := int64(s - p)
	switch k {
	case Page:
		n := int64(s>>12) - int64(p>>12)
		return word | uint32(n&3)<<29 | uint32(n>>2)&0x7ffff<<5, n >= -1<<20 && n < 1<<20
	case Low12:
		return word | uint32(s&0xfff)<<10, true
	case LowMem8, LowMem16, LowMem32, LowMem64, LowMem128:
		size := k - LowMem8
		return word | uint32(s&0xfff)>>size<<10, s&(1<<size-1) == 0
	case Call26:
		return word | uint32(d>>2)&0x3ffffff, d&3 == 0 && d >= -1<<27 && d < 1<<27
	case Near19:
		return word | uint32(d>>2)&0x7ffff<<5, d&3 == 0 && d >= -1<<20 && d < 1<<20
	case Near21:
		return word | uint32(d&3)<<29 | uint32(d>>2)&0x7ffff<<5, d >= -1<<20 && d < 1<<20
	}
	return word, false
}
