package amd64

import (
	"strata/internal/regalloc"
	"strata/internal/ssa"
)

// machineBlocks makes the skeletons of the machine blocks, in reverse postorder.
func machineBlocks(f *ssa.Func, rpo []*ssa.Block) []*mblock {
	index := make([]int32, f.NumBlocks())
	blocks := make([]*mblock, len(rpo))
	loops := f.Loops()
	for i, b := range rpo {
		index[b.ID] = int32(i)
		blocks[i] = &mblock{b: b, index: int32(i), depth: loops.Depth(b)}
	}
	for _, mb := range blocks {
		for _, s := range mb.b.Succs {
			j := index[s.ID]
			mb.succs = append(mb.succs, j)
			blocks[j].preds = append(blocks[j].preds, mb.index)
		}
	}
	return blocks
}

// pruneParams drops block parameters that nothing reads.
func (m *mfunc) pruneParams() {
	read := make([]bool, len(m.vregs))
	for _, in := range m.insts {
		for _, o := range in.regs {
			if o.Kind == regalloc.Use {
				read[o.VReg] = true
			}
		}
	}
	for again := true; again; {
		again = false
		for i := len(m.blocks) - 1; i >= 0; i-- {
			b := m.blocks[i]
			for k, s := range b.succs {
				for j, p := range m.blocks[s].params {
					if a := b.args[k][j]; read[p] && !read[a] {
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
	for _, b := range m.blocks {
		for k, s := range b.succs {
			b.args[k] = keep(b.args[k], m.blocks[s].params)
		}
	}
	for _, b := range m.blocks {
		b.params = keep(b.params, b.params)
	}
}

// layout orders the blocks for emission. A chain follows the likelier
// successor; cold blocks go to the end, those of the cold part last. A loop whose header tests the
// condition is turned so that the test stands at its bottom.
func layout(m *mfunc) []*mblock {
	l := layouter{m: m, placed: make([]bool, len(m.blocks))}
	for heat := hot; heat <= apart; heat++ {
		for _, start := range m.blocks {
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
	m      *mfunc
	placed []bool
	order  []*mblock
}

func (b *mblock) isCold() bool {
	return b.index != 0 && (b.b.Cold || b.b.Kind == ssa.BlockUnreachable)
}

func (b *mblock) heat() heat {
	switch {
	case b.apart:
		return apart
	case b.isCold():
		return cold
	}
	return hot
}

// setApart finds what the cold part is made of: cold blocks of which the profile has no samples, and those that
// only lead to a panic.
func (m *mfunc) setApart() {
	for i := len(m.blocks) - 1; i > 0; i-- {
		b := m.blocks[i]
		b.apart = b.isCold() && (b.b.Freq == 0 || b.b.Kind == ssa.BlockUnreachable || m.leadsApart(b))
	}
}

func (m *mfunc) leadsApart(b *mblock) bool {
	for _, s := range b.succs {
		if !m.blocks[s].apart {
			return false
		}
	}
	return len(b.succs) > 0
}

// chain places b and what control most likely goes to from there.
func (l *layouter) chain(b *mblock) {
	for b != nil && !l.placed[b.index] {
		l.placed[b.index] = true
		l.order = append(l.order, b)
		b = l.next(b)
	}
}

// next chooses the successor of b to fall through to.
func (l *layouter) next(b *mblock) *mblock {
	var best *mblock
	score := -1
	for i, s := range b.succs {
		c := l.m.blocks[s]
		if l.placed[s] || b.b.Kind == ssa.BlockSwitch {
			continue
		}
		if v := l.score(b, c, i); v > score {
			best, score = c, v
		}
	}
	return best
}

// score rates falling through from b to its i-th successor c.
func (l *layouter) score(b, c *mblock, i int) int {
	if c.heat() > b.heat() {
		return -1
	}
	v := 4
	switch {
	case b.b.Likely == ssa.Taken && i == 0, b.b.Likely == ssa.Unlikely && i == 1:
		v += 8
	case b.b.Likely != ssa.Unknown:
		v -= 4
	}
	if c.depth >= b.depth {
		v += 4 // stay in the loop
	}
	// Wait for the other predecessors of a join, so that both arms of an if stand before it.
	for _, p := range c.preds {
		if !l.placed[p] && l.m.blocks[p].index < c.index {
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
func (l *layouter) rotate(order []*mblock) []*mblock {
	pos := make([]int, len(l.m.blocks))
	for i, b := range order {
		pos[b.index] = i
	}
	for i := 0; i < len(order); i++ {
		h := order[i]
		if h.b.Kind != ssa.BlockIf || i == 0 {
			continue
		}
		latch := -1
		for _, p := range h.preds {
			if pos[p] > i && l.m.blocks[p].b.Kind == ssa.BlockJump {
				latch = max(latch, pos[p])
			}
		}
		if latch < 0 || order[i-1].b.Kind != ssa.BlockJump || !l.leaves(h, order, i, latch) {
			continue
		}
		if order[latch].depth < h.depth || order[latch].b.Cold || l.testsAtBottom(order[latch], h) {
			continue
		}
		copy(order[i:latch], order[i+1:latch+1])
		order[latch] = h
		for j := i; j <= latch; j++ {
			pos[order[j].index] = j
		}
	}
	return order
}

// testsAtBottom tells whether the jump back from e to h is the empty edge block of a
// branch that otherwise leaves the loop: the loop is turned already.
func (l *layouter) testsAtBottom(e, h *mblock) bool {
	if e.last-e.first != 1 || len(e.preds) != 1 {
		return false
	}
	p := l.m.blocks[e.preds[0]]
	if p.b.Kind != ssa.BlockIf {
		return false
	}
	for _, s := range p.succs {
		if l.m.blocks[s].depth < h.depth {
			return true
		}
	}
	return false
}

// leaves tells whether h, at i, falls into the loop and its other successor lies behind the latch.
func (l *layouter) leaves(h *mblock, order []*mblock, i, latch int) bool {
	in := order[i+1].index
	out := int32(-1)
	switch in {
	case h.succs[0]:
		out = h.succs[1]
	case h.succs[1]:
		out = h.succs[0]
	default:
		return false
	}
	if l.m.blocks[out].depth >= h.depth {
		return false
	}
	for j := i; j <= latch; j++ {
		if order[j].index == out || order[j].depth < h.depth {
			return false
		}
	}
	return true
}
