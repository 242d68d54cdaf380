package codegen

import (
	"sort"

	"strata/internal/regalloc"
	"strata/internal/ssa"
)

// Emitter turns allocated machine instructions into instructions of the machine, by way of a machine, and
// collects what the tables need: for every change of SP, of the position and of preemption safety the index of the instruction from
// which it holds.
type Emitter struct {
	Machine Machine
	F       *ssa.Func
	M       *Func
	res     *regalloc.Result
	Opts    *Options
	Frame   Frame

	Pos     []ssa.Pos // of each instruction of the machine
	At      ssa.Pos
	Loc     []regalloc.Loc // places of the current instruction's operands
	current int32          // index of the current machine instruction

	order  []*Block
	Starts []int32 // first instruction of a block
	Next   int32   // block that follows in the layout, -1 for none
	from   *Block  // the block of the layout that is being emitted
	states []bool  // by block: is it in an unsafe region at its beginning

	repeating bool // a loop's last test stands in place of a jump there
	jumps     []fixup
	stubs     []stub

	Cold   int // instruction with which the cold part begins, 0 for none
	rejoin recoverJumps

	Bound int // instruction at which parameters and results are in place

	sp       []mark
	unsafe   []mark
	isUnsafe bool
	calls    []callSite
	Maps     MapSet

	NoSplit    bool
	splitCalls []splitCall
}

// Machine emits instructions behind those that there are. Instructions are known by their index.
type Machine interface {
	// Prologue checks the stack, makes the frame and zeroes its pointers.
	Prologue()
	// Emit emits a machine instruction, whose operands' places stand in loc.
	Emit(in *Inst)
	// Edits emits one or several of the allocator's moves, all in front of the same instruction, and tells how many.
	Edits(list []regalloc.Edit) int
	// Jump emits a jump and gives its index; SetTarget sets where it, or another branch, leads.
	Jump() int
	SetTarget(branch int, to int32)
	// Return gives the frame back and returns. What follows has the frame again.
	Return()
	// AlignLoop aligns the next instruction to Target.LoopAlign.
	AlignLoop()
	// Filler emits a short instruction that is never executed. Trap emits one that stops whoever comes there.
	Filler()
	Trap()
	// String is an instruction as assembly; pc has the offsets of all.
	String(i int, pc []int32) string
}

// recoverJumps are the instructions by which the parts reach the recover block, by part: 0 in the one that has it.
type recoverJumps struct{ hot, cold int }

// mark is a value that holds from an instruction on.
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

// Here is the index of the next instruction.
func (e *Emitter) Here() int32 { return int32(len(e.Pos)) }

// goTo jumps to a block.
func (e *Emitter) goTo(b int32) { e.LeadTo(e.Machine.Jump(), b) }

// LeadTo has a branch lead to a block.
func (e *Emitter) LeadTo(branch int, block int32) { e.jumps = append(e.jumps, fixup{branch, block}) }

// CallMap says which stack map is in force at the next instruction, a call.
func (e *Emitter) CallMap(m int32) { e.calls = append(e.calls, callSite{len(e.Pos), m}) }

// Stub has body emitted behind the function, with branch leading there.
func (e *Emitter) Stub(pos ssa.Pos, branch int, body func()) {
	e.stubs = append(e.stubs, stub{pos, branch, e.isUnsafe, body})
}

// SetSP says how many bytes lie between SP and the return address from here on.
func (e *Emitter) SetSP(delta int64) {
	e.sp = append(e.sp, mark{len(e.Pos), int32(delta)})
}

func (e *Emitter) Delta() int32 {
	if len(e.sp) == 0 {
		return 0
	}
	return e.sp[len(e.sp)-1].value
}

func (e *Emitter) SetUnsafe(on bool) {
	if on == e.isUnsafe {
		return
	}
	e.isUnsafe = on
	v := int32(0)
	if on {
		v = 1
	}
	e.unsafe = append(e.unsafe, mark{len(e.Pos), v})
}

// UnsafeRegion forbids asynchronous preemption until the function it returns is called.
func (e *Emitter) UnsafeRegion() func() {
	was := e.isUnsafe
	e.SetUnsafe(true)
	return func() { e.SetUnsafe(was) }
}

// NoteCall records a direct call for the linker's check of stack use.
func (e *Emitter) NoteCall(sym string, use int32) {
	for _, c := range e.splitCalls {
		if c.sym == sym && c.use >= use {
			return
		}
	}
	e.splitCalls = append(e.splitCalls, splitCall{sym, use})
}

// MapOf is the stack map of the current instruction, a call.
func (e *Emitter) MapOf(in *Inst) int32 {
	m := e.Frame.LiveMap(e.res.PtrSlots[e.current])
	for _, s := range e.M.Life.At(in.Val) {
		if off := e.Frame.Slots[s.ID]; off != NoPlace {
			m = MarkObject(m, off, s.PtrMask)
		}
	}
	return e.Maps.Local(m, e.Frame.ArgMap)
}

