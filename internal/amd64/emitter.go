package amd64

import (
	"fmt"
	"sort"

	"strata/internal/abi"
	"strata/internal/amd64/x86"
	"strata/internal/object"
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
	jumps  []fixup
	stubs  []stub

	sp       []mark
	unsafe   []mark
	isUnsafe bool
	calls    []callSite
	maps     mapSet

	abs        []absRef // addresses in displacements
	nosplit    bool
	splitCalls []splitCall
}

// absRef is an address that stands as the displacement absMark + its index times absStep: package x86 knows
// no relocation beside an index register.
type absRef struct {
	sym string
	add int64
}

// absMark is a displacement that no frame, object or offset has: Compile replaces it.
const absMark = 0x7C5A0000

// absStep leaves room for offsets in what is copied piece by piece.
const absStep = 4 * inlineLimit

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
		if m.index >= 0 {
			// Executables are static and below 2 GB: the address is a displacement.
			o.Mem.Index, o.Mem.Scale = x86.Reg(e.loc[m.index].Reg()), m.scale
			o.Mem.Disp = absMark + int64(len(e.abs))*absStep
			e.abs = append(e.abs, absRef{m.sym, m.disp})
			return o
		}
		o.Mem.Sym = m.sym
		return o
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

// boundsArgs moves the operands of a failed check to where panicBounds takes them.
func (e *emitter) boundsArgs(index, length x86.Operand) {
	ax, bx := x86.R(x86.AX), x86.R(x86.BX)
	switch {
	case !mentions(index, x86.BX):
		e.moveTo(length, bx)
		e.moveTo(index, ax)
	case !mentions(length, x86.AX):
		e.moveTo(index, ax)
		e.moveTo(length, bx)
	default:
		e.op(x86.MOVQ, length, x86.R(scratchX))
		e.op(x86.MOVQ, index, ax)
		e.op(x86.MOVQ, x86.R(scratchX), bx)
	}
}

func mentions(o x86.Operand, r x86.Reg) bool {
	return o.Kind == x86.Register && o.Reg == r || o.Kind == x86.Memory && (o.Mem.Base == r || o.Mem.Index == r)
}

func (e *emitter) moveTo(src, dst x86.Operand) {
	switch {
	case src.Kind == x86.Register && src.Reg == dst.Reg:
	case src.Kind == x86.Immediate && src.Imm >= 0 && src.Imm < 1<<31:
		e.op(x86.MOVL, src, dst)
	default:
		e.op(x86.MOVQ, src, dst)
	}
}

// stubFrame makes a frame for a call behind a function that has none, with
// room for what the callee may spill.
func (e *emitter) stubFrame() {
	if e.frame.size != 0 {
		return
	}
	e.setSP(0)
	e.op(x86.PUSHQ, x86.R(x86.BP))
	e.setSP(8)
	e.op(x86.MOVQ, x86.R(x86.SP), x86.R(x86.BP))
	e.op(x86.SUBQ, x86.I(stubSpill), x86.R(x86.SP))
	e.setSP(8 + stubSpill)
}

// stubSpill is what panicBounds may spill of its register arguments.
const stubSpill = 24

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
	return e.maps.local(e.frame.liveMap(e.res.PtrSlots[e.current]), e.frame.argMap)
}

// Blocks.

// emit produces the whole function.
func (e *emitter) emit() error {
	e.order = e.dropEmpty(layout(e.m))
	e.starts = make([]int32, len(e.m.blocks))
	e.frame.objects(&e.maps)
	states := e.m.unsafeStates()
	e.prologue()
	for i, b := range e.order {
		e.next = -1
		if i+1 < len(e.order) {
			e.next = e.order[i+1].index
		}
		e.setUnsafe(states[b.index])
		e.starts[b.index] = e.here()
		if err := e.block(b); err != nil {
			return err
		}
	}
	for i := 0; i < len(e.stubs); i++ {
		s := &e.stubs[i]
		e.at = s.pos
		e.setUnsafe(s.unsafe)
		e.bind(s.branch)
		s.body()
	}
	e.setUnsafe(false)
	for _, j := range e.jumps {
		e.prog[j.inst].Args[0].Target = e.starts[e.resolve(j.block)]
	}
	return nil
}

