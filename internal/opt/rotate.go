package opt

import "strata/internal/ssa"

// rotate turns loops that test at the top into loops that test at the bottom, guarded by a copy of
// the test in front: what stands at the start of the body is then sure to run
// when the loop is entered. The header must be small and without effects.
//
//	  entry → H: if c → B … → H | E
//	becomes
//	  entry → G: if c₀ → B | E;  B … → H: if c → B | E
func rotate(f *ssa.Func, cfg *Config) {
	if n := f.Loops(); len(n.Loops) == 0 || n.Irreducible {
		return
	}
	var headers []*ssa.Block
	for _, l := range f.Loops().Loops {
		headers = append(headers, l.Header)
	}
	done := 0
	for i := len(headers) - 1; i >= 0 && done < maxRotations; i-- {
		if l := f.Loops().Of(headers[i]); l != nil && l.Header == headers[i] {
			if r := newRotation(f, l); r != nil {
				r.do()
				done++
			}
		}
	}
	if done > 0 {
		copyElim(f, cfg)
		cleanCFG(f, cfg)
	}
}

// maxRotations bounds the work for one function: each rotation needs dominators anew.
const maxRotations = 40

// maxRotated is how many values a header may have for its copy to be worth it.
const maxRotated = 8

type rotation struct {
	f     *ssa.Func
	h     *ssa.Block
	in    []int // edges that enter the loop
	stays int   // index of the successor inside the loop
	guard *ssa.Block
	clone map[*ssa.Value]*ssa.Value // value of h → its twin in guard
}

// newRotation decides whether l is to be rotated.
func newRotation(f *ssa.Func, l *ssa.Loop) *rotation {
	h := l.Header
	n := f.Loops()
	if h.Cold || h.Kind != ssa.BlockIf || h == f.Recover || h == f.Entry || len(h.Preds) < 2 || h.Succs[0] == h.Succs[1] {
		return nil
	}
	first := l.Contains(n, h.Succs[0])
	if first == l.Contains(n, h.Succs[1]) {
		return nil
	}
	r := &rotation{f: f, h: h, clone: map[*ssa.Value]*ssa.Value{}}
	if !first {
		r.stays = 1
	}
	if body := h.Succs[r.stays]; body == h || len(body.Preds) != 1 {
		return nil
	}
	for j, p := range h.Preds {
		if !f.Dominates(h, p) {
			if p.Kind != ssa.BlockJump && p.Kind != ssa.BlockIf {
				return nil
			}
			r.in = append(r.in, j)
		} else if p.Kind == ssa.BlockIf && p.Succs[0] == p.Succs[1] {
			return nil
		}
	}
	if len(r.in) != 1 {
		return nil
	}
	count := 0
	for _, v := range h.Values {
		if v.Op == ssa.OpPhi {
			continue
		}
		if count++; count > maxRotated || !copyable(v) {
			return nil
		}
	}
	return r
}

// copyable tells whether v may be computed in the guard as well.
func copyable(v *ssa.Value) bool {
	switch v.Op {
	case ssa.OpLoad:
		return true
	case ssa.OpBounds, ssa.OpNilCheck:
		return true
	}
	return v.Op.Has(ssa.Pure) && v.Type != ssa.Tuple && v.Op != ssa.OpResult
}

func (r *rotation) do() {
	h := r.h
	// Split the exits first: then only h and the guard lead to each of them.
	uses := r.uses()
	for i := range h.Succs {
		h.SplitEdge(i)
	}
	r.makeGuard()
	for k, v := range h.Values {
		list := uses[v]
		if len(list) == 0 {
			continue
		}
		rep := &repairer{f: r.f, v: v, end: map[*ssa.Block]*ssa.Value{h: h.Values[k], r.guard: r.clone[v]}}
		rep.rewrite(list)
	}
}

// uses finds the uses of h's values outside h. A phi of h uses along its edges.
func (r *rotation) uses() map[*ssa.Value][]use {
	out := map[*ssa.Value][]use{}
	for _, b := range r.f.Blocks {
		for _, v := range b.Values {
			if b == r.h && v.Op != ssa.OpPhi {
				continue
			}
			for i, a := range v.Args {
				if a.Block == r.h {
					k := i
					if b == r.h && i > r.in[0] {
						k-- // the entering edge goes
					}
					out[a] = append(out[a], use{v, b, k})
				}
			}
		}
		if b == r.h {
			continue
		}
		for i, c := range b.Controls {
			if c.Block == r.h {
				out[c] = append(out[c], use{nil, b, i})
			}
		}
	}
	return out
}

// makeGuard copies h as the guard for the edge that enters the loop.
func (r *rotation) makeGuard() {
	h, f := r.h, r.f
	j := r.in[0]
	g := f.NewBlock(ssa.BlockIf)
	g.Pos, g.Cold = h.Pos, h.Preds[j].Cold
	r.guard = g
	for _, v := range h.Values {
		if v.Op == ssa.OpPhi {
			r.clone[v] = v.Args[j]
			continue
		}
		w := g.NewValueA(v.Op, v.Type, v.Pos, v.AuxInt, v.Aux)
		for _, a := range v.Args {
			w.AddArgs(r.twin(a))
		}
		r.clone[v] = w
	}
	g.SetControls(r.twin(h.Controls[0]))
	p := h.Preds[j]
	for i, s := range p.Succs {
		if s == h {
			p.Succs[i] = g
			break
		}
	}
	g.Preds = []*ssa.Block{p}
	dropPreds(h, []int{j})
	for _, s := range h.Succs {
		g.AddEdge(s)
	}
	f.Invalidate()
}

func (r *rotation) twin(v *ssa.Value) *ssa.Value {
	if w := r.clone[v]; w != nil {
		return w
	}
	return v
}
