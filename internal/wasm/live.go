package wasm

import (
	"slices"

	"strata/internal/ssa"
	"strata/internal/wasm/module"
)

// liveness says which values in locals are wanted later.
type liveness struct {
	in     [][]int32              // by block ID: values alive at its beginning, phis of the block not among them
	across map[*ssa.Value][]int32 // values alive during a call
	byID   []*ssa.Value
}

// computeLive follows each use back to the definition.
func (x *values) computeLive(rpo []*ssa.Block) *liveness {
	l := &liveness{in: make([][]int32, x.f.NumBlocks()), across: map[*ssa.Value][]int32{}, byID: make([]*ssa.Value, x.f.NumValues())}
	seen := make([]map[int32]bool, x.f.NumBlocks())
	var up func(b *ssa.Block, v *ssa.Value)
	up = func(b *ssa.Block, v *ssa.Value) {
		work := []*ssa.Block{b}
		for len(work) > 0 {
			b := work[len(work)-1]
			work = work[:len(work)-1]
			if made(v) == b || seen[b.ID][v.ID] {
				continue
			}
			if seen[b.ID] == nil {
				seen[b.ID] = map[int32]bool{}
			}
			seen[b.ID][v.ID] = true
			l.in[b.ID] = append(l.in[b.ID], v.ID)
			work = append(work, b.Preds...)
		}
	}
	for _, b := range rpo {
		for _, v := range b.Values {
			l.byID[v.ID] = v
		}
	}
	for _, b := range rpo {
		for _, v := range b.Values {
			switch {
			case v.Op == ssa.OpPhi:
				if x.place[v.ID] != local {
					continue
				}
				for k, a := range v.Args {
					p := b.Preds[k]
					x.leaves(a, func(a *ssa.Value) {
						if made(a) != p {
							up(p, a)
						}
					})
				}
			case x.elsewhere(v):
			default:
				x.usedBy(v, func(a *ssa.Value) {
					if made(a) != b {
						up(b, a)
					}
				})
			}
		}
		for _, c := range b.Controls {
			x.leaves(c, func(a *ssa.Value) {
				if made(a) != b {
					up(b, a)
				}
			})
		}
	}
	for i := range l.in {
		slices.Sort(l.in[i])
	}
	return l
}

// walkBack walks b backwards. at is called for every statement and every value computed into a local, behind which the values in
// live are wanted.
func (x *values) walkBack(l *liveness, b *ssa.Block, at func(i int, live map[int32]bool)) {
	live := map[int32]bool{}
	for i, s := range b.Succs {
		for _, id := range l.in[s.ID] {
			live[id] = true
		}
		k := b.PredIndex(i)
		for _, phi := range s.Values {
			if phi.Op != ssa.OpPhi {
				break
			}
			if x.place[phi.ID] == local {
				x.leaves(phi.Args[k], func(a *ssa.Value) { live[a.ID] = true })
			}
		}
	}
	for _, c := range b.Controls {
		x.leaves(c, func(a *ssa.Value) { live[a.ID] = true })
	}
	for i := len(b.Values) - 1; i >= 0; i-- {
		v := b.Values[i]
		if v.Op == ssa.OpPhi {
			break
		}
		if x.elsewhere(v) {
			continue
		}
		if v.Op == ssa.OpResult {
			continue // made together with its tuple
		}
		at(i, live)
		for _, r := range x.results(v) {
			delete(live, r.ID)
		}
		x.usedBy(v, func(a *ssa.Value) { live[a.ID] = true })
	}
}

// across finds what is alive during calls.
func (x *values) liveAcross(l *liveness, rpo []*ssa.Block) {
	for _, b := range rpo {
		x.walkBack(l, b, func(i int, live map[int32]bool) {
			v := b.Values[i]
			k := x.calls[v]
			if k == notCall {
				return
			}
			mine := map[int32]bool{}
			for _, r := range x.results(v) {
				mine[r.ID] = true
			}
			var list []int32
			for id := range live {
				if !mine[id] {
					list = append(list, id)
				}
			}
			if v.Op == ssa.OpClosureCall || v.Op == ssa.OpInterCall {
				// Whoever is resumed calls the same function again.
				x.leaves(v.Args[0], func(a *ssa.Value) {
					if !slices.Contains(list, a.ID) {
						list = append(list, a.ID)
					}
				})
			}
			slices.Sort(list)
			l.across[v] = list
		})
	}
}

// colour gives locals to values, the same one to values that are not alive together. Parameters keep theirs. It returns the types of
// the locals behind the parameters.
func (x *values) colour(l *liveness, rpo []*ssa.Block, params []module.Type) []module.Type {
	types := slices.Clone(params)
	ptr := make([]bool, len(params))
	var order []*ssa.Block
	var walk func(b *ssa.Block)
	walk = func(b *ssa.Block) {
		order = append(order, b)
		for _, k := range x.f.DomChildren(b) {
			walk(k)
		}
	}
	walk(x.f.Entry)
	taken := map[uint32]int{}
	take := func(v *ssa.Value) {
		if v.Op == ssa.OpArg && x.f.ABI.In[v.AuxInt].Reg >= 0 {
			x.reg[v.ID] = paramIndex(x.f.ABI, int(v.AuxInt))
			taken[x.reg[v.ID]]++
			return
		}
		t := wasmType(v.Type)
		for i := len(params); ; i++ {
			if i == len(types) {
				types, ptr = append(types, t), append(ptr, v.Type == ssa.Ptr)
			}
			// Pointers have locals of their own: what a local holds is kept in the frame in one way.
			if types[i] == t && ptr[i] == (v.Type == ssa.Ptr) && taken[uint32(i)] == 0 {
				x.reg[v.ID] = uint32(i)
				taken[uint32(i)]++
				return
			}
		}
	}
	for _, b := range order {
		clear(taken)
		for _, id := range l.in[b.ID] {
			taken[x.reg[id]]++
		}
		dying := x.dying(l, b)
		for i, v := range b.Values {
			if x.place[v.ID] == local && v.Op == ssa.OpPhi {
				take(v)
				continue
			}
			if v.Op == ssa.OpResult {
				continue
			}
			// What a call takes may have to be kept until it has returned for good.
			if x.calls[v] == notCall {
				for _, id := range dying[i] {
					taken[x.reg[id]]--
				}
			}
			if v.Type == ssa.Tuple || x.place[v.ID] == local {
				for _, r := range x.results(v) {
					take(r)
				}
			}
			if x.calls[v] != notCall {
				for _, id := range dying[i] {
					taken[x.reg[id]]--
				}
			}
		}
	}
	return types[len(params):]
}

// dying lists for each value of b what nobody wants behind it.
func (x *values) dying(l *liveness, b *ssa.Block) [][]int32 {
	list := make([][]int32, len(b.Values))
	x.walkBack(l, b, func(i int, live map[int32]bool) {
		seen := map[int32]bool{}
		x.usedBy(b.Values[i], func(a *ssa.Value) {
			if !live[a.ID] && !seen[a.ID] {
				seen[a.ID] = true
				list[i] = append(list[i], a.ID)
			}
		})
	})
	return list
}
