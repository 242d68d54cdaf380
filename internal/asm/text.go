package asm

import (
	"math"
	"strings"

	"strata/internal/amd64/x86"
	"strata/internal/rtcall"
)

// Stack checks: a frame of at most stackSmall bytes may start below the guard,
// one of at most stackBig cannot make SP wrap around. stackguard0 is the third
// word of g.
const (
	stackSmall = 128
	stackBig   = 4096
	guardOff   = 16
)

// text parses TEXT name(SB), flags, $frame-args.
func (p *parser) text(operands [][]token) {
	p.cur = nil
	if len(operands) != 2 && len(operands) != 3 {
		p.errorf("TEXT wants two or three operands")
		return
	}
	a, ok := p.dataSymbol("TEXT", operands[0])
	if !ok {
		return
	}
	f := &function{p: p, sym: a.sym, at: p.at, labels: map[string]int32{}, args: ArgsSizeUnknown}
	if len(operands) == 3 {
		f.flags = p.flags("TEXT", operands[1])
	}
	if !f.sizes(operands[len(operands)-1]) {
		p.errorf("TEXT %s: sizes must have the form $frame-args", a.sym.name)
		return
	}
	if a.sym.internal && f.flags&flagNoSplit == 0 {
		p.errorf("TEXT %s: ABIInternal requires NOSPLIT", a.sym.name)
	}
	f.linkName = p.funcName(a.sym)
	f.displayed = p.qualified(a.sym.name)
	if !a.sym.static {
		old := p.texts[f.displayed]
		if old != nil && old.linkName == f.linkName {
			p.errorf("TEXT %s is already defined", a.sym.name)
		}
		// A function may stand in both ABIs; plain references mean ABI0.
		if old == nil || old.sym.internal {
			p.texts[f.displayed] = f
		}
	}
	p.funcs = append(p.funcs, f)
	p.cur = f
	// TEXT itself is statement 0, which n(PC) counts.
	f.stmts = append(f.stmts, stmt{op: x86.LABEL, at: p.at})
}

func (f *function) sizes(toks []token) bool {
	c := &cursor{toks: toks}
	if !c.got('$') {
		return false
	}
	neg := c.got('-')
	t := c.want(tokInt, "integer")
	f.frame = int32((&cursor{toks: []token{t}}).expr())
	if neg {
		f.frame = 0
	}
	if c.got('-') {
		t := c.want(tokInt, "integer")
		f.args = int32((&cursor{toks: []token{t}}).expr())
	}
	return c.err == nil && len(c.toks) == 0
}

// body is a function in the making: its instructions, and for each the change
// of SP that holds after it.
type body struct {
	f       *function
	insts   []x86.Inst
	adj     []int32
	delta   int32   // bytes pushed since entry, where insts ends
	index   []int32 // of the instruction of each statement, and of the end
	frame   int32   // of the whole frame, with the saved BP
	bpSize  int32
	noSplit bool
}

func (b *body) emit(at pos, adj int32, op x86.Op, args ...x86.Operand) *x86.Inst {
	in := x86.New(op, args...)
	in.Pos = at.line
	b.insts = append(b.insts, in)
	b.adj = append(b.adj, adj)
	b.delta += adj
	return &b.insts[len(b.insts)-1]
}

// build makes the instructions of f.
func (f *function) build() *body {
	b := &body{f: f, frame: f.frame, noSplit: f.flags&flagNoSplit != 0}
	calls, leaf := f.calls()
	if f.flags&flagNoFrame == 0 && (b.frame != 0 || calls) {
		b.bpSize = 8
		b.frame += 8
	}
	if b.frame%8 != 0 {
		f.errorf(f.at, "unaligned stack size %d", b.frame)
	}
	if b.frame < stackSmall && leaf {
		b.noSplit = true
	}
	var toMore []int // jumps to the call of morestack
	if !b.noSplit {
		toMore = b.stackCheck()
	}
	b.prologue()
	for i := range f.stmts {
		b.index = append(b.index, int32(len(b.insts)))
		b.statement(&f.stmts[i])
	}
	b.index = append(b.index, int32(len(b.insts)))
	b.resolveJumps()
	if toMore != nil {
		b.moreStack(toMore)
	}
	return b
}

