package build

import (
	"strata/internal/explain"
	"strata/internal/object"
	"strata/internal/rtcall"
	"strata/internal/ssa"
)

// Back-end facts about the functions that messages are wanted of: what is left after all passes.

// checksOf lists what f still checks when all passes have run.
func checksOf(f *ssa.Func) []explain.Check {
	var list []explain.Check
	for _, b := range f.Blocks {
		for _, v := range b.Values {
			k, ok := checkKind(v)
			if ok {
				list = append(list, explain.Check{Kind: k, Pos: v.Pos})
			}
		}
	}
	return list
}

func checkKind(v *ssa.Value) (explain.CheckKind, bool) {
	switch v.Op {
	case ssa.OpBounds:
		if ssa.BoundsKind(v.AuxInt).Inclusive() {
			return explain.SliceBounds, true
		}
		return explain.IndexBounds, true
	case ssa.OpNilCheck:
		return explain.NilCheck, true
	case ssa.OpWBPtr:
		return explain.WriteBarrier, true
	case ssa.OpCall:
		return explain.WriteBarrier, rtcall.Has(v.Aux.(*ssa.Call).Sym, rtcall.Barrier)
	}
	return 0, false
}

// noteLate keeps what is known of f after its compilation.
func (c *compiler) noteLate(f *ssa.Func, checks []explain.Check, unseen []ssa.Pos, s *object.Symbol) {
	late := &explain.Late{Checks: checks, Frame: int64(s.Func.FrameSize), Size: s.Size, Unseen: unseen}
	if s.Func.Cold != nil {
		late.Cold = s.Size - int64(s.Func.Cold.PC)
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	c.late[f.Name] = late
}

// compileReported compiles the functions that messages are wanted of and that the program does not need.
func (c *compiler) compileReported() error {
	var rest []*ssa.Func
	for _, sym := range c.order {
		if f := c.funcs[sym]; f != nil && c.wantsReport(sym) && c.late[sym] == nil {
			rest = append(rest, f)
		}
	}
	errs := make([]error, len(rest))
	c.parallel(len(rest), func(i int) { _, errs[i] = c.compile(rest[i]) })
	for _, err := range errs {
		if err != nil {
			return err
		}
	}
	return nil
}
