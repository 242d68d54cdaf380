package x86

import (
	"encoding/binary"
	"fmt"
)

// Branches to instructions and alignments are left out of the code at first; place
// decides their sizes and merge puts them in.

// site is a place whose size depends on the layout.
type site struct {
	inst  int32
	off   int32 // in the code without sites
	size  int32
	form  *form // nil for alignment
	align int32
	limit int32 // largest padding
}

const maxPadLimit = 1 << 20

// layout is a function body on its way to code.
type layout struct {
	encoder
	prog  []Inst
	raw   []int32 // offsets without the sites
	pc    []int32 // offsets; one more than there are instructions
	sites []site
	align int32
}

// Assemble encodes a function body. Branch targets are indices into prog;
// len(prog) means the end of the code. Immediates of 64-bit operations other than
// MOVQ to a register must fit in an int32; those of narrower ones may also be
// written unsigned.
func Assemble(prog []Inst) (Result, error) {
	l := layout{prog: prog, raw: make([]int32, len(prog)+1)}
	l.code = make([]byte, 0, 5*len(prog)+16)
	if err := l.encode(); err != nil {
		return Result{}, err
	}
	if len(l.sites) == 0 {
		return Result{l.code, l.raw[:len(prog)], l.relocs, 0}, nil
	}
	l.pc = make([]int32, len(prog)+1)
	for l.place() {
		if l.byteAX && !l.shortAX {
			if err := l.again(); err != nil {
				return Result{}, err
			}
		}
	}
	code, err := l.merge()
	return Result{code, l.pc[:len(prog)], l.relocs, l.align}, err
}

// again encodes once more, with the short forms of byte operations on AX. That is
// what gc does, by accident, to every function with a long forward branch.
func (l *layout) again() error {
	old := l.sites
	l.code, l.relocs, l.sites, l.shortAX = l.code[:0], l.relocs[:0], nil, true
	err := l.encode()
	for i := range l.sites {
		l.sites[i].size = old[i].size
	}
	return err
}

// encode emits everything but the sites.
func (l *layout) encode() error {
	for i := range l.prog {
		in := &l.prog[i]
		l.raw[i] = int32(len(l.code))
		var err error
		switch {
		case in.Op == PCALIGN || in.Op == PCALIGNMAX:
			err = l.padding(in, int32(i))
		case in.NArgs > 0 && in.Args[in.NArgs-1].Kind == Branch:
			err = l.branch(in, int32(i))
		default:
			err = l.inst(in)
		}
		if err != nil {
			return err
		}
	}
	l.raw[len(l.prog)] = int32(len(l.code))
	return nil
}

// padding adds the site of a PCALIGN.
func (l *layout) padding(in *Inst, i int32) error {
	s := site{inst: i, off: int32(len(l.code)), align: int32(in.Args[0].Imm), limit: maxPadLimit}
	if in.NArgs > 1 {
		s.limit = int32(in.Args[1].Imm)
	}
	if s.align <= 0 || s.align&(s.align-1) != 0 || s.align > 2048 {
		return fmt.Errorf("%v: alignment is not a power of two up to 2048", in)
	}
	l.align = max(l.align, s.align)
	l.sites = append(l.sites, s)
	return nil
}

// branch emits a branch to a symbol, or adds the site of one to an instruction.
func (l *layout) branch(in *Inst, i int32) error {
	a := &in.Args[in.NArgs-1]
	if in.Op >= numOps || in.NArgs != 1 || forms[opForms[in.Op]].enc != encBranch {
		return fmt.Errorf("no encoding for %v", in)
	}
	f := &forms[opForms[in.Op]]
	if a.Mem.Sym == "" {
		if a.Target < 0 || int(a.Target) > len(l.prog) {
			return fmt.Errorf("%v: target out of range", in)
		}
		l.sites = append(l.sites, site{inst: i, off: int32(len(l.code)), size: firstSize(f), form: f})
		return nil
	}
	if f.imm == imm8 {
		return fmt.Errorf("%v: cannot reach a symbol", in)
	}
	l.code = appendBranch(l.code, f, 0, true)
	l.relocs = append(l.relocs, Reloc{Off: int32(len(l.code)) - 4, Size: 4, Kind: CallRel32, Sym: a.Mem.Sym, Add: a.Mem.Disp - 4})
	return nil
}