func (f *function) errorf(at pos, format string, args ...any) {
	f.p.errs.add(at, format, args...)
}

// calls reports whether f calls, and whether it needs no stack of its own for it.
func (f *function) calls() (calls, leaf bool) {
	leaf = true
	for i := range f.stmts {
		s := &f.stmts[i]
		if s.op != x86.CALL {
			continue
		}
		calls = true
		if s.nargs != 1 || !rtcall.Has(f.p.qualified(s.args[0].sym.name), rtcall.Bare) {
			leaf = false
		}
	}
	return calls, leaf
}

// stackCheck compares SP with the stack guard and returns its jumps to where
// the stack is grown.
func (b *body) stackCheck() []int {
	at := b.f.at
	if !b.f.sym.internal {
		b.emit(at, 0, x86.MOVQ, x86.M(x86.TLS, 0), x86.R(x86.R14))
	}
	guard := x86.M(x86.R14, guardOff)
	var jumps []int
	switch {
	case b.frame <= stackSmall:
		b.emit(at, 0, x86.CMPQ, x86.R(x86.SP), guard)
	case b.frame <= stackBig:
		b.emit(at, 0, x86.LEAQ, x86.M(x86.SP, -int64(b.frame-stackSmall)), x86.R(x86.R12))
		b.emit(at, 0, x86.CMPQ, x86.R(x86.R12), guard)
	default:
		b.emit(at, 0, x86.MOVQ, x86.R(x86.SP), x86.R(x86.R12))
		b.emit(at, 0, x86.SUBQ, x86.I(int64(b.frame-stackSmall)), x86.R(x86.R12))
		jumps = append(jumps, len(b.insts))
		b.emit(at, 0, x86.JCS, x86.To(0))
		b.emit(at, 0, x86.CMPQ, x86.R(x86.R12), guard)
	}
	jumps = append(jumps, len(b.insts))
	b.emit(at, 0, x86.JLS, x86.To(0))
	return jumps
}

// moreStack emits the call that grows the stack and starts over.
func (b *body) moreStack(jumps []int) {
	for _, j := range jumps {
		b.insts[j].Args[0].Target = int32(len(b.insts))
	}
	b.emit(b.f.at, -b.delta, x86.LABEL)
	b.emit(b.f.at, 0, x86.CALL, x86.CallSym(b.f.p.cfg.MoreStack))
	b.emit(b.f.at, 0, x86.JMP, x86.To(0))
}

func (b *body) prologue() {
	if b.bpSize > 0 {
		b.emit(b.f.at, 8, x86.PUSHQ, x86.R(x86.BP))
		b.emit(b.f.at, 0, x86.MOVQ, x86.R(x86.SP), x86.R(x86.BP))
	}
	b.moveSP(b.f.at, b.frame-b.bpSize)
}

// moveSP lowers SP by n bytes.
func (b *body) moveSP(at pos, n int32) {
	switch {
	case n == 0:
	case n == 128 || n < 0 && n != -128:
		b.emit(at, n, x86.ADDQ, x86.I(int64(-n)), x86.R(x86.SP))
	default:
		b.emit(at, n, x86.SUBQ, x86.I(int64(n)), x86.R(x86.SP))
	}
}

// ret is RET, or RET sym(SB), which jumps to sym instead.
func (b *body) ret(s *stmt) {
	if b.delta != b.frame {
		b.f.errorf(s.at, "unbalanced PUSH/POP")
	}
	b.moveSP(s.at, b.bpSize-b.frame)
	if b.bpSize > 0 {
		b.emit(s.at, -b.bpSize, x86.POPQ, x86.R(x86.BP))
	}
	if s.nargs == 1 && s.args[0].pseudo == pseudoSB {
		b.emit(s.at, b.frame, x86.JMP, x86.CallSym(b.f.p.funcName(s.args[0].sym)))
		return
	}
	in := b.emit(s.at, b.frame, x86.RET)
	if s.nargs == 1 {
		in.NArgs, in.Args[0] = 1, s.args[0].op
	}
}

