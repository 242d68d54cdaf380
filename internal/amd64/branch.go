package amd64

import (
	"sort"

	"strata/internal/amd64/x86"
	"strata/internal/ssa"
)

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
	case e.repeats(to):
		e.repeating = true
		e.block(e.m.blocks[to])
		e.repeating = false
	default:
		e.goTo(x86.JMP, b)
	}
}

// latchSize is the most machine instructions that a loop's last test has to be repeated.
const latchSize = 4

// repeats tells whether block b is a short test that goes back to the head of the loop that control is in. Where
// the ways of a loop's body end, the test itself takes one jump a round, a jump to the test would make it two.
func (e *emitter) repeats(b int32) bool {
	mb := e.m.blocks[b]
	if e.repeating || mb.b.Kind != ssa.BlockIf || mb.last-mb.first > latchSize || mb.b == e.f.Recover || mb.b.Cold || e.cold != 0 {
		return false
	}
	if e.from.b.Cold || mb.depth == 0 || e.from.depth != mb.depth || e.states[b] != e.states[e.from.index] {
		return false
	}
	for _, in := range e.m.insts[mb.first : mb.last-1] {
		if in.expand != nil {
			return false
		}
	}
	for _, s := range mb.succs {
		to := e.resolve(s)
		if e.starts[to] > 0 && e.m.blocks[to].depth == mb.depth {
			return true
		}
	}
	return false
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

// branchTo goes to yes if c holds, else to no. If neither comes next, the likelier one takes a single jump.
func (e *emitter) branchTo(c cond, yes, no int32, likely ssa.Likely) {
	unlikely := likely == ssa.Unlikely && c.parity == noParity && e.resolve(no) != e.next
	if c.parity == orUnordered || unlikely {
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
