package opt

import "strata/internal/ssa"

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

// slowPaths are runtime functions that stand for the rare case.
var slowPaths = map[string]bool{
	"runtime.growslice": true, "runtime.newstack": true, "runtime.gcWriteBarrier1": true,
	"runtime.gcWriteBarrier2": true, "runtime.wbMove": true, "runtime.wbZero": true,
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
		if v.Op == ssa.OpCall && slowPaths[v.Aux.(*ssa.Call).Sym] {
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
