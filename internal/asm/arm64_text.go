package asm

import (
	"errors"

	"strata/internal/arm64"
	"strata/internal/arm64/a64"
	"strata/internal/object"
	"strata/internal/rtcall"
	"strata/internal/symname"
)

// armBody is a function of arm64 in the making: its instructions, and for each the change of SP that holds behind it.
//
// A frame has the return address at its bottom, and its last word free for the caller's frame pointer, which the caller keeps
// below its own frame.
type armBody struct {
	f       *function
	insts   []a64.Inst
	adj     []int32
	delta   int32
	index   []int32 // of the instruction of each statement, and of the end
	frame   int32   // of the whole frame
	extra   int32   // of it above what the source asks for, the return address not counted
	leaf    bool
	noSplit bool
}

const (
	armG     = a64.R28
	armTmp   = a64.R27 // what an instruction that becomes several may overwrite
	armFrame = a64.R20 // what the prologue of a large frame overwrites
)

func (b *armBody) add(at pos, in a64.Inst) *a64.Inst {
	in.Pos = at.line
	b.insts = append(b.insts, in)
	b.adj = append(b.adj, 0)
	return &b.insts[len(b.insts)-1]
}

func (b *armBody) emit(at pos, op a64.Op, args ...a64.Operand) *a64.Inst {
	return b.add(at, a64.New(op, args...))
}

// moves says that the last instruction changes SP.
func (b *armBody) moves(n int32) {
	b.adj[len(b.adj)-1] = n
	b.delta += n
}

func (f *function) buildARM64() *armBody {
	b := &armBody{f: f, noSplit: f.flags&flagNoSplit != 0, leaf: true}
	for i := range f.stmts {
		if s := f.stmts[i].arm; s != nil && (s.op == a64.BL || s.op == a64.CALL) {
			b.leaf = false
		}
	}
	if f.flags&flagNoFrame == 0 && (f.frame != 0 || !b.leaf) {
		b.frame = f.frame + 8
		switch b.frame % 16 {
		case 8:
			b.extra = 8
		case 0:
			b.extra = 16
		default:
			f.errorf(f.at, "unaligned frame size %d: it must be 8 mod 16, or 0 mod 16", f.frame)
		}
		b.frame += b.extra
	}
	if !b.noSplit && b.leaf && b.frame == 0 {
		b.noSplit = true
	}
	var toMore []int
	if !b.noSplit {
		toMore = b.stackCheck()
	}
	b.prologue()
	for i := range f.stmts {
		b.index = append(b.index, int32(len(b.insts)))
		if s := &f.stmts[i]; s.arm != nil {
			b.statement(s.at, s.arm)
		}
	}
	b.index = append(b.index, int32(len(b.insts)))
	b.resolve()
	if toMore != nil {
		b.moreStack(toMore)
	}
	return b
}

func (b *armBody) stackCheck() (jumps []int) {
	at := b.f.at
	guard, sp := a64.R(a64.R16), a64.R(a64.R17)
	b.emit(at, a64.MOVD, a64.M(armG, guardOff), guard)
	branch := func(op a64.Op) {
		jumps = append(jumps, len(b.insts))
		b.emit(at, op, a64.To(0))
	}
	switch {
	case b.frame <= stackSmall:
		b.emit(at, a64.CMP, guard, a64.R(a64.SP))
	case b.frame <= stackBig:
		b.emit(at, a64.SUB, a64.I(int64(b.frame-stackSmall)), a64.R(a64.SP), sp)
		b.emit(at, a64.CMP, guard, sp)
	default:
		b.expand(at, a64.New(a64.SUBS, a64.I(int64(b.frame-stackSmall)), a64.R(a64.SP), sp))
		branch(a64.BLO)
		b.emit(at, a64.CMP, guard, sp)
	}
	branch(a64.BLS)
	return jumps
}

func (b *armBody) moreStack(jumps []int) {
	for _, j := range jumps {
		b.insts[j].Args[0].Target = int32(len(b.insts))
	}
	at := b.f.at
	b.emit(at, a64.MOVD, a64.R(a64.LR), a64.R(a64.R3))
	b.adj[len(b.adj)-2] = -b.delta // no frame here
	b.delta = 0
	sym := b.f.p.cfg.MoreStack
	if b.f.flags&flagNeedCtxt != 0 {
		sym = rtcall.MoreStack
	}
	b.emit(at, a64.BL, a64.CallSym(symname.ABI0(sym)))
	b.emit(at, a64.JMP, a64.To(0))
}

