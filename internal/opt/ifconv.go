package opt

import "strata/internal/ssa"

// ifConvert turns branches around a few cheap operations into Selects, where the
// machine has conditional moves: of integers and pointers, on conditions that are not
// predicted. Loads, divisions and checks are never made speculative. What an address is computed from
// stays a branch: the processor then loads from the predicted place without waiting for the condition.
func ifConvert(f *ssa.Func, cfg *Config) {
	loops, addr := f.Loops(), addressParts(f)
	changed := false
	for i := len(f.Blocks) - 1; i >= 0; i-- {
		b := f.Blocks[i]
		if b.Kind != ssa.BlockIf || b.Likely != ssa.Unknown || b.Cold {
			continue
		}
		if c, ok := shapeOf(b); ok && c.pays(loops, addr) {
			c.convert()
			changed = true
		}
	}
	if changed {
		f.Invalidate()
		cleanCFG(f, cfg)
		deadCode(f, cfg)
	}
}

// conversion is an If whose arms meet again right away.
type conversion struct {
	head, join *ssa.Block
	arms       [2]*ssa.Block // nil: the edge leads straight to the join
	edge       [2]int        // predecessor index at the join
}

func shapeOf(b *ssa.Block) (c conversion, ok bool) {
	c.head = b
	for i, s := range b.Succs {
		if len(s.Preds) == 1 && s.Kind == ssa.BlockJump && len(s.Succs[0].Preds) > 1 {
			c.arms[i] = s
		}
	}
	ends := [2]*ssa.Block{b.Succs[0], b.Succs[1]}
	for i, a := range c.arms {
		if a != nil {
			ends[i] = a.Succs[0]
		}
	}
	if ends[0] != ends[1] { // one arm may really be the join
		switch {
		case c.arms[0] != nil && ends[0] == b.Succs[1]:
			c.arms[1] = nil
			ends[1] = b.Succs[1]
		case c.arms[1] != nil && ends[1] == b.Succs[0]:
			c.arms[0] = nil
			ends[0] = b.Succs[0]
		}
	}
	if ends[0] != ends[1] || c.arms[0] == nil && c.arms[1] == nil {
		return c, false
	}
	c.join = ends[0]
	for i, a := range c.arms {
		if a != nil {
			c.edge[i] = a.PredIndex(0)
		} else {
			c.edge[i] = b.PredIndex(i)
		}
	}
	return c, c.join != b && c.join != b.Func.Recover && c.join != c.arms[0] && c.join != c.arms[1]
}

const (
	maxArmOps  = 2 // operations that would be computed in vain
	maxSelects = 2
)

// pays tells whether the conversion is allowed and likely wins.
func (c *conversion) pays(loops *ssa.LoopNest, addr []bool) bool {
	if cond := c.head.Controls[0]; len(cond.Args) == 2 && cond.Args[0].Type.IsFloat() {
		return false // needs two flags
	}
	if l := loops.Of(c.join); l != nil && l.Header == c.join {
		return false // the value of the next round would wait for the condition
	}
	for _, a := range c.arms {
		if a == nil {
			continue
		}
		cost := 0
		for _, v := range a.Values {
			if !speculative(v) {
				return false
			}
			if !v.Op.Has(ssa.Remat) {
				cost++
			}
		}
		if cost > maxArmOps {
			return false
		}
	}
	n := 0
	for _, phi := range c.join.Values {
		if phi.Op != ssa.OpPhi {
			break
		}
		x, y := phi.Args[c.edge[0]], phi.Args[c.edge[1]]
		if x == y {
			continue
		}
		if phi.Type.IsFloat() || !phi.Type.IsReg() || phi.Type == ssa.V128 {
			return false
		}
		if addr[phi.ID] {
			return false
		}
		n++
	}
	return n > 0 && n <= maxSelects
}

// addressParts finds by ID the values that addresses of loads are computed from.
func addressParts(f *ssa.Func) []bool {
	part := make([]bool, f.NumValues())
	var work []*ssa.Value
	add := func(v *ssa.Value) {
		if !part[v.ID] && (v.Type.IsInt() || v.Type == ssa.Ptr) && v.Type != ssa.Bool {
			part[v.ID] = true
			work = append(work, v)
		}
	}
	for _, b := range f.Blocks {
		for _, v := range b.Values {
			switch v.Op {
			case ssa.OpLoad, ssa.OpAtomicLoad:
				add(v.Args[0])
			case ssa.OpMove:
				add(v.Args[1])
			}
		}
	}
	for len(work) > 0 {
		v := work[len(work)-1]
		work = work[:len(work)-1]
		if v.Op.Has(ssa.CallOp) {
			continue
		}
		for _, a := range v.Args {
			add(a)
		}
	}
	return part
}

// speculative tells whether v may run when the source would not run it.
func speculative(v *ssa.Value) bool {
	if !v.Op.Has(ssa.Pure) || v.Op.Has(ssa.CanPanic) || v.Type == ssa.Tuple || v.Op == ssa.OpResult || v.Type.IsFloat() {
		return false
	}
	switch v.Op {
	case ssa.OpMul, ssa.OpMulHi, ssa.OpMulHiU, ssa.OpAddPtr, ssa.OpFloatToInt, ssa.OpBitcast, ssa.OpCtrlGroup:
		return false
	}
	return true
}

// convert computes both arms in the head and selects.
func (c *conversion) convert() {
	h := c.head
	cond := h.Controls[0]
	for _, a := range c.arms {
		if a == nil {
			continue
		}
		for _, v := range a.Values {
			v.Block = h
		}
		h.Values = append(h.Values, a.Values...)
		a.Values = nil
	}
	for _, phi := range c.join.Values {
		if phi.Op != ssa.OpPhi {
			break
		}
		x, y := phi.Args[c.edge[0]], phi.Args[c.edge[1]]
		if x == y {
			continue
		}
		s := h.NewValue(ssa.OpSelect, phi.Type, phi.Pos, cond, x, y)
		phi.SetArg(c.edge[0], s)
		phi.SetArg(c.edge[1], s)
	}
	keep := 0
	if c.arms[0] == nil {
		keep = 1
	}
	h.ToJump(keep)
}