func (e *emitter) block(b *mblock) error {
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
	return nil
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
		if m.Mem.Disp != 0 {
			e.op(add, x86.I(m.Mem.Disp), d)
		}
	case m.Mem.Index == x86.NoReg || m.Mem.Disp != 0 || m.Mem.Scale != 1:
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

// dropEmpty leaves out blocks that only jump elsewhere.
func (e *emitter) dropEmpty(order []*mblock) []*mblock {
	keep := order[:0:0]
	for _, b := range order {
		if b.index == 0 || e.resolve(b.index) == b.index {
			keep = append(keep, b)
		}
	}
	return keep
}

// resolve follows blocks that only jump.
func (e *emitter) resolve(b int32) int32 {
	for n := 0; n < len(e.m.blocks); n++ {
		mb := e.m.blocks[b]
		if b == 0 || mb.last-mb.first != 1 || mb.b.Kind != ssa.BlockJump || mb.succs[0] == b || e.hasEdits(mb.first) || mb.b == e.f.Recover {
			return b
		}
		b = mb.succs[0]
	}
	return b
}

func (e *emitter) hasEdits(inst int32) bool {
	edits := e.res.Edits
	k := sort.Search(len(edits), func(i int) bool { return edits[i].Inst >= inst })
	return k < len(edits) && edits[k].Inst == inst
}

// jumpTo goes to a block, by falling through if it comes next.
func (e *emitter) jumpTo(b int32) {
	switch to := e.resolve(b); {
	case to == e.next:
	case e.onlyReturns(to):
		e.at = e.m.insts[e.m.blocks[to].first].pos
		e.returnHere()
	default:
		e.goTo(x86.JMP, b)
	}
}

// onlyReturns tells whether block b is nothing but a return, which is as short as a jump there.
func (e *emitter) onlyReturns(b int32) bool {
	mb := e.m.blocks[b]
	return mb.b.Kind == ssa.BlockRet && mb.last-mb.first == 1 && mb.b != e.f.Recover && !e.hasEdits(mb.first)
}

// returnHere gives the frame back and returns.
func (e *emitter) returnHere() {
	e.epilogue()
	e.op(x86.RET)
	e.body()
}

func (e *emitter) goTo(op x86.Op, b int32) {
	e.jumps = append(e.jumps, fixup{e.branch(op), b})
}

// branchTo goes to yes if c holds, else to no.
func (e *emitter) branchTo(c cond, yes, no int32) {
	if c.parity == orUnordered {
		c, yes, no = c.not(), no, yes
	}
	yesNext := e.resolve(yes) == e.next
	switch {
	case e.resolve(yes) == e.resolve(no):
		e.jumpTo(no)
	case c.parity == andOrdered && yesNext:
		e.goTo(jccOps[c.cc.not()], no)
		e.goTo(x86.JPS, no)
	case c.parity == andOrdered:
		e.goTo(jccOps[c.cc.not()], no)
		e.goTo(x86.JPC, yes)
		e.jumpTo(no)
	case yesNext:
		e.goTo(jccOps[c.cc.not()], no)
	default:
		e.goTo(jccOps[c.cc], yes)
		e.jumpTo(no)
	}
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

// prologue checks the stack, makes the frame and zeroes its pointers.
func (e *emitter) prologue() {
	e.at = ssa.Pos{P: e.f.Pos}
	e.setSP(0)
	if e.f.ABI != nil && e.f.ABI.Conv == abi.Stack {
		e.loadG()
	}
	if !e.nosplit {
		e.stackCheck()
	}
	n := e.frame.size
	if n == 0 {
		return
	}
	e.op(x86.PUSHQ, x86.R(x86.BP))
	e.setSP(8)
	e.op(x86.MOVQ, x86.R(x86.SP), x86.R(x86.BP))
	if n > 8 {
		e.op(x86.SUBQ, x86.I(n-8), x86.R(x86.SP))
		e.setSP(n)
	}
	e.zeroSlots()
}

// stackCheck compares SP with the guard and leaves to a stub that grows the stack.
func (e *emitter) stackCheck() {
	n := e.frame.size
	guard := x86.M(regG, guardOffset)
	a := x86.R(prologueA)
	switch {
	case n <= stackSmall:
		e.op(x86.CMPQ, x86.R(x86.SP), guard)
	case n <= stackBig:
		e.op(x86.LEAQ, x86.M(x86.SP, stackSmall-n), a)
		e.op(x86.CMPQ, a, guard)
	default:
		// SP minus a large frame may wrap around; the preemption guard is so
		// large that every difference is below it.
		e.op(x86.MOVQ, x86.R(x86.SP), a)
		e.op(x86.SUBQ, x86.I(n-stackSmall), a)
		wrapped := e.branch(x86.JCS)
		e.op(x86.CMPQ, a, guard)
		e.stub(e.at, wrapped, e.growStack)
	}
	e.stub(e.at, e.branch(x86.JLS), e.growStack)
}

// growStack saves the argument registers in the caller's frame, grows the stack and starts over.
func (e *emitter) growStack() {
	body := e.delta()
	e.setSP(0)
	e.spillArgs(true)
	sym := "runtime.morestack_noctxt<ABI0>"
	if e.m.usesCtxt || e.f.Pragma&ssa.NeedCtxt != 0 {
		sym = "runtime.morestack<ABI0>"
	}
	e.calls = append(e.calls, callSite{len(e.prog), e.maps.local(nil, e.frame.spilledArgMap)})
	e.op(x86.CALL, x86.CallSym(sym))
	e.spillArgs(false)
	e.op(x86.JMP, x86.To(0))
	e.setSP(int64(body))
}

// spillArgs stores the argument registers to their spill slots, or loads them back.
func (e *emitter) spillArgs(store bool) {
	if e.f.ABI == nil {
		return
	}
	for i := range e.f.ABI.In {
		c := &e.f.ABI.In[i]
		if c.Reg < 0 {
			continue
		}
		t := compType(c)
		m, r := x86.M(x86.SP, 8+c.Off), x86.R(compReg(c))
		if store {
			e.op(storeOp(t), r, m)
		} else {
			e.op(loadOp(t), m, r)
		}
	}
}

// zeroSlots clears the pointers of the frame's objects, which the collector may scan at any time.
func (e *emitter) zeroSlots() {
	lo, hi := e.frame.zeroLo, e.frame.zeroHi
	if lo == hi {
		return
	}
	x, n := x86.R(scratchX), hi-lo
	if n == 8 {
		e.op(x86.MOVQ, x86.I(0), x86.M(x86.SP, lo))
		return
	}
	e.op(x86.XORPS, x, x)
	if n <= 2*inlineLimit {
		chunks(n, func(off, size int64) {
			op := x86.MOVUPS
			if size == 8 {
				op = x86.MOVQ
			}
			e.op(op, x, x86.M(x86.SP, lo+off))
		})
		return
	}
	i := x86.R(prologueA)
	whole := n &^ 15
	e.op(x86.MOVQ, x86.I(-whole), i)
	loop := e.here()
	e.op(x86.MOVUPS, x, x86.MI(x86.SP, prologueA, 1, lo+whole))
	e.op(x86.ADDQ, x86.I(16), i)
	e.op(x86.JNE, x86.To(loop))
	if whole != n {
		e.op(x86.MOVUPS, x, x86.M(x86.SP, hi-16))
	}
}

// epilogue gives the frame back.
func (e *emitter) epilogue() {
	n := e.frame.size
	if n == 0 {
		return
	}
	if n > 8 {
		e.op(x86.ADDQ, x86.I(n-8), x86.R(x86.SP))
		e.setSP(8)
	}
	e.op(x86.POPQ, x86.R(x86.BP))
	e.setSP(0)
}

// body says that code behind a return has a frame again.
func (e *emitter) body() { e.setSP(e.frame.size) }

func (e *emitter) remat(d *regalloc.Edit) {
	panic(fmt.Sprintf("amd64: %s: no rematerialisation %d", e.f.Name, d.Remat))
}

var _ = object.Text
