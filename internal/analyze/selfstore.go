package analyze

import "strata/internal/ssa"

// selfStore tells whether val was read from the object that it is stored into, as in b.p.x = b.p.y: the object's contents,
// of which one set is kept for all its fields, already have it. That the same object is meant whenever the store runs
// follows from dominance: no way leads from a new value of the common pointer to the store without a new load.
func selfStore(addr, val *ssa.Value) bool {
	load := origin(val)
	if load.Op != ssa.OpLoad {
		return false
	}
	p, q := origin(addr), origin(load.Args[0])
	return p == q || sameLoad(p, q)
}

// origin goes back from a pointer to the one that it was made from by arithmetic inside an object.
func origin(v *ssa.Value) *ssa.Value {
	for v.Op == ssa.OpCopy || v.Op == ssa.OpNilCheck || v.Op == ssa.OpOffPtr || v.Op == ssa.OpAddPtr {
		v = v.Args[0]
	}
	return v
}

// sameLoad tells whether two loads in one block read one word with no write between them.
func sameLoad(p, q *ssa.Value) bool {
	if p.Op != ssa.OpLoad || q.Op != ssa.OpLoad || p.Block != q.Block || p.AuxInt != q.AuxInt || exact(p.Args[0]) != exact(q.Args[0]) {
		return false
	}
	between := false
	for _, v := range p.Block.Values {
		switch {
		case v == p || v == q:
			if between {
				return true
			}
			between = true
		case between && (v.Op.Has(ssa.Writes|ssa.Effect) || v.Op.IsCall()):
			return false
		}
	}
	return false
}

// exact goes back from a pointer to an earlier one of the same value.
func exact(v *ssa.Value) *ssa.Value {
	for v.Op == ssa.OpCopy || v.Op == ssa.OpNilCheck {
		v = v.Args[0]
	}
	return v
}
