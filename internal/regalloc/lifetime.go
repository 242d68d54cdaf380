package regalloc

import "sort"

// span is a stretch of a value's life in positions: instruction i reads at 2i and writes at 2i+1. Both ends belong to it.
type span struct{ start, end int32 }

// lifetimes are the exact lives of all values, as stretches of the layout with holes between them.
type lifetimes struct {
	live   *liveness
	spans  [][]span  // by VReg, ascending; none for what nobody reads or writes
	weight []float32 // by VReg: uses, counted by loop depth, per position
	order  []VReg    // those with spans, by their start
}

func newLifetimes(f *Func) *lifetimes {
	lt := &lifetimes{live: computeLiveness(f), spans: make([][]span, len(f.VRegs)), weight: make([]float32, len(f.VRegs))}
	in := make([][]VReg, len(f.Blocks)) // live into each block
	for b := range f.Blocks {
		in[b] = lt.liveIn(f, int32(b))
	}
	for b := len(f.Blocks) - 1; b >= 0; b-- {
		lt.block(f, int32(b), in)
	}
	for v := range lt.spans {
		s := lt.spans[v]
		if len(s) == 0 {
			continue
		}
		n := int32(0)
		for i, j := 0, len(s)-1; i <= j; i, j = i+1, j-1 {
			s[i], s[j] = s[j], s[i]
		}
		for _, x := range s {
			n += x.end - x.start + 1
		}
		lt.weight[v] /= float32(n)
		lt.order = append(lt.order, VReg(v))
	}
	sort.SliceStable(lt.order, func(i, j int) bool { return lt.spans[lt.order[i]][0].start < lt.spans[lt.order[j]][0].start })
	return lt
}

// liveIn lists the values that are live at the start of b, not counting its parameters.
func (lt *lifetimes) liveIn(f *Func, b int32) []VReg {
	l := lt.live
	l.begin(b)
	blk := &f.Blocks[b]
	for i := blk.Last - 1; i >= blk.First; i-- {
		l.step(&f.Insts[i], 0)
	}
	for _, p := range blk.Params {
		l.kill(p)
	}
	var out []VReg
	for _, v := range l.live {
		if l.dist[v] >= 0 {
			out = append(out, v)
		}
	}
	return out
}

// block adds the spans of one block, behind those of all later ones; the spans of a value stand last one first.
func (lt *lifetimes) block(f *Func, b int32, in [][]VReg) {
	blk := &f.Blocks[b]
	start, term := 2*blk.First, 2*(blk.Last-1)
	for _, s := range blk.Succs {
		for _, v := range in[s] {
			lt.add(v, start, term+1)
		}
	}
	// With one successor the moves of the edge stand before the terminator, otherwise behind it. Arguments are read
	// before any parameter is written.
	read := term
	if len(blk.Succs) > 1 {
		read = term + 1
	}
	for k, s := range blk.Succs {
		for j, p := range f.Blocks[s].Params {
			if len(blk.Succs) == 1 {
				at := term + 1
				if len(f.Insts[blk.Last-1].Operands) > 0 {
					at = term
				}
				lt.add(p, at, term+1)
			}
			lt.add(blk.Args[k][j], start, read)
			lt.weight[p] += useWeight(blk)
			lt.weight[blk.Args[k][j]] += useWeight(blk)
		}
	}
	for i := blk.Last - 1; i >= blk.First; i-- {
		lt.inst(&f.Insts[i], i, blk)
	}
	for _, p := range blk.Params {
		lt.add(p, start, start)
	}
}

func (lt *lifetimes) inst(in *Inst, i int32, blk *Block) {
	for j := range in.Operands {
		o := &in.Operands[j]
		if o.Kind != Def {
			continue
		}
		at := 2*i + 1
		if o.When == Early {
			at = 2 * i
		}
		lt.weight[o.VReg] += useWeight(blk)
		if s := lt.spans[o.VReg]; len(s) > 0 && s[len(s)-1].start == 2*blk.First {
			s[len(s)-1].start = at
		} else {
			lt.add(o.VReg, at, 2*i+1)
		}
	}
	for j := range in.Operands {
		if o := &in.Operands[j]; o.Kind == Use {
			end := 2 * i
			if o.When == Late {
				end++
			}
			lt.add(o.VReg, 2*blk.First, end)
			lt.weight[o.VReg] += useWeight(blk)
		}
	}
}

// useWeight is what a use in blk counts.
func useWeight(blk *Block) float32 {
	w := float32(1)
	for range min(blk.Depth, 4) {
		w *= 10
	}
	if blk.Cold {
		w /= 100
	}
	return w
}

// add puts a span ahead of those that v has, joining it with the first where they touch.
func (lt *lifetimes) add(v VReg, start, end int32) {
	s := lt.spans[v]
	if n := len(s); n > 0 && end+1 >= s[n-1].start {
		s[n-1].start = min(s[n-1].start, start)
		s[n-1].end = max(s[n-1].end, end)
		return
	}
	lt.spans[v] = append(s, span{start, end})
}

// end is v's last position.
func (lt *lifetimes) end(v VReg) int32 { return lt.spans[v][len(lt.spans[v])-1].end }

// meet tells whether two values are alive at one position.
func (lt *lifetimes) meet(u, v VReg) bool {
	a, b := lt.spans[u], lt.spans[v]
	for len(a) > 0 && len(b) > 0 {
		switch {
		case a[0].end < b[0].start:
			a = a[1:]
		case b[0].end < a[0].start:
			b = b[1:]
		default:
			return true
		}
	}
	return false
}
