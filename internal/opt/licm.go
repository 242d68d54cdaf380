package opt

import "strata/internal/ssa"

// licm moves computations that give the same result in every round of a loop
// to the loop's preheader, inner loops first: pure operations that cost more than the
// register they occupy, loads from memory that the loop does not write, and checks that the
// first round is sure to make before it has any effect.
func licm(f *ssa.Func, _ *Config) {
	if n := f.Loops(); len(n.Loops) == 0 || n.Irreducible {
		return
	}
	makePreheaders(f)
	h := &hoister{f: f, a: newAliases(f), loops: f.Loops()}
	for i := len(h.loops.Loops) - 1; i >= 0; i-- {
		h.loop(h.loops.Loops[i])
	}
}

// outside lists the indices of the predecessors of l's header that enter the loop.
func outside(f *ssa.Func, l *ssa.Loop) (in []int) {
	for j, p := range l.Header.Preds {
		if !f.Dominates(l.Header, p) {
			in = append(in, j)
		}
	}
	return in
}

// preheader returns the block that only leads to l's header, if there is one.
func preheader(f *ssa.Func, l *ssa.Loop) *ssa.Block { return enteredFrom(l, outside(f, l)) }

// enteredFrom is preheader where the indices of the entering predecessors are known.
func enteredFrom(l *ssa.Loop, in []int) *ssa.Block {
	if len(in) != 1 {
		return nil
	}
	if p := l.Header.Preds[in[0]]; p.Kind == ssa.BlockJump {
		return p
	}
	return nil
}

// makePreheaders puts a block before each loop's header if there is none. From where loops are entered is found out before the
// first change: a new block changes the predecessors of its own loop's header only, and asking the dominator tree of a
// changed graph would build it anew for each loop.
func makePreheaders(f *ssa.Func) {
	loops := f.Loops().Loops
	in := make([][]int, len(loops))
	for i, l := range loops {
		in[i] = outside(f, l)
	}
	made := false
	for i, l := range loops {
		if l.Header != f.Recover && enteredFrom(l, in[i]) == nil && len(in[i]) > 0 && makePreheader(f, l, in[i]) {
			made = true
		}
	}
	if made {
		f.Invalidate()
	}
}

// makePreheader puts a block between l's header and the predecessors that enter the loop.
func makePreheader(f *ssa.Func, l *ssa.Loop, in []int) bool {
	h := l.Header
	for _, j := range in {
		if k := h.Preds[j].Kind; k == ssa.BlockDefer || k == ssa.BlockSwitch {
			return false
		}
	}
	n := f.NewBlock(ssa.BlockJump)
	n.Pos = h.Preds[in[0]].Pos
	for _, v := range h.Values {
		if v.Op != ssa.OpPhi {
			break
		}
		phi := n.Detached(ssa.OpPhi, v.Type, v.Pos)
		for _, j := range in {
			phi.AddArgs(v.Args[j])
		}
		n.Values = append(n.Values, phi)
	}
	for _, j := range in {
		p := h.Preds[j]
		for i, s := range p.Succs {
			if s == h {
				p.Succs[i] = n
				break
			}
		}
		n.Preds = append(n.Preds, p)
	}
	dropPreds(h, in)
	n.AddEdge(h)
	for i, phi := range n.Values {
		h.Values[i].AddArgs(phi)
	}
	return true
}

// dropPreds removes the listed predecessors (ascending) of h with their phi arguments.
func dropPreds(h *ssa.Block, list []int) {
	for i := len(list) - 1; i >= 0; i-- {
		j := list[i]
		h.Preds = append(h.Preds[:j:j], h.Preds[j+1:]...)
		for _, v := range h.Values {
			if v.Op != ssa.OpPhi {
				break
			}
			v.RemoveArg(j)
		}
	}
}

type hoister struct {
	f     *ssa.Func
	a     *aliases
	loops *ssa.LoopNest

	// Of the loop at hand.
	l      *ssa.Loop
	to     *ssa.Block
	writes []span
	all    bool // something in the loop may write everything
	calls  bool
	budget int // how many more values may occupy a register through the loop
	moved  bool
	eff    effect
}

// maxLoopValues bounds the loops that are looked at.
const maxLoopValues = 4000

// registersForLoop is how many values a loop carries before hoisting would spill.
const registersForLoop = 11

func (h *hoister) loop(l *ssa.Loop) {
	h.l, h.to = l, preheader(h.f, l)
	if h.to == nil || !h.summarise() {
		return
	}
	certain := h.certainBlocks()
	for i, b := range l.Blocks {
		if h.loops.Of(b) != l || b.Cold {
			continue
		}
		h.block(b, i < certain)
	}
}

// summarise collects what the loop writes and carries; false if it is too large.
func (h *hoister) summarise() bool {
	h.writes, h.all, h.calls = h.writes[:0], false, false
	h.budget = registersForLoop
	n := 0
	for _, b := range h.l.Blocks {
		if n += len(b.Values); n > maxLoopValues {
			return false
		}
		for _, v := range b.Values {
			if v.Op == ssa.OpPhi && b == h.l.Header && !v.Type.IsFloat() {
				h.budget--
			}
			if v.Op.Has(ssa.Pure) {
				continue
			}
			h.calls = h.calls || v.Op.Has(ssa.CallOp)
			h.a.effectOf(v, &h.eff)
			h.all = h.all || h.eff.writesAll
			h.writes = append(h.writes, h.eff.writes...)
		}
	}
	return len(h.writes) < 100
}

