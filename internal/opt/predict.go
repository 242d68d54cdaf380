package opt

import (
	"strata/internal/rtcall"
	"strata/internal/ssa"
)

// predict guesses which way branches go, after the heuristics of Ball and Larus
// ("Branch Prediction for Free", PLDI 1993): paths that panic or grow
// something are cold, loops go on, pointers are not nil. What lowering or a profile said stays.
func predict(f *ssa.Func, _ *Config) {
	markCold(f)
	loops := f.Loops()
	for _, b := range f.RPO() {
		if b.Kind == ssa.BlockIf && b.Likely == ssa.Unknown {
			b.Likely = guess(b, loops)
		}
	}
}

// predictRest is predict, with guesses that only the order of blocks should follow: they are too weak to
// prefer a branch to a conditional move.
func predictRest(f *ssa.Func, cfg *Config) {
	predict(f, cfg)
	for _, b := range f.Blocks {
		if b.Kind == ssa.BlockIf && b.Likely == ssa.Unknown {
			b.Likely = guessEqual(b)
		}
	}
}

// guessEqual: a number is seldom equal to a given one, unless few are left: behind a test of the same number,
// as in a switch, or where the number is a few bits of another.
func guessEqual(b *ssa.Block) ssa.Likely {
	c := b.Controls[0]
	if c.Op != ssa.OpEq && c.Op != ssa.OpNe {
		return ssa.Unknown
	}
	x, y := c.Args[0], c.Args[1]
	if y.Op != ssa.OpConst || x.Op != ssa.OpLoad && x.Op != ssa.OpPhi && x.Op != ssa.OpArg && x.Op != ssa.OpResult || x.Type.Size() == 1 && y.AuxInt&^1 == 0 {
		return ssa.Unknown
	}
	if len(b.Preds) == 1 {
		if p := b.Preds[0]; p.Kind == ssa.BlockIf && testsSame(p.Controls[0], x) {
			return ssa.Unknown
		}
	}
	if c.Op == ssa.OpEq {
		return ssa.Unlikely
	}
	return ssa.Taken
}

func testsSame(c, x *ssa.Value) bool {
	for _, a := range c.Args {
		if a == x {
			return true
		}
	}
	return false
}

func markCold(f *ssa.Func) {
	rpo := f.RPO()
	for i := len(rpo) - 1; i > 0; i-- {
		b := rpo[i]
		b.Cold = b.Cold || startsCold(b) || allCold(f, b)
	}
	// What only cold blocks lead to is cold.
	for _, b := range rpo[1:] {
		cold := b != f.Recover
		for _, p := range b.Preds {
			cold = cold && (p.Cold || f.Dominates(b, p))
		}
		b.Cold = b.Cold || cold
	}
}

func startsCold(b *ssa.Block) bool {
	if b.Kind == ssa.BlockUnreachable {
		return true
	}
	for _, v := range b.Values {
		if v.Op == ssa.OpCall && rtcall.Has(v.Aux.(*ssa.Call).Sym, rtcall.Slow) {
			return true
		}
	}
	return false
}

// allCold: whatever way control leaves b, it comes to something cold before it joins anything else.
func allCold(f *ssa.Func, b *ssa.Block) bool {
	if len(b.Succs) == 0 || b.Kind == ssa.BlockDefer {
		return false
	}
	for _, s := range b.Succs {
		if !s.Cold || len(s.Preds) > 1 && !alwaysCold(s) {
			return false
		}
	}
	return true
}

// alwaysCold blocks never return.
func alwaysCold(b *ssa.Block) bool { return b.Kind == ssa.BlockUnreachable }

func guess(b *ssa.Block, loops *ssa.LoopNest) ssa.Likely {
	s, t := b.Succs[0], b.Succs[1]
	switch {
	case s.Cold && !t.Cold:
		return ssa.Unlikely
	case t.Cold && !s.Cold:
		return ssa.Taken
	}
	if l := loops.Of(b); l != nil {
		in, out := l.Contains(loops, s), l.Contains(loops, t)
		switch {
		case in && !out:
			return ssa.Taken
		case out && !in:
			return ssa.Unlikely
		}
	}
	c := b.Controls[0]
	if c.Op != ssa.OpEq && c.Op != ssa.OpNe || c.Args[0].Type != ssa.Ptr {
		return ssa.Unknown
	}
	for _, x := range c.Args {
		if x.Op == ssa.OpConst && x.AuxInt == 0 {
			if c.Op == ssa.OpEq {
				return ssa.Unlikely
			}
			return ssa.Taken
		}
	}
	return ssa.Unknown
}
