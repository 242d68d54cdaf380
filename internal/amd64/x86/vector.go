package x86

import "fmt"

// EVEX memory tuples: how a one-byte displacement is scaled.
const (
	tNone uint8 = iota
	tFV4        // full vector, 4-byte broadcast
	tFV8        // full vector, 8-byte broadcast
	tHV4        // half vector, 4-byte broadcast
	tFVM        // full vector, no broadcast
	tHVM        // half
	tQVM        // quarter
	tOVM        // eighth
	tS1         // a fixed number of bytes
	tS2
	tS4
	tS8
	tS16
	tS32
	tDUP // 8, 32, 64
)

// tupleSize returns the scale for a vector of 16<<l bytes.
func tupleSize(t, l uint8, bcast bool) int64 {
	switch t {
	case tFV4, tHV4:
		if bcast {
			return 4
		}
	case tFV8:
		if bcast {
			return 8
		}
	case tS1, tS2, tS4, tS8, tS16, tS32:
		return 1 << (t - tS1)
	case tDUP:
		return [...]int64{8, 32, 64}[l]
	}
	full := int64(16) << l
	switch t {
	case tHV4, tHVM:
		return full / 2
	case tQVM:
		return full / 4
	case tOVM:
		return full / 8
	}
	return full
}

// ppBits is the VEX.pp field for a mandatory prefix.
func ppBits(pp uint8) uint8 {
	switch pp {
	case 0x66:
		return 1
	case 0xF3:
		return 2
	case 0xF2:
		return 3
	}
	return 0
}

// vectorLength returns VEX.L / EVEX.L'L.
func vectorLength(in *Inst, f *form) uint8 {
	switch {
	case f.flags&fL512 != 0:
		return 2
	case f.flags&fL256 != 0:
		return 1
	case f.flags&fLVec == 0:
		return 0
	}
	for j := 0; j < int(f.n); j++ {
		if vecShrink[f.args[j]] != 1 {
			continue
		}
		a := &in.Args[j]
		if j == int(f.n)-1 {
			a = &in.Args[in.NArgs-1]
		}
		if a.Kind == Register {
			return uint8(vecLevel(regTable[a.Reg].class))
		}
	}
	return 0
}

// vector encodes a VEX or EVEX form.
func (e *encoder) vector(in *Inst, f *form, p *parts, evex, masked bool) error {
	e.segment(p.rm)
	if err := gatherDistinct(in, p, evex); err != nil {
		return err
	}
	l := vectorLength(in, f)
	if evex {
		return e.evex(in, f, p, l, masked)
	}
	b, x := p.rmBits()
	var w uint8
	if f.flags&fREXW != 0 {
		w = 0x80
	}
	r := p.reg >> 3 & 1
	low := (^p.vvvv&15)<<3 | l<<2 | ppBits(f.pp)
	if b == 0 && x == 0 && w == 0 && f.omap == 1 {
		e.code = append(e.code, 0xC5, (1-r)<<7|low)
	} else {
		e.code = append(e.code, 0xC4, (1-r)<<7|(1-x)<<6|(1-b)<<5|f.omap, w|low)
	}
	e.code = append(e.code, f.opc)
	return e.tail(in, f, p, 0)
}

func (e *encoder) evex(in *Inst, f *form, p *parts, l uint8, masked bool) error {
	s := in.Suffix
	isMemory := p.rm != nil && p.rm.Kind == Memory
	var z, bc uint8
	switch {
	case s&Zeroing != 0:
		if !masked || f.flags&fNoZero != 0 || in.Args[in.NArgs-1].Kind == Memory {
			return fmt.Errorf("%v: .Z needs a mask register and an instruction that can zero", in)
		}
		z = 0x80
	}
	switch {
	case s&Broadcast != 0:
		if f.flags&fBcast == 0 || !isMemory {
			return fmt.Errorf("%v: .BCST is not possible here", in)
		}
		bc = 0x10
	case s&Rounding != 0:
		if f.flags&fRound == 0 || isMemory || f.flags&fLVec != 0 && l != 2 {
			return fmt.Errorf("%v: rounding control is not possible here", in)
		}
		bc = 0x10
		l = uint8(s >> roundShift)
	case s&SAE != 0:
		if f.flags&fSAE == 0 || isMemory || f.flags&fLVec != 0 && l != 2 {
			return fmt.Errorf("%v: .SAE is not possible here", in)
		}
		bc = 0x10
	}
	disp8 := tupleSize(f.tuple, l, bc != 0)
	b, x := p.rmBits()
	v4 := p.vvvv >> 4 & 1
	if isMemory && p.rm.Mem.Index.IsVector() {
		v4 = regTable[p.rm.Mem.Index].hw >> 4 & 1
	}
	var w uint8
	if f.flags&fEW != 0 {
		w = 0x80
	}
	r, r4 := p.reg>>3&1, p.reg>>4&1
	e.code = append(e.code, 0x62,
		(1-r)<<7|(1-x)<<6|(1-b)<<5|(1-r4)<<4|f.omap,
		w|(^p.vvvv&15)<<3|4|ppBits(f.pp),
		z|l<<5|bc|(1-v4)<<3|p.mask,
		f.opc)
	return e.tail(in, f, p, disp8)
}

// gatherDistinct refuses gathers that fault because registers coincide.
func gatherDistinct(in *Inst, p *parts, evex bool) error {
	if p.rm == nil || p.rm.Kind != Memory || !p.rm.Mem.Index.IsVector() || in.Args[in.NArgs-1].Kind == Memory {
		return nil
	}
	index := regTable[p.rm.Mem.Index].hw
	if p.reg == index || !evex && (p.vvvv == index || p.vvvv == p.reg) {
		return fmt.Errorf("%v: mask, index and destination must differ", in)
	}
	return nil
}
