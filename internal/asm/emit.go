package asm

import (
	"encoding/binary"

	"strata/internal/amd64/x86"
	"strata/internal/object"
	"strata/internal/rtcall"
)

// textFlags maps flag bits of TEXT to object flags.
var textFlags = []struct {
	bit  int64
	flag object.Flags
}{
	{flagDupOK, object.DupOK},
	{flagWrapper | flagABIWrapper, object.Wrapper},
	{flagNeedCtxt, object.NeedCtxt},
	{flagReflectMethod, object.ReflectMethod},
	{flagTopFrame, object.TopFrame},
}

// minFuncAlign is the alignment of every function.
const minFuncAlign = 32

// finish encodes f; nil after an error.
func (f *function) finish() *object.Symbol {
	f.p.at = f.at
	b := f.build()
	if len(*f.p.errs) != 0 {
		return nil
	}
	res, err := x86.Assemble(b.insts)
	if err != nil {
		f.report(b, err)
		return nil
	}
	if f.hasIndexedSymbol(b) {
		return nil
	}
	s := f.symbol(res.Code, b.noSplit, b.bpSize == 0)
	s.Align = max(minFuncAlign, res.Align)
	s.Relocs = f.relocs(&res)
	s.Func = b.info(&res)
	return s
}

// symbol is the function's symbol without relocations and tables.
func (f *function) symbol(code []byte, noSplit, noFrame bool) *object.Symbol {
	s := &object.Symbol{Name: f.linkName, Kind: object.Text, Flags: object.Asm, Align: minFuncAlign, Size: int64(len(code)), Data: code}
	for _, m := range textFlags {
		if f.flags&m.bit != 0 {
			s.Flags |= m.flag
		}
	}
	if noSplit {
		s.Flags |= object.NoSplit
	}
	if noFrame {
		s.Flags |= object.NoFrame
	}
	if f.sym.static {
		s.Flags |= object.Static
	}
	if !f.sym.internal {
		s.Flags |= object.ABI0
	}
	return s
}

// hasIndexedSymbol complains about an absolute address beside an index register: package x86 can encode that for the compiler, but Go's
// assembler has no such operand.
func (f *function) hasIndexedSymbol(b *body) bool {
	for i := range b.insts {
		in := &b.insts[i]
		for k := range in.Args[:in.NArgs] {
			if a := &in.Args[k]; a.Kind == x86.Memory && a.Mem.Sym != "" && a.Mem.Index != x86.NoReg {
				f.errorf(pos{f.at.file, in.Pos}, "%v: symbol %s with an index register", in, a.Mem.Sym)
				return true
			}
		}
	}
	return false
}

// report tells the line of an instruction that has no encoding.
func (f *function) report(b *body, err error) {
	for i := range b.insts {
		if _, e := x86.Assemble(alone(b.insts[i])); e != nil {
			f.errorf(pos{f.at.file, b.insts[i].Pos}, "%v", e)
			return
		}
	}
	f.errorf(f.at, "%v", err)
}

// alone is a program of one instruction, which may jump to itself.
func alone(in x86.Inst) []x86.Inst {
	for i := range in.Args {
		in.Args[i].Target = 0
	}
	return []x86.Inst{in}
}

// relocs converts relocations. Object addends count from the end of the field.
// The offset of g in thread-local storage is known, and stored at once.
func (f *function) relocs(res *x86.Result) []object.Reloc {
	var out []object.Reloc
	for _, r := range res.Relocs {
		o := object.Reloc{Off: r.Off, Target: r.Sym, Add: r.Add}
		switch r.Kind {
		case x86.PCRel32:
			o.Kind, o.Add = object.PCRel32, r.Add+4
		case x86.CallRel32:
			o.Kind, o.Add = object.Call32, r.Add+4
		case x86.Abs32:
			o.Kind = object.Abs32
		case x86.Abs64:
			o.Kind = object.Abs64
		case x86.TLSOff32:
			binary.LittleEndian.PutUint32(res.Code[r.Off:], uint32(int64(f.p.cfg.TLSOffset)+r.Add))
			continue
		}
		out = append(out, o)
	}
	return out
}

// info makes the function tables.
func (b *body) info(res *x86.Result) *object.FuncInfo {
	f := b.f
	fi := f.funcInfo(b.frame)
	size := int32(len(res.Code))
	end := func(i int) int32 {
		if i+1 < len(res.PC) {
			return res.PC[i+1]
		}
		return size
	}
	delta := int32(0)
	for i := range b.insts {
		if in := &b.insts[i]; in.NArgs == 1 && in.Args[0].Kind == x86.Branch && in.Args[0].Mem.Sym != "" {
			use := delta
			if in.Op != x86.CALL {
				use -= 8 // a tail call leaves no return address
			}
			fi.NoSplitCalls = append(fi.NoSplitCalls, in.Args[0].Mem.Sym)
			fi.NoSplitUse = append(fi.NoSplitUse, use)
		}
		if b.adj[i] != 0 {
			delta += b.adj[i]
			fi.PCSP = addValue(fi.PCSP, end(i), delta)
		}
		if n := len(fi.Lines); end(i) > res.PC[i] && (n == 0 || fi.Lines[n-1].Line != b.insts[i].Pos) {
			fi.Lines = append(fi.Lines, object.PCLine{PC: res.PC[i], File: f.at.file, Line: b.insts[i].Pos, Inl: -1})
		}
	}
	if n := len(fi.PCSP); fi.PCSP[n-1].PC >= size && n > 1 {
		fi.PCSP = fi.PCSP[:n-1]
	}
	return fi
}

// funcInfo begins the function tables.
func (f *function) funcInfo(frame int32) *object.FuncInfo {
	fi := &object.FuncInfo{
		ArgsSize:  f.args,
		FrameSize: frame,
		StartLine: f.at.line,
		File:      f.at.file,
		FuncID:    rtcall.Kind(f.displayed),
		PCSP:      []object.PCValue{{PC: 0, Value: 0}},
	}
	if f.sym.static {
		fi.DisplayName = f.displayed
	}
	if fi.FuncID == 0 && f.flags&flagWrapper != 0 {
		fi.FuncID = object.FuncWrapper
	}
	return fi
}

// addValue appends a row, replacing one at the same PC and merging equal values.
func addValue(t []object.PCValue, pc, v int32) []object.PCValue {
	if n := len(t); t[n-1].PC == pc {
		t = t[:n-1]
	}
	if n := len(t); n > 0 && t[n-1].Value == v {
		return t
	}
	return append(t, object.PCValue{PC: pc, Value: v})
}