// certainBlocks counts the blocks at the start of l.Blocks that every entry
// into the loop runs through: the header and what follows it without choice.
func (h *hoister) certainBlocks() int {
	for i, b := range h.l.Blocks {
		if i+1 == len(h.l.Blocks) || b.Kind != ssa.BlockJump || b.Succs[0] != h.l.Blocks[i+1] || len(b.Succs[0].Preds) != 1 {
			return i + 1
		}
	}
	return len(h.l.Blocks)
}

func (h *hoister) inLoop(b *ssa.Block) bool { return h.l.Contains(h.loops, b) }

func (h *hoister) invariant(v *ssa.Value) bool {
	for _, a := range v.Args {
		if h.inLoop(a.Block) {
			return false
		}
	}
	return true
}

// block hoists from one block. certain: it runs whenever the loop is entered; undisturbed tells
// whether nothing with an effect has come before.
func (h *hoister) block(b *ssa.Block, certain bool) {
	undisturbed := certain && b == h.l.Header
	h.moved = false
	for i, v := range b.Values {
		if h.invariant(v) && h.may(v, certain, undisturbed) {
			h.hoist(b, i, v)
			continue
		}
		if undisturbed && !v.Op.Has(ssa.Pure) && (v.Op.Has(ssa.Writes|ssa.CallOp|ssa.CanPanic|ssa.Effect) || v.Op == ssa.OpAlloc) {
			undisturbed = false
		}
	}
	if h.moved {
		keep := b.Values[:0]
		for _, v := range b.Values {
			if v != nil {
				keep = append(keep, v)
			}
		}
		clear(b.Values[len(keep):])
		b.Values = keep
	}
}

// hoist moves v, the i-th value of b, to the end of the preheader and leaves a gap.
func (h *hoister) hoist(b *ssa.Block, i int, v *ssa.Value) {
	b.Values[i] = nil
	h.moved = true
	v.Block = h.to
	h.to.Values = append(h.to.Values, v)
	if occupies(v) {
		h.budget--
	}
}

// occupies tells whether v needs a register of its own.
func occupies(v *ssa.Value) bool {
	return v.Type != ssa.Void && v.Op != ssa.OpNilCheck && v.Op != ssa.OpBounds && !v.Type.IsFloat()
}

// may tells whether moving the invariant v is right and pays.
func (h *hoister) may(v *ssa.Value, certain, undisturbed bool) bool {
	switch v.Op {
	case ssa.OpNilCheck, ssa.OpBounds, ssa.OpCheck:
		return undisturbed
	case ssa.OpLoad:
		return h.room(v) && !h.written(v) && (certain && undisturbed || h.valid(v.Args[0], v.AuxInt, v.Type.Size()))
	case ssa.OpDiv, ssa.OpDivU, ssa.OpMod, ssa.OpModU:
		return h.room(v) && (v.Type.IsFloat() || certain && undisturbed || v.Args[1].Op == ssa.OpConst)
	case ssa.OpAddPtr:
		// An address that is never used may lie outside its object: not to be kept over calls.
		return h.room(v) && (certain || !h.calls)
	}
	return v.Op.Has(ssa.Pure) && !cheap(v) && h.room(v)
}

// room: values that live through a loop with calls would be spilled, and reloading costs as much as most operations.
func (h *hoister) room(v *ssa.Value) bool {
	if v.Type.IsFloat() {
		return !h.calls || v.Op == ssa.OpDiv || v.Op == ssa.OpSqrt
	}
	if h.calls {
		return v.Op == ssa.OpDiv || v.Op == ssa.OpDivU || v.Op == ssa.OpMod || v.Op == ssa.OpModU
	}
	return h.budget > 0
}

// cheap ops vanish into their users or cost nothing.
func cheap(v *ssa.Value) bool {
	switch v.Op {
	case ssa.OpCopy, ssa.OpOffPtr, ssa.OpTrunc, ssa.OpResult, ssa.OpConstF, ssa.OpCallerPC:
		return true
	case ssa.OpEq, ssa.OpNe, ssa.OpLt, ssa.OpLe, ssa.OpLtU, ssa.OpLeU:
		return true // compares and branches are one
	case ssa.OpShl:
		return v.Args[1].Op == ssa.OpConst && v.Args[1].AuxInt <= 3 // scales an address
	case ssa.OpAdd, ssa.OpSub:
		return v.Type.IsInt() && v.Args[1].Op == ssa.OpConst
	}
	return v.Op.Has(ssa.Remat) || v.Type == ssa.Tuple || v.Type == ssa.Bool || v.Type == ssa.Void
}

// written tells whether the loop may change what v loads.
func (h *hoister) written(v *ssa.Value) bool {
	r := h.a.addr(v.Args[0])
	r.off += v.AuxInt
	if h.all && !h.a.private(r.root) {
		return true
	}
	for _, w := range h.writes {
		if h.a.overlap(w, span{r, v.Type.Size()}, nil) {
			return true
		}
	}
	return false
}

// valid tells whether p + off may be read without any check: it lies in a variable, or behind
// a pointer that was found not to be nil before the loop.
func (h *hoister) valid(p *ssa.Value, off, n int64) bool {
	for {
		switch p.Op {
		case ssa.OpOffPtr:
			off += p.AuxInt
			p = p.Args[0]
			continue
		case ssa.OpLocalAddr:
			return off+p.AuxInt >= 0 && off+p.AuxInt+n <= p.Aux.(*ssa.Slot).Size
		case ssa.OpAlloc:
			return off >= 0 && off+n <= p.Aux.(*ssa.AllocInfo).Mem.Size
		case ssa.OpGlobalAddr:
			return true
		case ssa.OpNilCheck:
			return off >= 0
		}
		return false
	}
}
