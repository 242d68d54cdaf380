package x86

import (
	"encoding/binary"
	"fmt"
)

// Branches start short and only ever grow, so the layout is the smallest one
// that fits; alignment padding is recomputed on every round.

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

// Assemble encodes a function body. Branch targets are indices into prog;
// len(prog) means the end of the code.
func Assemble(prog []Inst) (Result, error) {
	e := encoder{code: make([]byte, 0, 5*len(prog)+16)}
	pc := make([]int32, len(prog)+1)
	var sites []site
	var align int32
	for i := range prog {
		in := &prog[i]
		pc[i] = int32(len(e.code))
		switch {
		case in.Op == PCALIGN || in.Op == PCALIGNMAX:
			s, err := alignSite(in, int32(i))
			if err != nil {
				return Result{}, err
			}
			s.off = pc[i]
			align = max(align, s.align)
			sites = append(sites, s)
		case in.NArgs > 0 && in.Args[in.NArgs-1].Kind == Branch:
			s, err := e.branch(in, int32(i), len(prog))
			if err != nil {
				return Result{}, err
			}
			if s.form != nil {
				sites = append(sites, s)
			}
		default:
			if err := e.inst(in); err != nil {
				return Result{}, err
			}
		}
	}
	pc[len(prog)] = int32(len(e.code))
	if len(sites) == 0 {
		return Result{e.code, pc[:len(prog)], e.relocs, 0}, nil
	}
	place(prog, pc, sites)
	code, err := e.merge(prog, pc, sites)
	return Result{code, pc[:len(prog)], e.relocs, align}, err
}

func alignSite(in *Inst, i int32) (site, error) {
	s := site{inst: i, align: int32(in.Args[0].Imm), limit: maxPadLimit}
	if in.NArgs > 1 {
		s.limit = int32(in.Args[1].Imm)
	}
	if s.align <= 0 || s.align&(s.align-1) != 0 || s.align > 2048 {
		return s, fmt.Errorf("%v: alignment is not a power of two up to 2048", in)
	}
	return s, nil
}

// branch emits a branch to a symbol, or returns a site for one to an instruction.
func (e *encoder) branch(in *Inst, i int32, n int) (site, error) {
	a := &in.Args[in.NArgs-1]
	if in.Op >= numOps {
		return site{}, fmt.Errorf("no such Op %d", in.Op)
	}
	f := &forms[opForms[in.Op]]
	if f.enc != encBranch || in.NArgs != 1 {
		return site{}, fmt.Errorf("no encoding for %v", in)
	}
	if a.Mem.Sym == "" {
		if a.Target < 0 || int(a.Target) > n {
			return site{}, fmt.Errorf("%v: target out of range", in)
		}
		return site{inst: i, off: int32(len(e.code)), size: firstSize(f), form: f}, nil
	}
	if f.imm == imm8 {
		return site{}, fmt.Errorf("%v: cannot reach a symbol", in)
	}
	e.code = appendBranch(e.code, f, 0, true)
	e.relocs = append(e.relocs, Reloc{Off: int32(len(e.code)) - 4, Size: 4, Kind: CallRel32, Sym: a.Mem.Sym, Add: a.Mem.Disp - 4})
	return site{}, nil
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

// place finds the sizes of all sites and turns pc into final offsets.
func place(prog []Inst, pc []int32, sites []site) {
	raw := make([]int32, len(pc))
	copy(raw, pc)
	for {
		spread(pc, raw, sites)
		grown := false
		for i := range sites {
			s := &sites[i]
			if s.form == nil || s.size != 2 || s.form.imm == imm8 {
				continue
			}
			if d := pc[prog[s.inst].Args[0].Target] - pc[s.inst] - 2; d < -128 || d > 127 {
				s.size = longSize(s.form)
				grown = true
			}
		}
		if !grown {
			return
		}
	}
}

// spread computes offsets from the current sizes.
func spread(pc, raw []int32, sites []site) {
	var shift int32
	next := 0
	for i := range sites {
		s := &sites[i]
		for ; next <= int(s.inst); next++ {
			pc[next] = raw[next] + shift
		}
		if s.form == nil {
			s.size = -pc[s.inst] & (s.align - 1)
			if s.size > s.limit {
				s.size = 0
			}
		}
		shift += s.size
	}
	for ; next < len(pc); next++ {
		pc[next] = raw[next] + shift
	}
}

// merge interleaves the fixed code with the sites.
func (e *encoder) merge(prog []Inst, pc []int32, sites []site) ([]byte, error) {
	out := make([]byte, 0, pc[len(prog)])
	from, r := int32(0), 0
	for i := range sites {
		s := &sites[i]
		shift := int32(len(out)) - from
		for ; r < len(e.relocs) && e.relocs[r].Off < s.off; r++ {
			e.relocs[r].Off += shift
		}
		out = append(out, e.code[from:s.off]...)
		from = s.off
		if s.form == nil {
			out = appendNops(out, int(s.size))
			continue
		}
		rel := pc[prog[s.inst].Args[0].Target] - pc[s.inst] - s.size
		if s.form.imm == imm8 && rel != int32(int8(rel)) {
			return nil, fmt.Errorf("%v: target is too far away", &prog[s.inst])
		}
		out = appendBranch(out, s.form, rel, s.size > 3)
	}
	shift := int32(len(out)) - from
	for ; r < len(e.relocs); r++ {
		e.relocs[r].Off += shift
	}
	return append(out, e.code[from:]...), nil
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