// pushes is the change of SP that stack instructions make.
var pushes = map[x86.Op]int32{
	x86.PUSHQ: 8, x86.PUSHFQ: 8, x86.PUSHW: 2, x86.PUSHFW: 2,
	x86.POPQ: -8, x86.POPFQ: -8, x86.POPW: -2, x86.POPFW: -2,
}

// statement emits one statement.
func (b *body) statement(s *stmt) {
	switch {
	case s.op == x86.RET:
		b.ret(s)
		return
	case s.isAdj:
		if s.adjsp == 0 {
			b.emit(s.at, 0, x86.LABEL)
		} else {
			b.moveSP(s.at, s.adjsp)
		}
		return
	}
	in := x86.Inst{Op: s.op, Suffix: s.suffix, NArgs: s.nargs, Pos: s.at.line}
	for i := 0; i < int(s.nargs); i++ {
		in.Args[i] = b.operand(s, &s.args[i])
	}
	b.rewrite(s, &in)
	b.insts = append(b.insts, in)
	b.adj = append(b.adj, pushes[s.op])
	b.delta += pushes[s.op]
}

// operand resolves pseudo-registers and symbols.
func (b *body) operand(s *stmt, a *arg) x86.Operand {
	op := a.op
	branch := s.op.IsBranch()
	switch {
	case a.isStr:
		b.f.errorf(s.at, "string constant outside DATA")
	case a.label != "":
		target, ok := b.f.labels[a.label]
		if !ok {
			b.f.errorf(s.at, "undefined label %s", a.label)
		}
		return x86.To(target)
	case a.rel:
		return x86.Operand{Kind: x86.Branch, Target: int32(len(b.index)-1) + int32(op.Imm)}
	case a.pseudo == pseudoFP:
		op.Mem.Disp += int64(b.delta) + 8
	case a.pseudo == pseudoSP:
		op.Mem.Disp += int64(b.delta - b.bpSize)
	case a.pseudo == pseudoSB && branch && !a.addr && !a.indirect:
		t := x86.CallSym(b.f.p.funcName(a.sym))
		t.Mem.Disp = op.Mem.Disp
		return t
	case a.pseudo == pseudoSB:
		op.Mem.Sym = b.f.p.reference(a.sym)
	}
	if op.Kind == x86.Memory && op.Mem.Index == x86.TLS && op.Mem.Base.IsGP() {
		op.Mem = x86.Mem{Base: x86.TLS, Index: x86.NoReg, Disp: op.Mem.Disp}
	}
	if a.addr {
		op.Kind = x86.SymImm
	}
	return op
}

// rewrite applies the rules that change one instruction into another.
func (b *body) rewrite(s *stmt, in *x86.Inst) {
	from := &in.Args[0]
	switch in.Op {
	case x86.MOVQ, x86.MOVL:
		switch {
		case from.Kind == x86.SymImm:
			from.Kind = x86.Memory
			if in.Op = x86.LEAQ; s.op == x86.MOVL {
				in.Op = x86.LEAL
			}
		case from.Kind == x86.Register && from.Reg == x86.TLS && in.Args[1].Kind == x86.Register:
			*in = x86.Inst{Op: x86.LABEL, Pos: in.Pos}
		}
	case x86.CMPPS, x86.CMPPD, x86.CMPSS, x86.CMPSD:
		// The predicate may be written without $.
		if last := &in.Args[2]; last.Kind == x86.Memory && last.Mem.Base == x86.NoReg && last.Mem.Sym == "" {
			*last = x86.I(last.Mem.Disp)
		}
	}
	if from.Kind == x86.FloatImm {
		b.float(s, in)
	}
	for i := range in.Args[:in.NArgs] {
		extend(in, &in.Args[i])
	}
}

