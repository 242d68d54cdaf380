package amd64

import (
	"fmt"
	"sort"

	"strata/internal/amd64/x86"
	"strata/internal/regalloc"
	"strata/internal/ssa"
)

// emitter turns allocated machine instructions into x86 instructions and
// collects what the tables need: for every change of SP, of the position and of
// preemption safety the index of the x86 instruction from which it holds.
type emitter struct {
	f     *ssa.Func
	m     *mfunc
	res   *regalloc.Result
	opts  *Options
	frame frame

	prog    []x86.Inst
	pos     []ssa.Pos // of each element of prog
	at      ssa.Pos
	loc     []regalloc.Loc // places of the current instruction's operands
	current int32          // index of the current machine instruction

	order  []*mblock
	starts []int32 // first x86 instruction of a block
	next   int32   // block that follows in the layout, -1 for none
	from   *mblock // the block of the layout that is being emitted
	states []bool  // by block: is it in an unsafe region at its beginning

	repeating bool // a loop's last test stands in place of a jump there
	jumps     []fixup
	stubs     []stub

	cold   int // x86 instruction with which the cold part begins, 0 for none
	rejoin recoverJumps

	bound int // x86 instruction at which parameters and results are in place, see lowerNop

	sp       []mark
	unsafe   []mark
	isUnsafe bool
	calls    []callSite
	maps     mapSet

	nosplit    bool
	splitCalls []splitCall
}

// mark is a value that holds from an x86 instruction on.
type mark struct {
	inst  int
	value int32
}

// fixup is a branch to a block.
type fixup struct {
	inst  int
	block int32
}

// stub is code behind the function's body.
type stub struct {
	pos    ssa.Pos
	branch int
	unsafe bool
	body   func()
}

// callSite says which stack map belongs to a call.
type callSite struct {
	inst int
	m    int32
}

type splitCall struct {
	sym string
	use int32
}

// Places of operands.

// placed is the operand at a place of the allocator.
func (e *emitter) placed(l regalloc.Loc) x86.Operand {
	if l.IsReg() {
		return x86.R(x86.Reg(l.Reg()))
	}
	return x86.M(x86.SP, e.frame.spill(l.Slot()))
}

// reg is the i-th register operand of the current instruction.
func (e *emitter) reg(in *inst, i int) x86.Operand { return e.placed(e.loc[i]) }

// operand is a with its registers.
func (e *emitter) operand(in *inst, a arg) x86.Operand {
	switch a.kind {
	case argReg:
		return e.reg(in, int(a.reg))
	case argPhys:
		return x86.R(a.phys)
	case argImm:
		return x86.I(a.imm)
	case argMem:
		return e.memory(a.m)
	}
	panic("amd64: operand without kind")
}

func (e *emitter) memory(m *mem) x86.Operand {
	o := x86.Operand{Kind: x86.Memory, Mem: x86.Mem{Base: x86.NoReg, Index: x86.NoReg, Disp: m.disp}}
	switch m.place {
	case inReg:
		o.Mem.Base = x86.Reg(e.loc[m.base].Reg())
	case inSym:
		o.Mem.Sym = m.sym // executables are static and below 2 GB, so an index may go with it
	case inPool:
		o.Mem.Sym = poolSym
		return o
	case inTLS:
		o.Mem.Base = x86.TLS
		return o
	default:
		o.Mem.Base = x86.SP
		o.Mem.Disp += e.frame.base(m)
	}
	if m.index >= 0 {
		o.Mem.Index, o.Mem.Scale = x86.Reg(e.loc[m.index].Reg()), m.scale
	}
	return o
}

// Emission.

func (e *emitter) op(op x86.Op, args ...x86.Operand) {
	e.prog = append(e.prog, x86.New(op, args...))
	e.pos = append(e.pos, e.at)
}

// branch emits a branch whose target bind sets.
func (e *emitter) branch(op x86.Op) int {
	e.op(op, x86.To(0))
	return len(e.prog) - 1
}

func (e *emitter) bind(branch int) { e.prog[branch].Args[0].Target = int32(len(e.prog)) }

func (e *emitter) here() int32 { return int32(len(e.prog)) }

func (e *emitter) stub(pos ssa.Pos, branch int, body func()) {
	e.stubs = append(e.stubs, stub{pos, branch, e.isUnsafe, body})
}

