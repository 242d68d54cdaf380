package codegen

import (
	"strata/internal/regalloc"
	"strata/internal/ssa"
)

// MachineBlocks makes the skeletons of the machine blocks, in reverse postorder.
func MachineBlocks(f *ssa.Func, rpo []*ssa.Block) []*Block {
	index := make([]int32, f.NumBlocks())
	blocks := make([]*Block, len(rpo))
	loops := f.Loops()
	for i, b := range rpo {
		index[b.ID] = int32(i)
		blocks[i] = &Block{SSA: b, Index: int32(i), Depth: loops.Depth(b)}
	}
	for _, mb := range blocks {
		for _, s := range mb.SSA.Succs {
			j := index[s.ID]
			mb.Succs = append(mb.Succs, j)
			blocks[j].preds = append(blocks[j].preds, mb.Index)
		}
	}
	return blocks
}

// PruneParams drops block parameters that nothing reads.
func (m *Func) PruneParams() {
	read := make([]bool, len(m.VRegs))
	for _, in := range m.Insts {
		for _, o := range in.Regs {
			if o.Kind == regalloc.Use {
				read[o.VReg] = true
			}
		}
	}
	for again := true; again; {
		again = false
		for i := len(m.Blocks) - 1; i >= 0; i-- {
			b := m.Blocks[i]
			for k, s := range b.Succs {
				for j, p := range m.Blocks[s].Params {
					if a := b.Args[k][j]; read[p] && !read[a] {
						read[a], again = true, true
					}
				}
			}
		}
	}
	keep := func(list, params []regalloc.VReg) []regalloc.VReg {
		var out []regalloc.VReg
		for j, p := range params {
			if read[p] {
				out = append(out, list[j])
			}
		}
		return out
	}
	for _, b := range m.Blocks {
		for k, s := range b.Succs {
			b.Args[k] = keep(b.Args[k], m.Blocks[s].Params)
		}
	}
	for _, b := range m.Blocks {
		b.Params = keep(b.Params, b.Params)
	}
}

// Layout orders the blocks for emission. A chain follows the likelier
// successor; cold blocks go to the end, those of the cold part last. A loop whose header tests the
// condition is turned so that the test stands at its bottom.
func Layout(m *Func) []*Block {
	l := layouter{m: m, placed: make([]bool, len(m.Blocks))}
	for heat := hot; heat <= apart; heat++ {
		for _, start := range m.Blocks {
			if start.heat() == heat {
				l.chain(start)
			}
		}
	}
	return l.rotate(l.order)
}

// heat is the part of the layout that a block belongs to.
type heat int

const (
	hot   heat = iota
	cold       // at the end
	apart      // in the cold part
)

type layouter struct {
	m      *Func
	placed []bool
	order  []*Block
}

func (b *Block) isCold() bool {
	return b.Index != 0 && (b.SSA.Cold || b.SSA.Kind == ssa.BlockUnreachable)
}

func (b *Block) heat() heat {
	switch {
	case b.Apart:
		return apart
	case b.isCold():
		return cold
	}
	return hot
}

// SetApart finds what the cold part is made of: cold blocks of which the profile has no samples, and those that
// only lead to a panic.
func (m *Func) SetApart() {
	for i := len(m.Blocks) - 1; i > 0; i-- {
		b := m.Blocks[i]
		b.Apart = b.isCold() && (b.SSA.Freq == 0 || b.SSA.Kind == ssa.BlockUnreachable || m.leadsApart(b))
	}
}

func (m *Func) leadsApart(b *Block) bool {
	for _, s := range b.Succs {
		if !m.Blocks[s].Apart {
			return false
		}
	}
	return len(b.Succs) > 0
}

// chain places b and what control most likely goes to from there.
func (l *layouter) chain(b *Block) {
	for b != nil && !l.placed[b.Index] {
		l.placed[b.Index] = true
		l.order = append(l.order, b)
		b = l.next(b)
	}
}

// next chooses the successor of b to fall through to.
func (l *layouter) next(b *Block) *Block {
	var best *Block
	score := -1
	for i, s := range b.Succs {
		c := l.m.Blocks[s]
		if l.placed[s] || b.SSA.Kind == ssa.BlockSwitch {
			continue
		}
		if v := l.score(b, c, i); v > score {
			best, score = c, v
		}
	}
	return best
}

// score rates falling through from b to its i-th successor c.
func (l *layouter) score(b, c *Block, i int) int {
	if c.heat() > b.heat() {
		return -1
	}
	v := 4
	switch {
	case b.SSA.Likely == ssa.Taken && i == 0, b.SSA.Likely == ssa.Unlikely && i == 1:
		v += 8
	case b.SSA.Likely != ssa.Unknown:
		v -= 4
	}
	if c.Depth >= b.Depth {
		v += 4 // stay in the loop
	}
	// Wait for the other predecessors of a join, so that both arms of an if stand before it.
	for _, p := range c.preds {
		if !l.placed[p] && l.m.Blocks[p].Index < c.Index {
			v -= 3
			break
		}
	}
	if v < 0 {
		v = 0
	}
	return v
}

// rotate moves the header of a loop behind its last block when that one ends
// in a jump back and the header leaves the loop: the loop then takes one branch
// a round instead of two.
func (l *layouter) rotate(order []*Block) []*Block {
	pos := make([]int, len(l.m.Blocks))
	for i, b := range order {
		pos[b.Index] = i
	}
	for i := 0; i < len(order); i++ {
		h := order[i]
		if h.SSA.Kind != ssa.BlockIf || i == 0 {
			continue
		}
		latch := -1
		for _, p := range h.preds {
			if pos[p] > i && l.m.Blocks[p].SSA.Kind == ssa.BlockJump {
				latch = max(latch, pos[p])
			}
		}
		if latch < 0 || order[i-1].SSA.Kind != ssa.BlockJump || !l.leaves(h, order, i, latch) {
			continue
		}
		if order[latch].Depth < h.Depth || order[latch].SSA.Cold || l.testsAtBottom(order[latch], h) {
			continue
		}
		copy(order[i:latch], order[i+1:latch+1])
		order[latch] = h
		for j := i; j <= latch; j++ {
			pos[order[j].Index] = j
		}
	}
	return order
}

// testsAtBottom tells whether the jump back from e to h is the empty edge block of a
// branch that otherwise leaves the loop: the loop is turned already.
func (l *layouter) testsAtBottom(e, h *Block) bool {
	if e.Last-e.First != 1 || len(e.preds) != 1 {
		return false
	}
	p := l.m.Blocks[e.preds[0]]
	if p.SSA.Kind != ssa.BlockIf {
		return false
	}
	for _, s := range p.Succs {
		if l.m.Blocks[s].Depth < h.Depth {
			return true
		}
	}
	return false
}

// leaves tells whether h, at i, falls into the loop and its other successor lies behind the latch.
func (l *layouter) leaves(h *Block, order []*Block, i, latch int) bool {
	in := order[i+1].Index
	out := int32(-1)
	switch in {
	case h.Succs[0]:
		out = h.Succs[1]
	case h.Succs[1]:
		out = h.Succs[0]
	default:
		return false
	}
	if l.m.Blocks[out].Depth >= h.Depth {
		return false
	}
	for j := i; j <= latch; j++ {
		if order[j].Index == out || order[j].Depth < h.Depth {
			return false
		}
	}
	return true
}
