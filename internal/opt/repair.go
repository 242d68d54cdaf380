package opt

import "strata/internal/ssa"

// repairer makes SSA form again for a value that several blocks now define
// in its place: each use gets the definition that reaches it, phis are put where definitions
// meet (Braun et al., "Simple and Efficient Construction of Static Single Assignment Form", CC 2013).
type repairer struct {
	f   *ssa.Func
	v   *ssa.Value // the value that was one
	end map[*ssa.Block]*ssa.Value
}

// at returns the definition that reaches the end of b.
func (r *repairer) at(b *ssa.Block) *ssa.Value {
	if d := r.end[b]; d != nil {
		return d
	}
	d := r.start(b)
	r.end[b] = d
	return d
}

// start returns the definition that reaches the start of b.
func (r *repairer) start(b *ssa.Block) *ssa.Value {
	if len(b.Preds) == 1 {
		return r.at(b.Preds[0])
	}
	phi := b.Detached(ssa.OpPhi, r.v.Type, r.v.Pos)
	r.end[b] = phi // ends the recursion around loops
	for _, p := range b.Preds {
		phi.AddArgs(r.at(p))
	}
	b.InsertAt(0, phi)
	return phi
}

// use is one place that reads a value: an argument or a control.
type use struct {
	v *ssa.Value // nil for a control
	b *ssa.Block
	i int
}

// rewrite gives each use the definition that reaches it. Uses in the
// defining blocks must not be among them, except of phis along edges.
func (r *repairer) rewrite(uses []use) {
	for _, u := range uses {
		if u.v == nil {
			d := r.at(u.b)
			d.Uses++
			u.b.Controls[u.i].Uses--
			u.b.Controls[u.i] = d
			continue
		}
		if u.v.Op == ssa.OpPhi {
			u.v.SetArg(u.i, r.at(u.b.Preds[u.i]))
			continue
		}
		u.v.SetArg(u.i, r.at(u.b))
	}
}