// setSP says how many bytes lie between SP and the return address from here on.
func (e *emitter) setSP(delta int64) {
	e.sp = append(e.sp, mark{len(e.prog), int32(delta)})
}

func (e *emitter) delta() int32 {
	if len(e.sp) == 0 {
		return 0
	}
	return e.sp[len(e.sp)-1].value
}

func (e *emitter) setUnsafe(on bool) {
	if on == e.isUnsafe {
		return
	}
	e.isUnsafe = on
	v := int32(0)
	if on {
		v = 1
	}
	e.unsafe = append(e.unsafe, mark{len(e.prog), v})
}

// unsafeRegion forbids asynchronous preemption until the function it returns is called.
func (e *emitter) unsafeRegion() func() {
	was := e.isUnsafe
	e.setUnsafe(true)
	return func() { e.setUnsafe(was) }
}

func (e *emitter) call(sym string, m int32) {
	e.noteCall(sym, e.delta())
	e.calls = append(e.calls, callSite{len(e.prog), m})
	e.op(x86.CALL, x86.CallSym(sym))
}

// callIndirect calls through a register or memory.
func (e *emitter) callIndirect(target x86.Operand, m int32) {
	e.calls = append(e.calls, callSite{len(e.prog), m})
	e.op(x86.CALL, target)
}

// noteCall records a direct call for the linker's check of stack use.
func (e *emitter) noteCall(sym string, use int32) {
	for _, c := range e.splitCalls {
		if c.sym == sym && c.use >= use {
			return
		}
	}
	e.splitCalls = append(e.splitCalls, splitCall{sym, use})
}

func (e *emitter) loadG() {
	e.op(x86.MOVQ, x86.M(x86.TLS, 0), x86.R(regG))
}

// runtimeName completes the name of a runtime function.
func runtimeName(fn string) string {
	for i := range fn {
		if fn[i] == '.' {
			return fn
		}
	}
	return "runtime." + fn
}

// mapOf is the stack map of the current instruction, a call.
func (e *emitter) mapOf(in *inst) int32 {
	m := e.frame.liveMap(e.res.PtrSlots[e.current])
	for _, s := range e.m.life.at(in.val) {
		if off := e.frame.slots[s.ID]; off != noPlace {
			m = markObject(m, off, s.PtrMask)
		}
	}
	return e.maps.local(m, e.frame.argMap)
}

// Blocks.

// emit produces the whole function.
func (e *emitter) emit() error {
	if e.opts.ColdApart {
		e.m.setApart()
	}
	e.order = e.dropEmpty(layout(e.m))
	e.starts = make([]int32, len(e.m.blocks))
	e.frame.objects(&e.maps)
	e.states = e.m.unsafeStates()
	heads := e.loopHeads()
	e.prologue()
	cold := e.coldFrom()
	for i, b := range e.order {
		if i == cold {
			e.beginCold()
		}
		e.next = -1
		if i+1 < len(e.order) && i+1 != cold {
			e.next = e.order[i+1].index
		}
		e.setUnsafe(e.states[b.index])
		if heads[i] && e.cold == 0 {
			e.op(x86.PCALIGN, x86.I(loopAlign))
		}
		e.starts[b.index] = e.here()
		e.from = b
		e.block(b)
	}
	if cold == len(e.order) && len(e.stubs) > 0 {
		e.beginCold()
	}
	for i := 0; i < len(e.stubs); i++ {
		s := &e.stubs[i]
		e.at = s.pos
		e.setUnsafe(s.unsafe)
		e.bind(s.branch)
		s.body()
	}
	e.setUnsafe(false)
	if e.cold > 0 {
		e.endCold()
	}
	e.padInlines()
	for _, j := range e.jumps {
		e.prog[j.inst].Args[0].Target = e.starts[e.resolve(j.block)]
	}
	return nil
}

func (e *emitter) block(b *mblock) {
	edits := e.res.Edits
	k := sort.Search(len(edits), func(i int) bool { return edits[i].Inst >= b.first })
	for i := b.first; i < b.last; i++ {
		in := e.m.insts[i]
		e.current, e.loc = i, e.res.Allocs[i]
		if in.pos.P.IsValid() {
			e.at = in.pos
		}
		for ; k < len(edits) && edits[k].Inst == i && !edits[k].After; k++ {
			if e.exchange(edits[k:]) {
				k += 2
				continue
			}
			e.edit(&edits[k])
		}
		e.inst(in)
		for ; k < len(edits) && edits[k].Inst == i; k++ {
			e.edit(&edits[k])
		}
	}
}