// extend makes 0x80000000..0xFFFFFFFF in a 64-bit operation negative, as gc does. It chooses the form before that, by the value as it
// was written, so that the immediate always has four bytes.
func extend(in *x86.Inst, a *x86.Operand) {
	if a.Kind != x86.Immediate || a.Imm>>31 != 1 || in.Op == x86.MOVQ && in.Args[1].Kind == x86.Register {
		return
	}
	if strings.HasSuffix(in.Op.String(), "Q") {
		a.Imm, a.Wide = int64(int32(a.Imm)), true
	}
}

// float32Ops and float64Ops take floating-point constants from memory.
var (
	float32Ops = opSet(x86.MOVSS, x86.VMOVSS, x86.ADDSS, x86.SUBSS, x86.MULSS, x86.DIVSS, x86.COMISS, x86.UCOMISS)
	float64Ops = opSet(x86.MOVSD, x86.VMOVSD, x86.ADDSD, x86.SUBSD, x86.MULSD, x86.DIVSD, x86.COMISD, x86.UCOMISD)
)

func opSet(ops ...x86.Op) map[x86.Op]bool {
	m := map[x86.Op]bool{}
	for _, op := range ops {
		m[op] = true
	}
	return m
}

// float moves a floating-point constant to memory, or makes zero with XORPS.
func (b *body) float(s *stmt, in *x86.Inst) {
	from, to := &in.Args[0], &in.Args[1]
	bits := uint64(from.Imm)
	move := in.Op == x86.MOVSS || in.Op == x86.VMOVSS || in.Op == x86.MOVSD || in.Op == x86.VMOVSD
	switch {
	case bits == 0 && move && to.Kind == x86.Register && to.Reg >= x86.X0 && to.Reg <= x86.X15:
		in.Op = x86.XORPS
		*from = *to
	case float32Ops[in.Op]:
		f := math.Float32bits(float32(math.Float64frombits(bits)))
		*from = x86.SymMem(b.f.p.constant(uint64(f), 4).name, 0)
	case float64Ops[in.Op]:
		*from = x86.SymMem(b.f.p.constant(bits, 8).name, 0)
	}
}

// resolveJumps turns targets from statements to instructions.
func (b *body) resolveJumps() {
	last := b.index[len(b.index)-1]
	for i := b.index[0]; i < last; i++ {
		in := &b.insts[i]
		if in.NArgs == 0 {
			continue
		}
		a := &in.Args[in.NArgs-1]
		if a.Kind != x86.Branch || a.Mem.Sym != "" {
			continue
		}
		if a.Target < 0 || int(a.Target) >= len(b.index) {
			b.f.errorf(pos{b.f.at.file, in.Pos}, "jump out of the function")
			a.Target = 0
			continue
		}
		a.Target = b.index[a.Target]
	}
	for i := b.index[0]; i < last; i++ {
		in := &b.insts[i]
		if a := &in.Args[max(in.NArgs, 1)-1]; a.Kind == x86.Branch && a.Mem.Sym == "" {
			a.Target = b.follow(in.Op, i, a.Target)
		}
	}
}

// follow returns where a jump from instruction i to target ends up, through other
// jumps. A jump into an endless loop of jumps becomes such a loop.
func (b *body) follow(op x86.Op, i, target int32) int32 {
	for t, n := target, 0; n < maxJumpChain; n++ {
		if int(t) >= len(b.insts) {
			return t
		}
		in := &b.insts[t]
		if in.Op != x86.JMP || in.Args[0].Kind != x86.Branch || in.Args[0].Mem.Sym != "" || in.Args[0].Target == t {
			return t
		}
		t = in.Args[0].Target
	}
	if op == x86.JMP {
		return i
	}
	return target
}

const maxJumpChain = 5000
