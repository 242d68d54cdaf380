package ssa

import "slices"

// PredIndex returns the index in Succs[i].Preds of the edge b.Succs[i]: the
// k-th edge from b to a block is the k-th b among its predecessors.
func (b *Block) PredIndex(i int) int {
	s := b.Succs[i]
	k := 0
	for _, t := range b.Succs[:i] {
		if t == s {
			k++
		}
	}
	for j, p := range s.Preds {
		if p == b {
			if k == 0 {
				return j
			}
			k--
		}
	}
	panic("ssa: edge without counterpart in " + b.Func.Name)
}

// removePred drops the j-th predecessor of b with its phi arguments.
func (b *Block) removePred(j int) {
	b.Preds = append(b.Preds[:j:j], b.Preds[j+1:]...)
	for _, v := range b.Values {
		if v.Op != OpPhi {
			break
		}
		v.RemoveArg(j)
	}
}

// RemoveSucc drops the i-th successor edge of b; the caller mends Kind and Controls.
func (b *Block) RemoveSucc(i int) {
	j := b.PredIndex(i)
	s := b.Succs[i]
	b.Succs = append(b.Succs[:i:i], b.Succs[i+1:]...)
	s.removePred(j)
}

// ToJump makes b, an If or Switch, jump to Succs[i] always.
func (b *Block) ToJump(i int) {
	for k := len(b.Succs) - 1; k >= 0; k-- {
		if k != i {
			b.RemoveSucc(k)
		}
	}
	b.Kind, b.Likely = BlockJump, Unknown
	b.SetControls()
}

// SplitEdge puts a new empty block on the i-th successor edge of b.
func (b *Block) SplitEdge(i int) *Block {
	j := b.PredIndex(i)
	s := b.Succs[i]
	n := b.Func.NewBlock(BlockJump)
	n.Pos = b.Pos
	n.Cold, n.Freq = s.Cold || b.Cold, s.Freq
	n.Preds = []*Block{b}
	n.Succs = []*Block{s}
	b.Succs[i] = n
	s.Preds[j] = n
	b.Func.Invalidate()
	return n
}

// Remove drops the values of b for which drop says so; they must be unused.
func (b *Block) Remove(drop func(*Value) bool) {
	keep := b.Values[:0]
	for _, v := range b.Values {
		if drop(v) {
			v.Reset(OpInvalid)
			v.Block = nil
			continue
		}
		keep = append(keep, v)
	}
	clear(b.Values[len(keep):])
	b.Values = keep
}

// SplitCritical puts a block on every edge from a block with several
// successors to one with several predecessors, so that register allocation
// has a place for moves on each edge.
func (f *Func) SplitCritical() {
	for _, b := range slices.Clone(f.Blocks) {
		if len(b.Succs) < 2 {
			continue
		}
		for i, s := range b.Succs {
			if len(s.Preds) > 1 {
				b.SplitEdge(i)
			}
		}
	}
	f.Invalidate()
}

// DropUnreachable removes blocks that control cannot reach.
func (f *Func) DropUnreachable() bool {
	f.Invalidate()
	_, live := postorder(f) // what is live stays so when edges out of dead blocks go
	dead := func(b *Block) bool { return !live[b.ID] }
	any := false
	for _, b := range f.Blocks {
		if !dead(b) {
			continue
		}
		any = true
		for len(b.Succs) > 0 {
			b.RemoveSucc(len(b.Succs) - 1)
		}
		b.SetControls()
	}
	if !any {
		return false
	}
	for _, b := range f.Blocks {
		if dead(b) {
			for _, v := range b.Values {
				v.ResetArgs()
			}
		}
	}
	keep := f.Blocks[:0]
	for _, b := range f.Blocks {
		if !dead(b) {
			keep = append(keep, b)
		} else {
			b.Values = nil
		}
	}
	clear(f.Blocks[len(keep):])
	f.Blocks = keep
	f.Invalidate()
	return true
}

// ReplaceCopies makes every use of a Copy use what it copies. The copies stay, unused.
func (f *Func) ReplaceCopies() {
	for _, b := range f.Blocks {
		for _, v := range b.Values {
			for i, a := range v.Args {
				if a.Op == OpCopy {
					v.SetArg(i, copySource(a))
				}
			}
		}
		for i, c := range b.Controls {
			if c.Op == OpCopy {
				s := copySource(c)
				s.Uses++
				c.Uses--
				b.Controls[i] = s
			}
		}
	}
}

func copySource(v *Value) *Value {
	for n := 0; v.Op == OpCopy; n++ {
		v = v.Args[0]
		if n > 1<<20 {
			panic("ssa: cycle of copies")
		}
	}
	return v
}

// Compact numbers blocks and values anew, densely and in order, so that tables by ID stay
// small after inlining and clean-up.
func (f *Func) Compact() {
	f.nextBlock, f.nextValue = 0, 0
	for _, b := range f.Blocks {
		b.ID = f.nextBlock
		f.nextBlock++
		for _, v := range b.Values {
			v.ID = f.nextValue
			f.nextValue++
		}
	}
	f.Invalidate()
}