func (b *armBody) prologue() {
	at, n := b.f.at, int64(b.frame)
	if n == 0 {
		return
	}
	if n > 0xf0 {
		b.expand(at, a64.New(a64.SUB, a64.I(n), a64.R(a64.SP), a64.R(armFrame)))
		b.emit(at, a64.STP, a64.P(a64.FP, a64.LR), a64.M(armFrame, -8))
		b.emit(at, a64.MOVD, a64.R(armFrame), a64.R(a64.SP))
		b.moves(b.frame)
	} else {
		b.emit(at, a64.MOVD, a64.R(a64.LR), a64.MPre(a64.SP, -n))
		b.moves(b.frame)
		b.emit(at, a64.MOVD, a64.R(a64.FP), a64.M(a64.SP, -8))
	}
	b.emit(at, a64.SUB, a64.I(8), a64.R(a64.SP), a64.R(a64.FP))
}

// ret is RET, or RET sym(SB), which jumps to sym instead.
func (b *armBody) ret(at pos, s *armStmt) {
	switch n := int64(b.frame); {
	case n == 0:
	case b.leaf:
		b.expand(at, a64.New(a64.ADD, a64.I(n-8), a64.R(a64.SP), a64.R(a64.FP)))
		b.expand(at, a64.New(a64.ADD, a64.I(n), a64.R(a64.SP), a64.R(a64.SP)))
		b.moves(-b.frame)
	case n <= 0xf0:
		b.emit(at, a64.MOVD, a64.M(a64.SP, -8), a64.R(a64.FP))
		b.emit(at, a64.MOVD, a64.MPost(a64.SP, n), a64.R(a64.LR))
		b.moves(-b.frame)
	default:
		b.emit(at, a64.LDP, a64.M(a64.SP, -8), a64.P(a64.FP, a64.LR))
		b.expand(at, a64.New(a64.ADD, a64.I(n), a64.R(a64.SP), a64.R(a64.SP)))
		b.moves(-b.frame)
	}
	if s.nargs == 1 && s.args[0].pseudo == pseudoSB {
		b.emit(at, a64.JMP, a64.CallSym(b.f.p.funcName(s.args[0].sym)))
	} else if s.nargs == 1 {
		b.emit(at, a64.RET, s.args[0].op)
	} else {
		b.emit(at, a64.RET)
	}
	b.moves(b.frame)
}

// resolve turns targets of branches from statements to instructions.
func (b *armBody) resolve() {
	for i := b.index[0]; i < b.index[len(b.index)-1]; i++ {
		in := &b.insts[i]
		if in.NArgs == 0 {
			continue
		}
		a := &in.Args[in.NArgs-1]
		if a.Kind != a64.Branch || a.Sym != "" {
			continue
		}
		if a.Target < 0 || int(a.Target) >= len(b.index) {
			b.f.errorf(pos{b.f.at.file, in.Pos}, "jump out of the function")
			a.Target = 0
			continue
		}
		a.Target = b.index[a.Target]
	}
}

// finishARM64 encodes f; nil after an error.
func (f *function) finishARM64() *object.Symbol {
	b := f.buildARM64()
	if len(*f.p.errs) != 0 {
		return nil
	}
	code, err := a64.Assemble(b.insts)
	if err != nil {
		at := f.at
		if e := (*a64.Error)(nil); errors.As(err, &e) {
			at.line = b.insts[e.Inst].Pos
		}
		f.errorf(at, "%v", err)
		return nil
	}
	s := f.symbol(code.Code, b.noSplit, b.frame == 0)
	for _, r := range code.Relocs {
		s.Relocs = append(s.Relocs, object.Reloc{Off: r.Off, Kind: arm64.RelocKind(r.Kind), Target: r.Sym, Add: r.Add})
	}
	s.Func = b.info(code)
	return s
}

// info makes the function tables.
func (b *armBody) info(code a64.Code) *object.FuncInfo {
	fi := b.f.funcInfo(b.frame)
	size := int32(len(code.Code))
	delta := int32(0)
	for i := range b.insts {
		in := &b.insts[i]
		end := size
		if i+1 < len(code.PC) {
			end = code.PC[i+1]
		}
		if in.NArgs == 1 && in.Args[0].Kind == a64.Branch && in.Args[0].Sym != "" {
			fi.NoSplitCalls = append(fi.NoSplitCalls, in.Args[0].Sym)
			fi.NoSplitUse = append(fi.NoSplitUse, delta)
		}
		if b.adj[i] != 0 {
			delta += b.adj[i]
			fi.PCSP = addValue(fi.PCSP, end, delta)
		}
		if n := len(fi.Lines); end > code.PC[i] && (n == 0 || fi.Lines[n-1].Line != in.Pos) {
			fi.Lines = append(fi.Lines, object.PCLine{PC: code.PC[i], File: b.f.at.file, Line: in.Pos, Inl: -1})
		}
	}
	if n := len(fi.PCSP); fi.PCSP[n-1].PC >= size && n > 1 {
		fi.PCSP = fi.PCSP[:n-1]
	}
	return fi
}
