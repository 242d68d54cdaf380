package opt

import "strata/internal/ssa"

func dropUnreachable(f *ssa.Func, _ *Config) { f.DropUnreachable() }

// cleanCFG folds branches on constants, drops unreachable blocks, merges
// blocks with their only predecessor, and skips empty blocks.
func cleanCFG(f *ssa.Func, cfg *Config) {
	for {
		for _, b := range f.Blocks {
			foldBranch(b)
		}
		f.DropUnreachable()
		copyElim(f, cfg)
		changed := false
		for _, b := range f.Blocks {
			if skipEmpty(f, b) {
				changed = true
			}
		}
		for _, b := range f.Blocks {
			for mergeWithSucc(f, b) {
				changed = true
			}
		}
		if !changed {
			break
		}
		f.DropUnreachable()
	}
	f.Invalidate()
}

// foldBranch turns a branch whose way is known into a jump.
func foldBranch(b *ssa.Block) {
	switch b.Kind {
	case ssa.BlockIf:
		c := b.Controls[0]
		if c.Op == ssa.OpNot {
			b.SetControls(c.Args[0])
			b.Succs[0], b.Succs[1] = b.Succs[1], b.Succs[0]
			b.Likely = -b.Likely
			foldBranch(b)
			return
		}
		if c.IsConst() {
			b.ToJump(1 - int(c.AuxInt&1))
		} else if b.Succs[0] == b.Succs[1] && samePhiArgs(b) {
			b.ToJump(0)
		}
	case ssa.BlockSwitch:
		if c := b.Controls[0]; c.IsConst() && c.AuxInt >= 0 && c.AuxInt < int64(len(b.Succs)) {
			b.ToJump(int(c.AuxInt))
		}
	}
}

// samePhiArgs tells whether both edges of an If to one block carry the same phi arguments.
func samePhiArgs(b *ssa.Block) bool {
	i, j := b.PredIndex(0), b.PredIndex(1)
	for _, v := range b.Succs[0].Values {
		if v.Op != ssa.OpPhi {
			break
		}
		if v.Args[i] != v.Args[j] {
			return false
		}
	}
	return true
}

// skipEmpty redirects the predecessors of an empty jump block to its successor,
// where that needs no choice between phi arguments.
func skipEmpty(f *ssa.Func, b *ssa.Block) bool {
	if b.Kind != ssa.BlockJump || len(b.Values) != 0 || b == f.Entry || b == f.Recover || len(b.Preds) == 0 {
		return false
	}
	s := b.Succs[0]
	if s == b || s == f.Recover {
		return false
	}
	hasPhi := len(s.Values) > 0 && s.Values[0].Op == ssa.OpPhi
	if hasPhi {
		for _, p := range b.Preds {
			if p.Kind == ssa.BlockDefer || sharesSucc(p, s) {
				return false
			}
		}
	}
	for _, p := range b.Preds {
		if p.Kind == ssa.BlockDefer || p.Kind == ssa.BlockSwitch {
			return false
		}
	}
	redirect(b, s)
	return true
}

func sharesSucc(p, s *ssa.Block) bool {
	for _, t := range p.Succs {
		if t == s {
			return true
		}
	}
	return false
}

// redirect moves every edge into b on to s; b becomes unreachable.
func redirect(b, s *ssa.Block) {
	j := b.PredIndex(0)
	for _, p := range b.Preds {
		for i, t := range p.Succs {
			if t == b {
				p.Succs[i] = s
				break
			}
		}
		s.Preds = append(s.Preds, p)
		for _, v := range s.Values {
			if v.Op != ssa.OpPhi {
				break
			}
			v.AddArgs(v.Args[j])
		}
	}
	b.Preds = nil
	b.RemoveSucc(0)
	b.Kind = ssa.BlockUnreachable
}

// mergeWithSucc appends b's only successor to b if b is its only predecessor.
func mergeWithSucc(f *ssa.Func, b *ssa.Block) bool {
	if b.Kind != ssa.BlockJump {
		return false
	}
	s := b.Succs[0]
	if s == b || len(s.Preds) != 1 || s == f.Recover || s == f.Entry {
		return false
	}
	for _, v := range s.Values {
		if v.Op == ssa.OpPhi {
			v.CopyOf(v.Args[0])
		}
		v.Block = b
	}
	b.Values = append(b.Values, s.Values...)
	b.Kind, b.Likely, b.Aux = s.Kind, s.Likely, s.Aux
	b.Pos = s.Pos
	b.Cold = b.Cold || s.Cold
	b.Succs = s.Succs
	for _, t := range s.Succs {
		for i, p := range t.Preds {
			if p == s {
				t.Preds[i] = b
				break
			}
		}
	}
	b.SetControls(s.Controls...)
	s.SetControls()
	s.Succs, s.Preds, s.Values = nil, nil, nil
	s.Kind = ssa.BlockUnreachable
	return true
}

func splitCritical(f *ssa.Func, _ *Config) { f.SplitCritical() }
