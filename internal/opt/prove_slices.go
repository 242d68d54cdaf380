package opt

import (
	"strata/internal/abi"
	"strata/internal/ssa"
)

// capacities finds pairs of values of which the first is never greater than the second because they are length and
// capacity of one slice: of parameters, of results of calls, and, by induction, of slices that loops cut.
//
// Law: a pair holds whenever both values are there. Cutting keeps it, as what is cut off was checked to be no more than the
// length, so that neither subtraction wraps.
type capacities struct {
	pairs map[pair]bool
	order []pair // as they were found: what is proved later depends on the order of facts
}

// pair is a length and a capacity.
type pair [2]*ssa.Value

func (c *capacities) add(length, capacity *ssa.Value) {
	q := pair{length, capacity}
	c.pairs[q] = true
	c.order = append(c.order, q)
}

// capacities notes what it finds for the whole function.
func (p *prover) capacities() {
	c := capacities{pairs: map[pair]bool{}}
	c.given(p.f)
	phis := len(c.order)
	for _, b := range p.f.Blocks {
		for i, y := range b.Values {
			if y.Op != ssa.OpPhi {
				break
			}
			if i > 0 && y.Type == ssa.I64 && b.Values[i-1].Type == ssa.I64 {
				c.add(b.Values[i-1], y)
			}
		}
	}
	for changed := true; changed; {
		changed = false
		for _, q := range c.order[phis:] {
			if c.pairs[q] && !c.inductive(q) {
				delete(c.pairs, q)
				changed = true
			}
		}
	}
	for _, q := range c.order {
		if c.pairs[q] {
			p.le(p.base(q[0]), p.base(q[1]), 0)
		}
	}
}

// given adds the pairs among parameters and results of calls.
func (c *capacities) given(f *ssa.Func) {
	type component struct {
		of *ssa.Value // the call; nil for parameters
		i  int64
	}
	at := map[component]*ssa.Value{}
	var found []component
	note := func(k component, v *ssa.Value) {
		at[k] = v
		found = append(found, k)
	}
	for _, b := range f.Blocks {
		for _, v := range b.Values {
			switch {
			case v.Op == ssa.OpArg && f.ABI != nil:
				note(component{nil, v.AuxInt}, v)
			case v.Op == ssa.OpResult && v.Args[0].Op.IsCall():
				note(component{v.Args[0], v.AuxInt}, v)
			}
		}
	}
	for _, k := range found {
		list := f.ABI.In
		if k.of != nil {
			list = k.of.Aux.(*ssa.Call).ABI.Out
		}
		if capacity := at[component{k.of, k.i + 1}]; capacity != nil && isSlice(list, int(k.i)) {
			c.add(at[k], capacity)
		}
	}
}

// isSlice tells whether components i and i+1 are length and capacity of a slice.
func isSlice(list []abi.Component, i int) bool {
	if i+1 >= len(list) {
		return false
	}
	l, c := &list[i], &list[i+1]
	return l.Count && c.Count && l.Param == c.Param && c.MemOff == l.MemOff+8
}

// inductive tells whether a pair of phis holds on every edge if it holds before.
func (c *capacities) inductive(q pair) bool {
	for i, a := range q[0].Args {
		if !c.holds(a, q[1].Args[i]) {
			return false
		}
	}
	return true
}

func (c *capacities) holds(a, b *ssa.Value) bool {
	a, b = plainCopy(a), plainCopy(b)
	switch {
	case a == b, c.pairs[pair{a, b}]:
		return true
	case a.Op == ssa.OpConst && b.Op == ssa.OpConst:
		return a.AuxInt <= b.AuxInt
	case a.Op == ssa.OpBounds && plainCopy(a.Args[1]) == b: // s[:a]
		return true
	}
	length, cut := difference(a)
	capacity, cut2 := difference(b)
	return length != nil && capacity != nil && cut == cut2 && checked(a, length, cut) && c.holds(length, capacity)
}

func plainCopy(v *ssa.Value) *ssa.Value {
	for v.Op == ssa.OpCopy {
		v = v.Args[0]
	}
	return v
}

// amount is a number taken away: a value, or a constant.
type amount struct {
	v *ssa.Value
	k int64
}

// difference takes v apart that is x minus something; x is nil if v is none.
func difference(v *ssa.Value) (x *ssa.Value, cut amount) {
	switch v.Op {
	case ssa.OpSub:
		d := plainCopy(v.Args[1])
		if d.Op == ssa.OpConst {
			return plainCopy(v.Args[0]), amount{k: d.AuxInt}
		}
		return plainCopy(v.Args[0]), amount{v: d}
	case ssa.OpAdd:
		if d := plainCopy(v.Args[1]); d.Op == ssa.OpConst && d.AuxInt < 0 && moderate(d.AuxInt) {
			return plainCopy(v.Args[0]), amount{k: -d.AuxInt}
		}
	}
	return nil, amount{}
}

// checked tells whether the block of difference v has compared what is cut with the length that it is cut from.
func checked(v, length *ssa.Value, cut amount) bool {
	for _, u := range v.Block.Values {
		if u == v {
			return false
		}
		if u.Op != ssa.OpBounds || plainCopy(u.Args[1]) != length {
			continue
		}
		low := plainCopy(u.Args[0])
		if u == cut.v || low == cut.v || cut.v == nil && low.Op == ssa.OpConst && low.AuxInt == cut.k {
			return true
		}
	}
	return false
}