// Run produces the whole function.
func (e *Emitter) Run() {
	if e.Opts.ColdApart {
		e.M.SetApart()
	}
	e.order = e.dropEmpty(Layout(e.M))
	e.Starts = make([]int32, len(e.M.Blocks))
	e.Frame.Objects(&e.Maps)
	e.states = e.M.UnsafeStates()
	heads := e.loopHeads()
	e.Machine.Prologue()
	cold := e.coldFrom()
	for i, b := range e.order {
		if i == cold {
			e.beginCold()
		}
		e.Next = -1
		if i+1 < len(e.order) && i+1 != cold {
			e.Next = e.order[i+1].Index
		}
		e.SetUnsafe(e.states[b.Index])
		if heads[i] && e.Cold == 0 {
			e.Machine.AlignLoop()
		}
		e.Starts[b.Index] = e.Here()
		e.from = b
		e.block(b)
	}
	if cold == len(e.order) && len(e.stubs) > 0 {
		e.beginCold()
	}
	for i := 0; i < len(e.stubs); i++ {
		s := &e.stubs[i]
		e.At = s.pos
		e.SetUnsafe(s.unsafe)
		e.Machine.SetTarget(s.branch, e.Here())
		s.body()
	}
	e.SetUnsafe(false)
	if e.Cold > 0 {
		e.endCold()
	}
	e.PadInlines()
	for _, j := range e.jumps {
		e.Machine.SetTarget(j.inst, e.Starts[e.Resolve(j.block)])
	}
}

func (e *Emitter) block(b *Block) {
	edits := e.res.Edits
	k := sort.Search(len(edits), func(i int) bool { return edits[i].Inst >= b.First })
	for i := b.First; i < b.Last; i++ {
		in := e.M.Insts[i]
		e.current, e.Loc = i, e.res.Allocs[i]
		if in.Pos.P.IsValid() {
			e.At = in.Pos
		}
		n := k
		for n < len(edits) && edits[n].Inst == i && !edits[n].After {
			n++
		}
		for k < n {
			k += e.Machine.Edits(edits[k:])
		}
		e.Machine.Emit(in)
		for ; k < len(edits) && edits[k].Inst == i; k++ {
			e.Machine.Edits(edits[k : k+1])
		}
	}
}

// latchSize is the most machine instructions that a loop's last test has to be repeated.
const latchSize = 4

// dropEmpty leaves out blocks that only jump elsewhere.
func (e *Emitter) dropEmpty(order []*Block) []*Block {
	keep := order[:0:0]
	for _, b := range order {
		if b.Index == 0 || e.Resolve(b.Index) == b.Index {
			keep = append(keep, b)
		}
	}
	return keep
}

// Resolve follows blocks that only jump.
func (e *Emitter) Resolve(b int32) int32 {
	for n := 0; n < len(e.M.Blocks); n++ {
		mb := e.M.Blocks[b]
		if b == 0 || mb.Last-mb.First != 1 || mb.SSA.Kind != ssa.BlockJump || mb.Succs[0] == b || e.hasEdits(mb.First) || mb.SSA == e.F.Recover {
			return b
		}
		b = mb.Succs[0]
	}
	return b
}

func (e *Emitter) hasEdits(inst int32) bool {
	edits := e.res.Edits
	k := sort.Search(len(edits), func(i int) bool { return edits[i].Inst >= inst })
	return k < len(edits) && edits[k].Inst == inst
}

// JumpTo goes to a block, by falling through if it comes next.
func (e *Emitter) JumpTo(b int32) {
	switch to := e.Resolve(b); {
	case to == e.Next:
	case e.onlyReturns(to):
		e.At = e.M.Insts[e.M.Blocks[to].First].Pos
		e.Machine.Return()
	case e.repeats(to):
		e.repeating = true
		e.block(e.M.Blocks[to])
		e.repeating = false
	default:
		e.goTo(b)
	}
}

// repeats tells whether block b is a short test that goes back to the head of the loop that control is in. Where
// the ways of a loop's body end, the test itself takes one jump a round, a jump to the test would make it two.
func (e *Emitter) repeats(b int32) bool {
	mb := e.M.Blocks[b]
	if e.repeating || mb.SSA.Kind != ssa.BlockIf || mb.Last-mb.First > latchSize || mb.SSA == e.F.Recover || mb.SSA.Cold || e.Cold != 0 {
		return false
	}
	if e.from.SSA.Cold || mb.Depth == 0 || e.from.Depth != mb.Depth || e.states[b] != e.states[e.from.Index] {
		return false
	}
	for _, in := range e.M.Insts[mb.First : mb.Last-1] {
		if in.Expand != nil {
			return false
		}
	}
	for _, s := range mb.Succs {
		to := e.Resolve(s)
		if e.Starts[to] > 0 && e.M.Blocks[to].Depth == mb.Depth {
			return true
		}
	}
	return false
}

// onlyReturns tells whether block b is nothing but a return, which is as short as a jump there.
func (e *Emitter) onlyReturns(b int32) bool {
	mb := e.M.Blocks[b]
	return mb.SSA.Kind == ssa.BlockRet && mb.Last-mb.First == 1 && mb.SSA != e.F.Recover && !e.hasEdits(mb.First)
}