func (e *emitter) inst(in *inst) {
	if in.expand != nil {
		in.expand(e, in)
		return
	}
	if in.move && e.loc[0] == e.loc[1] {
		return
	}
	if in.isSum && e.sum(in) {
		return
	}
	x := x86.Inst{Op: in.op, NArgs: in.nargs}
	for i := range in.args[:in.nargs] {
		x.Args[i] = e.operand(in, in.args[i])
	}
	e.prog = append(e.prog, x)
	e.pos = append(e.pos, e.at)
}

// exchange emits two registers' change of places, which the allocator does by way of
// the scratch register, as one instruction.
func (e *emitter) exchange(d []regalloc.Edit) bool {
	x := regalloc.RegLoc(preg(scratchX))
	if len(d) < 3 || d[0].Inst != d[2].Inst || d[0].To != x || d[2].From != x || d[0].Class != regalloc.IntClass ||
		d[1].To != d[0].From || d[2].To != d[1].From || !d[1].From.IsReg() || d[1].Remat >= 0 {
		return false
	}
	for _, m := range d[3:] {
		if m.Inst != d[0].Inst || m.To == x {
			break
		}
		if m.From == x {
			return false // somebody else wants the saved value too
		}
	}
	e.op(x86.XCHGQ, e.placed(d[1].From), e.placed(d[1].To))
	return true
}

// sum adds in place when LEA would write the register that it reads.
func (e *emitter) sum(in *inst) bool {
	m, d := e.memory(in.args[0].m), e.operand(in, in.args[1])
	add := x86.ADDL
	if in.op == x86.LEAQ {
		add = x86.ADDQ
	}
	switch {
	case m.Mem.Index == x86.NoReg && m.Mem.Base == d.Reg:
		switch {
		case m.Mem.Disp != 0:
			e.op(add, x86.I(m.Mem.Disp), d)
		case add == x86.ADDL:
			e.op(x86.MOVL, d, d) // others count on zeros above 4 bytes
		}
	case m.Mem.Index == x86.NoReg || m.Mem.Disp != 0 || m.Mem.Scale != 1 || m.Mem.Sym != "":
		return false
	case m.Mem.Base == d.Reg:
		e.op(add, x86.R(m.Mem.Index), d)
	case m.Mem.Index == d.Reg:
		e.op(add, x86.R(m.Mem.Base), d)
	default:
		return false
	}
	return true
}

// edit emits a move of the allocator. It leaves the flags alone.
func (e *emitter) edit(d *regalloc.Edit) {
	if d.Remat >= 0 {
		e.remat(d)
		return
	}
	if d.From == d.To {
		return
	}
	src, dst := e.placed(d.From), e.placed(d.To)
	op := x86.MOVQ
	switch {
	case d.Wide:
		op = x86.MOVUPS
	case d.Class == regalloc.FloatClass && d.From.IsReg() && d.To.IsReg():
		op = x86.MOVAPS
	}
	if !d.From.IsReg() && !d.To.IsReg() {
		x := x86.R(scratchX)
		e.op(op, src, x)
		e.op(op, x, dst)
		return
	}
	if d.Wide && d.From.IsReg() && d.To.IsReg() {
		op = x86.MOVAPS
	}
	e.op(op, src, dst)
}

// unsafeStates tells for each block whether it begins in a region that must not be preempted.
func (m *mfunc) unsafeStates() []bool {
	in := make([]bool, len(m.blocks))
	any := false
	for _, i := range m.insts {
		if i.isUnsafeMark {
			any = true
			break
		}
	}
	if !any {
		return in
	}
	for again := true; again; {
		again = false
		for _, b := range m.blocks {
			state := in[b.index]
			for _, i := range m.insts[b.first:b.last] {
				if i.isUnsafeMark {
					state = i.imm == 1
				}
			}
			for _, s := range b.succs {
				if state && !in[s] {
					in[s], again = true, true
				}
			}
		}
	}
	return in
}

func (e *emitter) remat(d *regalloc.Edit) {
	panic(fmt.Sprintf("amd64: %s: no rematerialisation %d", e.f.Name, d.Remat))
}