// firstSize is the size that a branch starts with.
func firstSize(f *form) int32 {
	switch {
	case f.imm == imm32:
		return 6
	case f.imm == imm8 && f.pp != 0:
		return 3
	case f.opc == 0:
		return 5
	}
	return 2
}

// longSize is the size of the 32-bit form.
func longSize(f *form) int32 {
	if f.digit == 0xE8 || f.digit == 0xE9 {
		return 5
	}
	return 6
}

func appendBranch(code []byte, f *form, rel int32, long bool) []byte {
	if !long && f.opc != 0 && f.imm != imm32 {
		if f.pp != 0 {
			code = append(code, f.pp)
		}
		return append(code, f.opc, byte(rel))
	}
	switch {
	case f.imm == imm32:
		code = append(code, f.opc, f.digit)
	case f.digit == 0xE8 || f.digit == 0xE9:
		code = append(code, f.digit)
	default:
		code = append(code, 0x0F, f.digit)
	}
	return binary.LittleEndian.AppendUint32(code, uint32(rel))
}

// place computes all offsets from the sizes so far. Backward branches know their
// distance and get the size that fits; forward ones that turn out to be too short
// grow, and place reports that another round is needed. (With padding the outcome
// depends on this order, which is gc's.)
func (l *layout) place() bool {
	l.spread()
	grown := false
	for i := range l.sites {
		s := &l.sites[i]
		if s.form == nil || s.size != 2 || s.form.imm == imm8 {
			continue
		}
		if l.pc[l.prog[s.inst].Args[0].Target]-l.pc[s.inst]-2 > 127 {
			s.size = longSize(s.form)
			grown = true
		}
	}
	return grown
}

// spread computes offsets from the sizes of forward branches.
func (l *layout) spread() {
	var shift int32
	next := 0
	for i := range l.sites {
		s := &l.sites[i]
		for ; next <= int(s.inst); next++ {
			l.pc[next] = l.raw[next] + shift
		}
		here := l.pc[s.inst]
		if s.form == nil {
			s.size = -here & (s.align - 1)
			if s.size > s.limit {
				s.size = 0
			}
		} else if target := l.prog[s.inst].Args[0].Target; target <= s.inst && s.form.opc != 0 && s.form.imm == immNone {
			s.size = 2
			if l.pc[target]-here-2 < -128 {
				s.size = longSize(s.form)
			}
		}
		shift += s.size
	}
	for ; next < len(l.pc); next++ {
		l.pc[next] = l.raw[next] + shift
	}
}

// merge interleaves the fixed code with the sites.
func (l *layout) merge() ([]byte, error) {
	out := make([]byte, 0, l.pc[len(l.prog)])
	from, r := int32(0), 0
	for i := range l.sites {
		s := &l.sites[i]
		shift := int32(len(out)) - from
		for ; r < len(l.relocs) && l.relocs[r].Off < s.off; r++ {
			l.relocs[r].Off += shift
		}
		out = append(out, l.code[from:s.off]...)
		from = s.off
		if s.form == nil {
			out = appendNops(out, int(s.size))
			continue
		}
		rel := l.pc[l.prog[s.inst].Args[0].Target] - l.pc[s.inst] - s.size
		if s.form.imm == imm8 && rel != int32(int8(rel)) {
			return nil, fmt.Errorf("%v: target is too far away", &l.prog[s.inst])
		}
		out = appendBranch(out, s.form, rel, s.size > 3)
	}
	shift := int32(len(out)) - from
	for ; r < len(l.relocs); r++ {
		l.relocs[r].Off += shift
	}
	return append(out, l.code[from:]...), nil
}

// nops are the recommended multi-byte no-ops.
var nops = [...]string{
	"\x90", "\x66\x90", "\x0F\x1F\x00", "\x0F\x1F\x40\x00", "\x0F\x1F\x44\x00\x00",
	"\x66\x0F\x1F\x44\x00\x00", "\x0F\x1F\x80\x00\x00\x00\x00",
	"\x0F\x1F\x84\x00\x00\x00\x00\x00", "\x66\x0F\x1F\x84\x00\x00\x00\x00\x00",
}

// appendNops appends n bytes that do nothing.
func appendNops(code []byte, n int) []byte {
	for n > 0 {
		m := min(n, len(nops))
		code = append(code, nops[m-1]...)
		n -= m
	}
	return code
}
