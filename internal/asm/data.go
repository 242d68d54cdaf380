package asm

import (
	"encoding/binary"
	"fmt"
	"math"

	"strata/internal/amd64/x86"
	"strata/internal/object"
)

// Bits of the flag operand of TEXT and GLOBL, as textflag.h defines them.
const (
	flagDupOK         = 2
	flagNoSplit       = 4
	flagROData        = 8
	flagNoPtr         = 16
	flagWrapper       = 32
	flagNeedCtxt      = 64
	flagNoFrame       = 512
	flagReflectMethod = 1024
	flagTopFrame      = 2048
	flagABIWrapper    = 4096
)

// datum is a variable made by DATA and GLOBL.
type datum struct {
	name   string
	sym    symRef
	at     pos
	size   int64 // -1 before GLOBL
	flags  int64
	bytes  []byte
	relocs []addrOf
	end    int64 // of the last DATA
}

// addrOf is a DATA whose value is an address.
type addrOf struct {
	off, add int64
	sym      symRef
}

// dataSet is the file's variables in order of first mention.
type dataSet struct {
	by    map[string]*datum
	order []*datum
}

func (d *dataSet) get(name string, s symRef, at pos) *datum {
	v := d.by[name]
	if v == nil {
		v = &datum{name: name, sym: s, size: -1, at: at}
		d.by[name] = v
		d.order = append(d.order, v)
	}
	return v
}

// dataSymbol parses the name operand of DATA, GLOBL or TEXT.
func (p *parser) dataSymbol(what string, toks []token) (arg, bool) {
	a, err := parseOperand(toks, false)
	if err != nil {
		p.errorf("%s: %v", what, err)
		return a, false
	}
	if a.pseudo != pseudoSB || a.addr {
		p.errorf("%s wants a symbol, like name(SB)", what)
		return a, false
	}
	return a, true
}

func (p *parser) dataStmt(operands [][]token) {
	if len(operands) != 2 {
		p.errorf("DATA wants two operands")
		return
	}
	toks := operands[0]
	n := len(toks)
	if n < 3 || toks[n-2].kind != '/' || toks[n-1].kind != tokInt {
		p.errorf("DATA wants name+offset(SB)/size")
		return
	}
	size := (&cursor{toks: toks[n-1:]}).expr()
	a, ok := p.dataSymbol("DATA", toks[:n-2])
	if !ok {
		return
	}
	v, err := parseOperand(operands[1], false)
	if err != nil {
		p.errorf("DATA: %v", err)
		return
	}
	d := p.data.get(p.linkName(a.sym), a.sym, p.at)
	off := a.op.Mem.Disp
	if off < 0 || off > maxDataSize || size > maxDataSize {
		p.errorf("DATA offset or size out of range")
		return
	}
	if off < d.end {
		p.errorf("overlapping DATA entry for %s", a.sym.name)
		return
	}
	d.end = off + int64(size)
	if err := d.put(off, int(size), v); err != nil {
		p.errorf("DATA: %v", err)
	}
}

// put stores a value of size bytes at off.
func (d *datum) put(off int64, size int, v arg) error {
	for int64(len(d.bytes)) < off+int64(size) {
		d.bytes = append(d.bytes, 0)
	}
	to := d.bytes[off : off+int64(size)]
	var word [8]byte
	switch {
	case v.isStr:
		if len(v.str) > size {
			return fmt.Errorf("string of %d bytes in %d", len(v.str), size)
		}
		copy(to, v.str)
		return nil
	case v.pseudo == pseudoSB && v.addr:
		if size != 8 {
			return fmt.Errorf("an address has 8 bytes")
		}
		d.relocs = append(d.relocs, addrOf{off, v.op.Mem.Disp, v.sym})
		return nil
	case v.op.Kind == x86.FloatImm && size == 4:
		f := math.Float64frombits(uint64(v.op.Imm))
		binary.LittleEndian.PutUint32(word[:], math.Float32bits(float32(f)))
	case v.op.Kind == x86.FloatImm && size == 8, v.op.Kind == x86.Immediate && (size == 1 || size == 2 || size == 4 || size == 8):
		binary.LittleEndian.PutUint64(word[:], uint64(v.op.Imm))
	default:
		return fmt.Errorf("bad value or size")
	}
	copy(to, word[:size])
	return nil
}

func (p *parser) globl(operands [][]token) {
	if len(operands) != 2 && len(operands) != 3 {
		p.errorf("GLOBL wants two or three operands")
		return
	}
	a, ok := p.dataSymbol("GLOBL", operands[0])
	if !ok {
		return
	}
	d := p.data.get(p.linkName(a.sym), a.sym, p.at)
	if len(operands) == 3 {
		d.flags = p.flags("GLOBL", operands[1])
	}
	size, err := parseOperand(operands[len(operands)-1], false)
	if err != nil || size.op.Kind != x86.Immediate {
		p.errorf("GLOBL wants a size, like $8")
		return
	}
	if size.op.Imm < 0 || size.op.Imm > maxDataSize {
		p.errorf("GLOBL size out of range")
		return
	}
	if d.size >= 0 {
		p.errorf("duplicate symbol %s", a.sym.name)
	}
	d.size = size.op.Imm
}

// constant returns the symbol of a floating-point constant.
func (p *parser) constant(bits uint64, size int) symRef {
	s := symRef{name: fmt.Sprintf("$f%d.%0*x", size*8, size*2, bits)}
	d := p.data.get(s.name, s, p.at)
	if d.size < 0 {
		d.size, d.flags = int64(size), flagROData|flagNoPtr|flagDupOK
		d.put(0, size, arg{op: x86.I(int64(bits))})
	}
	return s
}

// symbols turns the variables into object symbols.
func (d *dataSet) symbols(p *parser) []*object.Symbol {
	var out []*object.Symbol
	for _, v := range d.order {
		if v.size < 0 {
			p.errs.add(v.at, "DATA for %s without GLOBL", v.sym.name)
			continue
		}
		if int64(len(v.bytes)) > v.size {
			p.errs.add(v.at, "DATA of %s is larger than its GLOBL", v.sym.name)
			continue
		}
		out = append(out, v.symbol(p))
	}
	return out
}

// maxDataSize is the size of the largest variable.
const maxDataSize = 1 << 28

// maxDataAlign is the alignment of large variables.
const maxDataAlign = 32

func (v *datum) symbol(p *parser) *object.Symbol {
	s := &object.Symbol{Name: v.name, Size: v.size, Data: v.bytes, Align: maxDataAlign}
	for int64(s.Align) > v.size && s.Align > 1 {
		s.Align /= 2
	}
	switch {
	case v.flags&flagROData != 0:
		s.Kind = object.ROData
	case v.bytes == nil:
		s.Kind = object.BSS
	default:
		s.Kind = object.Data
	}
	if v.flags&(flagROData|flagNoPtr) == 0 {
		// The file says nothing about types: any word may be a pointer.
		words := v.size / 8
		s.PtrMask = make([]byte, (words+7)/8)
		for i := int64(0); i < words; i++ {
			s.PtrMask[i/8] |= 1 << (i % 8)
		}
	}
	if v.flags&flagDupOK != 0 {
		s.Flags |= object.DupOK
	}
	if v.sym.static {
		s.Flags |= object.Static
	}
	for _, r := range v.relocs {
		s.Relocs = append(s.Relocs, object.Reloc{Off: int32(r.off), Kind: object.Abs64, Target: p.reference(r.sym), Add: r.add})
	}
	return s
}
